package org.oml.protocol.client;

/** Hears how a download comes on, from several threads. */
@FunctionalInterface
public interface DownloadProgress {

  /**
   * Bytes of a file are on the disk.
   *
   * @param path of the file in its manifest
   * @param bytes that were not there before, or were there from the start; negative when bytes that
   *     were heard of proved wrong
   */
  void arrived(String path, long bytes);
}

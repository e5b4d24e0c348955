package org.oml.registry.upload;

/**
 * How much of a file has come.
 *
 * @param offset bytes that are kept; the next ones go on from here
 * @param complete whether the file is whole, checked and the model's
 */
public record UploadState(long offset, boolean complete) {}

package org.oml.protocol.client;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.BitSet;
import org.oml.protocol.ManifestFile;

/**
 * Which pieces of a file are on the disk, written beside it so that a later run goes on there. What
 * was written for another file, or with pieces of another length, counts for nothing. A line that a
 * kill cut in half is passed over; what the journal says wrongly after a loss of power, the file's
 * hash tells.
 */
final class PieceJournal {

  private final Path journal;
  private final long size;
  private final long pieceLength;
  private final BitSet done = new BitSet();

  private PieceJournal(Path journal, long size, long pieceLength) {
    this.journal = journal;
    this.size = size;
    this.pieceLength = pieceLength;
  }

  /** Opens the journal of a file, an empty one if there is none for just this file. */
  static PieceJournal open(ManifestFile file, Path part, long pieceLength) throws IOException {
    PieceJournal pieces = read(file, part, pieceLength);
    if (pieces.done.isEmpty()) {
      Files.deleteIfExists(part);
      Files.writeString(pieces.journal, head(file, pieceLength) + "\n");
    }
    return pieces;
  }

  /** What {@link #open} would find, without changing anything. */
  static PieceJournal read(ManifestFile file, Path part, long pieceLength) throws IOException {
    Path journal = part.resolveSibling(part.getFileName() + ".pieces");
    PieceJournal pieces = new PieceJournal(journal, file.size(), pieceLength);
    if (!Files.exists(journal) || !Files.exists(part)) {
      return pieces;
    }
    String text = Files.readString(journal, StandardCharsets.ISO_8859_1);
    String[] lines = text.substring(0, text.lastIndexOf('\n') + 1).split("\n", -1);
    if (lines[0].equals(head(file, pieceLength))) {
      for (String line : lines) {
        if (line.matches("[0-9]{1,9}") && Integer.parseInt(line) < pieces.count()) {
          pieces.done.set(Integer.parseInt(line));
        }
      }
    }
    return pieces;
  }

  private static String head(ManifestFile file, long pieceLength) {
    return "oml-pieces 1 " + file.sha256() + " " + file.size() + " " + pieceLength;
  }

  /** How many pieces the file has. */
  int count() {
    return Math.toIntExact((size + pieceLength - 1) / pieceLength);
  }

  boolean has(int piece) {
    return done.get(piece);
  }

  long from(int piece) {
    return piece * pieceLength;
  }

  /** First byte behind the piece. */
  long to(int piece) {
    return Math.min(size, from(piece) + pieceLength);
  }

  /** How many bytes are there. */
  long bytes() {
    return done.stream().mapToLong(piece -> to(piece) - from(piece)).sum();
  }

  /** A piece is whole on the disk. */
  synchronized void add(int piece) throws IOException {
    Files.writeString(journal, piece + "\n", StandardOpenOption.APPEND);
    done.set(piece);
  }

  void delete() throws IOException {
    Files.deleteIfExists(journal);
  }
}

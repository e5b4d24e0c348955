package org.oml.gateway.defence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Map;
import org.oml.host.journal.DurableFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.ObjectMapper;

/**
 * Goes through the chain's blocks and remembers in a file how far it came. The last ones are looked
 * at again each time: one that a reorganisation put in place of another may hold something else.
 */
final class BlockScan {

  /** As many as nodes answer for in one call. */
  static final long BLOCKS_AT_ONCE = 2_000;

  private static final Logger LOG = LoggerFactory.getLogger(BlockScan.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final long firstBlock;
  private final long finalityDepth;
  private long lookedUpTo;

  /** Looks at a range of blocks, both ends included. */
  @FunctionalInterface
  interface Look {

    void at(long from, long to) throws IOException;
  }

  /**
   * @param file need not be there yet
   */
  BlockScan(Path file, long firstBlock, long finalityDepth) throws IOException {
    this.file = file;
    this.firstBlock = firstBlock;
    this.finalityDepth = finalityDepth;
    this.lookedUpTo = read();
  }

  /** Looks at all blocks up to one that were not looked at for good. */
  void upTo(long head, Look look) throws IOException {
    long from = Math.max(firstBlock, Math.min(lookedUpTo, head) - finalityDepth);
    while (from <= head) {
      long to = Math.min(head, from + BLOCKS_AT_ONCE - 1);
      look.at(from, to);
      from = to + 1;
      if (to > lookedUpTo) {
        // A start after a long time away does not begin anew when it is cut off.
        lookedUpTo = to;
        DurableFile.write(file, JSON.writeValueAsBytes(Map.of("version", 1, "block", to)));
      }
    }
  }

  private long read() throws IOException {
    if (!Files.exists(file)) {
      return firstBlock;
    }
    try {
      long block = JSON.readTree(Files.readAllBytes(file)).path("block").asLong(firstBlock);
      return Math.max(firstBlock, block);
    } catch (JacksonException e) {
      LOG.warn("{} cannot be read; all blocks are looked through again", file, e);
      return firstBlock;
    }
  }
}

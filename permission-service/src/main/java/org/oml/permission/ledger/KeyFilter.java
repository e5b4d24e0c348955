package org.oml.permission.ledger;

import java.nio.ByteBuffer;
import java.nio.LongBuffer;
import java.util.Arrays;

/**
 * Says of a key whether it may be among those that were added, and is never wrong when it says no
 * (a Bloom filter of twelve bits and eight probes a key: wrong about three times in a thousand when
 * it says perhaps).
 */
final class KeyFilter {

  private static final int VERSION = 1;
  private static final int BITS_PER_KEY = 12;
  private static final int PROBES = 8;
  private static final int LONGEST = 1 << 27;

  private final long[] words;

  private KeyFilter(long[] words) {
    this.words = words;
  }

  /** An empty one for so many keys; more make it say perhaps more often. */
  static KeyFilter forKeys(long count) {
    long wanted = Math.max(1, (count * BITS_PER_KEY + Long.SIZE - 1) / Long.SIZE);
    return new KeyFilter(new long[(int) Math.min(LONGEST, wanted)]);
  }

  /** As {@link #toBytes} wrote it. */
  static KeyFilter of(byte[] bytes) {
    if (bytes.length < 9 || bytes[0] != VERSION || bytes.length % Long.BYTES != 1) {
      throw new IllegalArgumentException("no filter of version " + VERSION);
    }
    LongBuffer in = ByteBuffer.wrap(bytes, 1, bytes.length - 1).slice().asLongBuffer();
    long[] words = new long[in.remaining()];
    in.get(words);
    return new KeyFilter(words);
  }

  byte[] toBytes() {
    ByteBuffer out = ByteBuffer.allocate(1 + words.length * Long.BYTES).put((byte) VERSION);
    Arrays.stream(words).forEach(out::putLong);
    return out.array();
  }

  void add(PermitKey key) {
    long hash = hashOf(key);
    long step = stepOf(hash);
    for (int i = 0; i < PROBES; i++) {
      words[wordOf(hash)] |= 1L << hash;
      hash += step;
    }
  }

  boolean mayHold(PermitKey key) {
    long hash = hashOf(key);
    long step = stepOf(hash);
    for (int i = 0; i < PROBES; i++) {
      if ((words[wordOf(hash)] & (1L << hash)) == 0) {
        return false;
      }
      hash += step;
    }
    return true;
  }

  /** The upper half chooses the word, the lowest six bits the bit in it. */
  private int wordOf(long hash) {
    return (int) (((hash >>> 32) * words.length) >>> 32);
  }

  private static long stepOf(long hash) {
    return mixed(hash) | 1;
  }

  private static long hashOf(PermitKey key) {
    ByteBuffer hash = ByteBuffer.wrap(key.queryHash().toBytes());
    long own = 0;
    while (hash.hasRemaining()) {
      own ^= hash.getLong();
    }
    return mixed(own ^ mixed(ByteBuffer.wrap(key.host().toBytes()).getLong()));
  }

  /** Spreads every bit over all (the finaliser of SplitMix64). */
  private static long mixed(long value) {
    long x = value + 0x9E3779B97F4A7C15L;
    x = (x ^ (x >>> 30)) * 0xBF58476D1CE4E5B9L;
    x = (x ^ (x >>> 27)) * 0x94D049BB133111EBL;
    return x ^ (x >>> 31);
  }
}

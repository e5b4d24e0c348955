package org.oml.protocol.span;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/** The fields of a message in the wire format of Protocol Buffers. */
final class WireMessage {

  private static final byte[] NOTHING = new byte[0];

  private final Map<Integer, List<byte[]>> bytes = new TreeMap<>();
  private final Map<Integer, Long> numbers = new TreeMap<>();
  private final byte[] message;
  private int at;

  WireMessage(byte[] message) {
    this.message = message;
    while (at < message.length) {
      long tag = varint();
      read((int) (tag >>> 3), (int) (tag & 7));
    }
  }

  /** The messages of a field that may stand there several times. */
  List<WireMessage> messages(int field) {
    return bytes.getOrDefault(field, List.of()).stream().map(WireMessage::new).toList();
  }

  /** The bytes of a field; none if it is not there. */
  byte[] bytes(int field) {
    return bytes.getOrDefault(field, List.of(NOTHING)).getLast();
  }

  /** The number of a field; 0 if it is not there. */
  long number(int field) {
    return numbers.getOrDefault(field, 0L);
  }

  private void read(int field, int type) {
    switch (type) {
      case 0 -> numbers.put(field, varint());
      case 1 -> at += 8;
      case 2 -> {
        int length = (int) varint();
        bytes
            .computeIfAbsent(field, name -> new ArrayList<>())
            .add(Arrays.copyOfRange(message, at, at + length));
        at += length;
      }
      case 5 -> at += 4;
      default -> throw new IllegalArgumentException("wire type " + type);
    }
  }

  private long varint() {
    long value = 0;
    for (int shift = 0; ; shift += 7) {
      byte next = message[at++];
      value |= (long) (next & 0x7f) << shift;
      if (next >= 0) {
        return value;
      }
    }
  }
}

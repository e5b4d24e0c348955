package org.oml.permission.ledger;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Address;
import org.oml.protocol.Keccak;

class KeyFilterTest {

  private static final int COUNT = 20_000;

  @Test
  void knowsEveryKeyThatWasAddedAndSeldomAnother() {
    KeyFilter filter = KeyFilter.forKeys(COUNT);
    IntStream.range(0, COUNT).forEach(i -> filter.add(key(i)));
    KeyFilter read = KeyFilter.of(filter.toBytes());
    assertThat(IntStream.range(0, COUNT)).allMatch(i -> read.mayHold(key(i)));
    assertThat(IntStream.range(COUNT, 2 * COUNT).filter(i -> read.mayHold(key(i))).count())
        .isLessThan(COUNT / 100);
  }

  @Test
  void anEmptyOneKnowsNothing() {
    assertThat(KeyFilter.of(KeyFilter.forKeys(0).toBytes()).mayHold(key(1))).isFalse();
  }

  @Test
  void bytesOfAnotherFormAreRefused() {
    for (byte[] bytes : new byte[][] {{}, {1}, new byte[9], {1, 0, 0}}) {
      assertThatThrownBy(() -> KeyFilter.of(bytes)).isInstanceOf(IllegalArgumentException.class);
    }
  }

  private static PermitKey key(int number) {
    return new PermitKey(Keccak.of("query " + number), Address.of(new byte[20]));
  }
}

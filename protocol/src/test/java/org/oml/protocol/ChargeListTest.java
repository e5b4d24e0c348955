package org.oml.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.util.List;
import org.junit.jupiter.api.Test;

class ChargeListTest {

  private static final Charge LOW = charge("0x0000000000000000000000000000000000000001", 1, 10);
  private static final Charge MIDDLE = charge("0x000000000000000000000000000000000000000a", 2, 20);
  private static final Charge HIGH = charge("0xf000000000000000000000000000000000000000", 3, 30);

  @Test
  void chargesStandInTheOrderOfTheirHosts() {
    ChargeList list = new ChargeList(List.of(HIGH, LOW, MIDDLE));

    assertThat(list.charges()).containsExactly(LOW, MIDDLE, HIGH);
    assertThat(list.head()).isEqualTo(new ChargeList(List.of(LOW, MIDDLE, HIGH)).head());
  }

  @Test
  void addsUp() {
    ChargeList list = new ChargeList(List.of(LOW, MIDDLE, HIGH));

    assertThat(list.count()).isEqualTo(6);
    assertThat(list.total()).isEqualTo(60);
  }

  @Test
  void anEmptyListIsItsEnd() {
    assertThat(new ChargeList(List.of()).head()).isEqualTo(ChargeList.END);
  }

  @Test
  void thePiecesMakeTheWhole() {
    ChargeList list = new ChargeList(List.of(LOW, MIDDLE, HIGH));

    assertThat(list.batch(0, 3)).startsWith(list.batch(0, 1)).endsWith(list.batch(1, 3));
    assertThat(list.head(1)).isEqualTo(new ChargeList(List.of(MIDDLE, HIGH)).head());
    assertThat(list.head(3)).isEqualTo(ChargeList.END);
  }

  @Test
  void aHostIsChargedOnce() {
    assertThatThrownBy(() -> new ChargeList(List.of(LOW, LOW)))
        .isInstanceOfSatisfying(
            CodedException.class,
            refusal -> assertThat(refusal.code()).isEqualTo(ProtocolError.VALUE_OUT_OF_RANGE));
  }

  @Test
  void numbersFitTheirPlaces() {
    assertThatThrownBy(() -> charge(LOW.host().toString(), -1, 1))
        .isInstanceOf(CodedException.class);
    assertThatThrownBy(() -> new Charge(LOW.host(), 1, BigInteger.TWO.pow(128)))
        .isInstanceOf(CodedException.class);
    assertThat(new Charge(LOW.host(), 1, BigInteger.TWO.pow(128).subtract(BigInteger.ONE)).encode())
        .hasSize(Charge.SIZE);
  }

  private static Charge charge(String host, long count, long amount) {
    return new Charge(Address.parse(host), count, BigInteger.valueOf(amount));
  }
}

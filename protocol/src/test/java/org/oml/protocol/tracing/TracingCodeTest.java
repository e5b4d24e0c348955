package org.oml.protocol.tracing;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;

class TracingCodeTest {

  private static final Bytes32 SECRET = Bytes32.of(counting());

  @Test
  void symbolsAreThoseThatAnotherImplementationDraws() {
    TracingCode code = new TracingCode(SECRET, CodeDesign.standard(4), 24);
    byte[] sevens = new byte[32];
    Arrays.fill(sevens, (byte) 7);

    // Python's hmac, from the same words of description.
    assertThat(IntStream.range(0, 24).map(i -> code.symbol(i, Bytes32.of(sevens))).boxed())
        .containsExactly(1, 3, 0, 2, 1, 2, 1, 1, 2, 3, 0, 3, 1, 2, 0, 3, 1, 0, 0, 2, 2, 1, 0, 0);
  }

  @Test
  void symbolsHaveTheSharesThatProbabilitiesAreComputedWith() {
    TracingCode code = new TracingCode(SECRET, CodeDesign.standard(8), 6);
    int instances = 20_000;
    for (int position = 0; position < code.positions(); position++) {
      TracingCode.Symbols symbols = code.symbols(position);
      Bias bias = code.design().biases().get(symbols.position().bias());
      int[] drawn = new int[bias.symbols()];
      for (int i = 0; i < instances; i++) {
        drawn[symbols.rank(instance(i))]++;
      }
      double chiSquared = 0;
      for (int rank = 0; rank < drawn.length; rank++) {
        double expected = instances * bias.probability(rank);
        chiSquared += (drawn[rank] - expected) * (drawn[rank] - expected) / expected;
      }
      // Seven degrees of freedom: above this with a probability of one in a hundred thousand.
      assertThat(chiSquared).isLessThan(36);
    }
  }

  @Test
  void everyOrderOfSymbolsAndEveryBiasOccurs() {
    TracingCode code = new TracingCode(SECRET, CodeDesign.standard(3), 200);
    List<CodePosition> positions =
        IntStream.range(0, 200).mapToObj(i -> code.symbols(i).position()).toList();
    assertThat(positions.stream().map(at -> Arrays.toString(at.order())).distinct()).hasSize(6);
    assertThat(positions.stream().map(CodePosition::bias).distinct()).hasSize(2);
  }

  @Test
  void silenceKeepsItsPlace() {
    TracingCode code = new TracingCode(SECRET, CodeDesign.randomAssignment(), 50);
    assertThat(IntStream.range(0, 50).map(i -> code.symbols(i).position().order()[1]).boxed())
        .containsOnly(1);
  }

  @Test
  void aCodeDoesNotTellItsSecret() {
    assertThat(new TracingCode(SECRET, CodeDesign.standard(4), 24).toString())
        .doesNotContain(SECRET.toString().substring(2));
  }

  @Test
  void sharesThatAreNoDistributionAreRefused() {
    assertThatThrownBy(() -> Bias.of(128, 127)).isInstanceOf(CodedException.class);
    assertThatThrownBy(() -> Bias.of(256)).isInstanceOf(CodedException.class);
    assertThatThrownBy(() -> Bias.of(256, 0)).isInstanceOf(CodedException.class);
    assertThatThrownBy(() -> new CodeDesign(List.of(), false)).isInstanceOf(CodedException.class);
    assertThatThrownBy(() -> new TracingCode(SECRET, CodeDesign.standard(4), 0))
        .isInstanceOf(CodedException.class);
    assertThatThrownBy(() -> new TracingCode(SECRET, CodeDesign.standard(4), 3).symbol(3, SECRET))
        .isInstanceOf(CodedException.class);
  }

  static Bytes32 instance(int number) {
    return Keccak.of(ByteBuffer.allocate(4).putInt(number).array());
  }

  private static byte[] counting() {
    byte[] bytes = new byte[32];
    for (int i = 0; i < bytes.length; i++) {
      bytes[i] = (byte) i;
    }
    return bytes;
  }
}

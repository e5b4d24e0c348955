package org.oml.platform.home;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;
import static org.assertj.core.api.Assertions.assertThatIllegalArgumentException;

import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.oml.protocol.CodedException;

class PortsTest {

  @Test
  void areThoseOfTheConventions() {
    Ports ports = Ports.conventional();
    assertThat(ports.dashboard()).isEqualTo(7500);
    assertThat(ports.registry()).isEqualTo(7501);
    assertThat(ports.permission()).isEqualTo(7502);
    assertThat(ports.prover()).isEqualTo(7503);
    assertThat(ports.gateway(0)).isEqualTo(7510);
    assertThat(ports.gateway(1)).isEqualTo(7511);
    assertThat(ports.engine(0)).isEqualTo(7520);
    assertThat(ports.database()).isEqualTo(7543);
    assertThat(ports.chain()).isEqualTo(7545);
  }

  @Test
  void areAllDifferentAndWithinTheSpan() {
    Ports ports = Ports.free();
    Set<Integer> all =
        new HashSet<>(
            Set.of(ports.dashboard(), ports.registry(), ports.permission(), ports.prover()));
    for (int number = 0; number < 10; number++) {
      assertThat(all.add(ports.gateway(number))).isTrue();
    }
    for (int number = 0; number < 10; number++) {
      assertThat(all.add(ports.engine(number))).isTrue();
      assertThat(all.add(ports.member(number))).isTrue();
    }
    assertThat(all.add(ports.database())).isTrue();
    assertThat(all.add(ports.chain())).isTrue();
    assertThat(all).allMatch(port -> port >= ports.base() && port < ports.base() + Ports.SPAN);
  }

  @Test
  void refuseNumbersThatWouldCollide() {
    assertThatIllegalArgumentException().isThrownBy(() -> Ports.conventional().gateway(10));
    assertThatIllegalArgumentException().isThrownBy(() -> Ports.conventional().engine(-1));
    assertThatExceptionOfType(CodedException.class)
        .isThrownBy(() -> new Ports(80))
        .extracting(CodedException::code)
        .isEqualTo(PlatformError.PORT_INVALID);
  }
}

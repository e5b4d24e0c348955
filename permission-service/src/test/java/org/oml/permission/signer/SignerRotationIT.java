package org.oml.permission.signer;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.locks.LockSupport;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.permission.fixture.Polling;
import org.oml.permission.fixture.RunningService;
import org.oml.permission.fixture.TestHost;
import org.oml.protocol.Address;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.Keystore;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.oml.servicekit.fixture.TestCaller;
import org.springframework.context.ConfigurableApplicationContext;

/** The hot key is changed by its cold owner on a real chain, while permits are asked for. */
final class SignerRotationIT {

  private static final int SECONDS_AHEAD = 6;

  @TempDir static Path directory;
  private static RunningService service;

  @BeforeAll
  static void start() {
    service = RunningService.start();
  }

  @AfterAll
  static void end() throws Exception {
    service.close();
  }

  @Test
  void noQueryIsRefusedAndThePermitsOfBothKeysAreGoodOnChain() throws Exception {
    SigningKey next = SigningKey.random();
    Path keystore = directory.resolve("next.json");
    Path password = directory.resolve("next.password");
    Keystore.write(next, keystore, password);
    TestHost host = service.host();
    List<IssuedPermit> permits = new ArrayList<>();
    long validFrom;
    long retiredAt;
    try (ConfigurableApplicationContext rotating =
        service.another(
            "--oml.permission.next-signer.keystore=" + keystore,
            "--oml.permission.next-signer.password-file=" + password)) {
      TestCaller caller = TestCaller.signIn(RunningService.urlOf(rotating), host.gatewayKey());
      permits.add(issued(caller));
      validFrom = now() + SECONDS_AHEAD;
      retiredAt = validFrom + 2;
      service.community().addSigner(next.address(), validFrom);
      service.community().retireSigner(service.signer(), retiredAt);
      while (now() < retiredAt + 3) {
        permits.add(issued(caller)); // refused is a failure
        LockSupport.parkNanos(5_000_000);
      }
    }
    assertGoodOnChain(permits, next.address(), validFrom, retiredAt);
    TestCaller withoutTheNextKey = service.caller(host.gatewayKey());
    Polling.until(
        "the process that does not have the next key refuses",
        () ->
            RunningService.ask(withoutTheNextKey, SigningKey.random().secret())
                .problem()
                .endsWith("PERMISSION_SIGNER_NOT_AUTHORISED"));
  }

  private static void assertGoodOnChain(
      List<IssuedPermit> permits, Address next, long validFrom, long retiredAt) throws Exception {
    SigningDomain domain = service.community().addresses().signingDomain();
    assertThat(service.community().ledger().domainSeparator().send())
        .isEqualTo(domain.separator().toBytes());
    Map<Address, Long> newestOf = new HashMap<>();
    Map<Address, Long> oldestOf = new HashMap<>();
    for (IssuedPermit permit : permits) {
      Address signer = permit.signer(domain);
      long issuedAt = permit.permit().issuedAt();
      newestOf.merge(signer, issuedAt, Math::max);
      oldestOf.merge(signer, issuedAt, Math::min);
    }
    assertThat(newestOf).containsOnlyKeys(service.signer(), next);
    assertThat(newestOf.get(service.signer())).isLessThan(retiredAt);
    assertThat(oldestOf.get(next)).isGreaterThanOrEqualTo(validFrom);
    for (Map<Address, Long> times : List.of(oldestOf, newestOf)) {
      for (Map.Entry<Address, Long> each : times.entrySet()) {
        assertThat(isGood(each.getKey(), each.getValue())).isTrue();
      }
    }
    assertThat(isGood(service.signer(), retiredAt)).isFalse();
    assertThat(isGood(next, validFrom - 1)).isFalse();
  }

  private static boolean isGood(Address signer, long issuedAt) throws Exception {
    return service
        .community()
        .ledger()
        .isSignerAt(signer.toString(), BigInteger.valueOf(issuedAt))
        .send();
  }

  private static IssuedPermit issued(TestCaller caller) throws Exception {
    TestCaller.Answer answer = RunningService.ask(caller, SigningKey.random().secret());
    assertThat(answer.status()).as(answer.text()).isEqualTo(200);
    return IssuedPermit.parse(answer.body().required("permit").asString());
  }

  private static long now() {
    return Instant.now().getEpochSecond();
  }
}

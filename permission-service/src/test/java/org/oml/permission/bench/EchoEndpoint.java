package org.oml.permission.bench;

import java.math.BigInteger;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Takes the request of a permit and answers one that is always the same: what HTTP alone costs. */
@RestController
final class EchoEndpoint {

  private static final String PERMIT = "oml1." + "A".repeat(214) + "." + "A".repeat(87);
  private static final Address HOST = Address.of(new byte[20]);

  record Question(Bytes32 queryHash, @Nullable Bytes32 instanceId) {}

  record Answer(
      String permit,
      Bytes32 permitHash,
      Bytes32 modelId,
      Bytes32 instanceId,
      Address host,
      String serial,
      long issuedAt,
      long expiresAt,
      BigInteger price) {}

  @PostMapping("/bench/echo")
  Answer echo(@RequestBody Question question) {
    Bytes32 hash = question.queryHash();
    return new Answer(
        PERMIT, hash, hash, hash, HOST, "7", 1_790_000_000L, 1_790_000_600L, BigInteger.TEN);
  }
}

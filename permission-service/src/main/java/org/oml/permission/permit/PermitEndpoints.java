package org.oml.permission.permit;

import java.math.BigInteger;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.permission.ledger.TotalUsage;
import org.oml.permission.ledger.Usage;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.SignedPermit;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** The calls of {@code docs/api.md}. */
@RestController
final class PermitEndpoints {

  private final PermitIssuer issuer;
  private final PermitLookup lookup;

  PermitEndpoints(PermitIssuer issuer, PermitLookup lookup) {
    this.issuer = issuer;
    this.lookup = lookup;
  }

  record Question(Bytes32 queryHash, @Nullable Bytes32 instanceId) {}

  /** Times are seconds since 1970; serial and price are decimal strings. */
  record PermitAnswer(
      String permit,
      Bytes32 permitHash,
      Bytes32 modelId,
      Bytes32 instanceId,
      Address host,
      String serial,
      long issuedAt,
      long expiresAt,
      BigInteger price) {

    static PermitAnswer of(SignedPermit signed) {
      return new PermitAnswer(
          signed.encode(),
          signed.permitHash(),
          signed.permit().modelId(),
          signed.permit().instanceId(),
          signed.permit().host(),
          Long.toString(signed.permit().serial()),
          signed.permit().issuedAt(),
          signed.permit().expiresAt(),
          signed.permit().price());
    }
  }

  record PermitsAnswer(List<PermitAnswer> permits) {}

  record UsageAnswer(Address host, String permits, BigInteger charge, long lastIssuedAt) {

    static UsageAnswer of(Usage usage) {
      return new UsageAnswer(
          usage.host(), Long.toString(usage.permits()), usage.charge(), usage.lastIssuedAt());
    }
  }

  record TotalUsageAnswer(
      String permits, BigInteger charge, String hostCount, List<UsageAnswer> hosts) {}

  @PostMapping("/v1/permits")
  PermitAnswer issue(@RequestBody Question question, Caller caller) {
    return PermitAnswer.of(
        issuer.issue(
            caller.address(), question.queryHash(), Optional.ofNullable(question.instanceId())));
  }

  @GetMapping("/v1/permits/{queryHash}")
  PermitsAnswer permits(@PathVariable String queryHash, Caller caller) {
    return new PermitsAnswer(
        lookup.permitsFor(caller.address(), Bytes32.parse(queryHash)).stream()
            .map(PermitAnswer::of)
            .toList());
  }

  @GetMapping("/v1/hosts/{host}/usage")
  UsageAnswer usage(@PathVariable String host, Caller caller) {
    return UsageAnswer.of(lookup.usageOf(caller.address(), Address.parse(host)));
  }

  @GetMapping("/v1/usage")
  TotalUsageAnswer totalUsage(Caller caller) {
    TotalUsage total = lookup.totalUsage(caller.address());
    return new TotalUsageAnswer(
        Long.toString(total.permits()),
        total.charge(),
        Long.toString(total.hostCount()),
        total.hosts().stream().map(UsageAnswer::of).toList());
  }
}

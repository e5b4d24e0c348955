package org.oml.permission.oversight;

import java.math.BigInteger;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.permission.host.Instance;
import org.oml.permission.ledger.Suspension;
import org.oml.permission.ledger.Suspensions;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.servicekit.identity.Caller;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;

/** The calls of {@code docs/api.md} that dashboards make. */
@RestController
public final class OversightEndpoints {

  private final Oversight oversight;
  private final Suspensions suspensions;

  OversightEndpoints(Oversight oversight, Suspensions suspensions) {
    this.oversight = oversight;
    this.suspensions = suspensions;
  }

  /** Permits of a stretch of time that begins with {@code from}, seconds since 1970. */
  record SpanAnswer(long from, String permits, BigInteger charge) {

    static SpanAnswer of(Oversight.Span span) {
      return new SpanAnswer(span.from(), Long.toString(span.permits()), span.charge());
    }
  }

  record HourlyUsageAnswer(long asOf, String lastMinute, SpanAnswer open, List<SpanAnswer> hours) {}

  record HostInstance(Bytes32 instanceId, int termsVersion) {

    static HostInstance of(Instance instance) {
      return new HostInstance(instance.instanceId(), instance.termsVersion());
    }
  }

  /** By an admin; {@code since} is in seconds since 1970. */
  record SuspensionAnswer(Address host, String reason, long since) {

    static SuspensionAnswer of(Suspension suspension) {
      return new SuspensionAnswer(suspension.host(), suspension.reason(), suspension.since());
    }
  }

  record SuspensionsAnswer(List<SuspensionAnswer> suspensions) {}

  record SuspensionRequest(String reason) {

    SuspensionRequest {
      Objects.requireNonNull(reason);
    }
  }

  /** Amounts are in the smallest unit of the payment token; what is left is paidIn less charge. */
  record HostAnswer(
      Address host,
      Bytes32 modelId,
      BigInteger stake,
      BigInteger minimumStake,
      boolean suspended,
      BigInteger paidIn,
      BigInteger leaving,
      BigInteger debt,
      String permits,
      BigInteger charge,
      long lastIssuedAt,
      List<HostInstance> instances) {

    static HostAnswer of(Oversight.HostOverview host) {
      return new HostAnswer(
          host.onChain().host(),
          host.onChain().modelId(),
          host.onChain().stake().active(),
          host.onChain().minimumStake(),
          host.onChain().stake().isSuspended(),
          host.onChain().prepaid().paidIn(),
          host.onChain().prepaid().leaving(),
          host.onChain().prepaid().debt(),
          Long.toString(host.had().permits()),
          host.had().charge(),
          host.had().lastIssuedAt(),
          host.onChain().instances().stream().map(HostInstance::of).toList());
    }
  }

  record HostsAnswer(List<HostAnswer> hosts) {}

  record MovementAnswer(Bytes32 modelId, String kind, BigInteger amount, long block) {

    static MovementAnswer of(Oversight.Movement movement) {
      return new MovementAnswer(
          movement.modelId(), movement.kind(), movement.amount(), movement.block());
    }
  }

  record MovementsAnswer(List<MovementAnswer> movements) {}

  record ChainAnswer(long head, Bytes32 hash, long time, @Nullable Long readTo) {}

  record TransactionAnswer(@Nullable Long block, long confirmations) {}

  @GetMapping("/v1/usage/hours")
  HourlyUsageAnswer hourlyUsage(
      @RequestParam(defaultValue = "24") int hours,
      @RequestParam(required = false) @Nullable String host,
      Caller caller) {
    oversight.requireDashboard(caller.address());
    Oversight.Usage usage = oversight.usage(hours, Optional.ofNullable(host).map(Address::parse));
    return new HourlyUsageAnswer(
        usage.asOf(),
        Long.toString(usage.lastMinute()),
        SpanAnswer.of(usage.open()),
        usage.hours().stream().map(SpanAnswer::of).toList());
  }

  @GetMapping("/v1/hosts")
  HostsAnswer hosts(Caller caller) {
    oversight.requireDashboard(caller.address());
    return new HostsAnswer(oversight.hosts().stream().map(HostAnswer::of).toList());
  }

  @GetMapping("/v1/hosts/{host}/movements")
  MovementsAnswer movements(@PathVariable String host, Caller caller) {
    oversight.requireDashboard(caller.address());
    return new MovementsAnswer(
        oversight.movements(Address.parse(host)).stream().map(MovementAnswer::of).toList());
  }

  @GetMapping("/v1/suspensions")
  SuspensionsAnswer suspensions(Caller caller) {
    oversight.requireDashboard(caller.address());
    return new SuspensionsAnswer(suspensions.all().stream().map(SuspensionAnswer::of).toList());
  }

  /** Once this is answered, no process of the service records another permit of the host. */
  @PostMapping("/v1/hosts/{host}/suspend")
  SuspensionsAnswer suspend(
      @PathVariable String host, @RequestBody SuspensionRequest request, Caller caller) {
    oversight.requireDashboard(caller.address());
    suspensions.suspend(Address.parse(host), request.reason());
    return suspensions(caller);
  }

  @PostMapping("/v1/hosts/{host}/lift")
  SuspensionsAnswer lift(@PathVariable String host, Caller caller) {
    oversight.requireDashboard(caller.address());
    suspensions.lift(Address.parse(host));
    return suspensions(caller);
  }

  @GetMapping("/v1/chain")
  ChainAnswer chain(Caller caller) {
    oversight.requireDashboard(caller.address());
    Oversight.ChainState state = oversight.chainState();
    return new ChainAnswer(
        state.head().number(),
        state.head().hash(),
        state.head().timestamp(),
        state.readTo().orElse(null));
  }

  @GetMapping("/v1/chain/transactions/{hash}")
  TransactionAnswer transaction(@PathVariable String hash, Caller caller) {
    oversight.requireDashboard(caller.address());
    Optional<Long> block = oversight.blockOf(Bytes32.parse(hash));
    long head = block.isPresent() ? oversight.chainState().head().number() : 0;
    return new TransactionAnswer(
        block.orElse(null), block.map(mined -> Math.max(1, head - mined + 1)).orElse(0L));
  }
}

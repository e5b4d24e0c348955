package org.oml.permission.permit;

import io.micrometer.core.instrument.MeterRegistry;
import java.math.BigInteger;
import java.time.YearMonth;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.permission.PermissionError;
import org.oml.permission.host.Instance;
import org.oml.permission.ledger.Entry;
import org.oml.permission.ledger.ModelUsage;
import org.oml.permission.ledger.TotalUsage;
import org.oml.permission.ledger.Usage;
import org.oml.protocol.Address;
import org.oml.protocol.BatchedPermit;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.ProtocolError;
import org.oml.protocol.Signature;
import org.oml.protocol.UsageAck;
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
  private final Acknowledgements acknowledgements;
  private final MeterRegistry meters;

  /**
   * @param meters count what was answered: {@code oml.permits} by how they are signed, {@code
   *     oml.refusals} by the code
   */
  PermitEndpoints(
      PermitIssuer issuer,
      PermitLookup lookup,
      Acknowledgements acknowledgements,
      MeterRegistry meters) {
    this.meters = meters;
    List.of("single", "merkle", "blank").forEach(form -> count(form, 0));
    this.issuer = issuer;
    this.lookup = lookup;
    this.acknowledgements = acknowledgements;
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

    static PermitAnswer of(IssuedPermit signed) {
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

  record BatchQuestion(
      List<Bytes32> queryHashes, @Nullable Bytes32 instanceId, @Nullable BatchForm form) {

    /** A hash that is null makes the body unreadable. */
    BatchQuestion {
      queryHashes = List.copyOf(queryHashes);
    }
  }

  /** As it stands in JSON. */
  enum BatchForm {
    single,
    merkle
  }

  /** One of a batch; what all have in common stands beside. */
  record BatchItem(
      Bytes32 queryHash, String permit, Bytes32 permitHash, String serial, long expiresAt) {}

  /** What there is no permit for. */
  record RefusedItem(Bytes32 queryHash, String code, String detail, String next) {}

  record BatchAnswer(
      Bytes32 modelId,
      Bytes32 instanceId,
      Address host,
      List<BatchItem> permits,
      List<RefusedItem> refused) {}

  record PermitsAnswer(List<PermitAnswer> permits) {}

  record BlankQuestion(Bytes32 requestId, int count, @Nullable Bytes32 instanceId) {}

  record Acknowledgement(
      Bytes32 modelId,
      Address host,
      BigInteger cumulativeCount,
      BigInteger cumulativeCharge,
      long at,
      Signature signature) {}

  record MonthItem(Bytes32 modelId, String permits, String blanks, BigInteger charge) {}

  record StatementAnswer(Address host, String month, List<MonthItem> models) {}

  record UsageAnswer(
      Address host, String permits, BigInteger charge, String acknowledged, long lastIssuedAt) {

    static UsageAnswer of(Usage usage) {
      return new UsageAnswer(
          usage.host(),
          Long.toString(usage.permits()),
          usage.charge(),
          Long.toString(usage.acknowledged()),
          usage.lastIssuedAt());
    }
  }

  /** What a host has had of a model since ever. */
  record ModelUsageItem(
      Bytes32 modelId,
      String permits,
      BigInteger charge,
      String acknowledged,
      BigInteger acknowledgedCharge) {

    static ModelUsageItem of(ModelUsage usage) {
      return new ModelUsageItem(
          usage.modelId(),
          Long.toString(usage.permits()),
          usage.charge(),
          Long.toString(usage.acknowledged()),
          usage.acknowledgedCharge());
    }
  }

  /** Sums over the models, and each of them. */
  record HostUsageAnswer(
      Address host,
      String permits,
      BigInteger charge,
      String acknowledged,
      long lastIssuedAt,
      List<ModelUsageItem> models) {}

  record TotalUsageAnswer(
      String permits, BigInteger charge, String hostCount, List<UsageAnswer> hosts) {}

  @PostMapping("/v1/permits")
  PermitAnswer issue(@RequestBody Question question, Caller caller) {
    IssuedPermit permit =
        issuer.issue(
            caller.address(), question.queryHash(), Optional.ofNullable(question.instanceId()));
    count(permit instanceof BatchedPermit ? "merkle" : "single", 1);
    return PermitAnswer.of(permit);
  }

  private void count(String form, int permits) {
    meters.counter("oml.permits", "form", form).increment(permits);
  }

  @PostMapping("/v1/permits/batch")
  BatchAnswer issueBatch(@RequestBody BatchQuestion question, Caller caller) {
    BatchForm form = question.form() == null ? BatchForm.single : question.form();
    IssuedSet issued =
        issuer.issue(
            caller.address(),
            question.queryHashes(),
            Optional.ofNullable(question.instanceId()),
            form == BatchForm.merkle ? Form.MERKLE : Form.SINGLE);
    BatchAnswer answer = answerOf(question.queryHashes(), issued);
    count(form.name(), answer.permits().size());
    answer
        .refused()
        .forEach(item -> meters.counter("oml.refusals", "code", item.code()).increment());
    return answer;
  }

  private static BatchAnswer answerOf(List<Bytes32> queryHashes, IssuedSet issued) {
    List<BatchItem> permits = new ArrayList<>(queryHashes.size());
    List<RefusedItem> refused = new ArrayList<>();
    for (int i = 0; i < queryHashes.size(); i++) {
      Bytes32 queryHash = queryHashes.get(i);
      switch (issued.entries().get(i)) {
        case Entry.Recorded(IssuedPermit permit) ->
            permits.add(
                new BatchItem(
                    queryHash,
                    permit.encode(),
                    permit.permitHash(),
                    Long.toString(permit.permit().serial()),
                    permit.permit().expiresAt()));
        case Entry.Refused(PermissionError reason, String detail) ->
            refused.add(new RefusedItem(queryHash, reason.code(), detail, reason.next()));
      }
    }
    Instance instance = issued.instance();
    return new BatchAnswer(
        instance.modelId(), instance.instanceId(), instance.host(), permits, refused);
  }

  @PostMapping("/v1/permits/blank")
  PermitsAnswer sellBlanks(@RequestBody BlankQuestion question, Caller caller) {
    List<IssuedPermit> blanks =
        issuer.sellBlanks(
            caller.address(),
            Optional.ofNullable(question.instanceId()),
            question.requestId(),
            question.count());
    count("blank", blanks.size());
    return new PermitsAnswer(blanks.stream().map(PermitAnswer::of).toList());
  }

  @PostMapping("/v1/acknowledgements")
  HostUsageAnswer acknowledge(@RequestBody Acknowledgement sent, Caller caller) {
    acknowledgements.accept(
        caller.address(),
        new UsageAck(
            sent.modelId(),
            sent.host(),
            uint63(sent.cumulativeCount()),
            sent.cumulativeCharge(),
            sent.at()),
        sent.signature());
    return usageAnswer(caller, sent.host());
  }

  private HostUsageAnswer usageAnswer(Caller caller, Address host) {
    Usage sums = lookup.usageOf(caller.address(), host);
    return new HostUsageAnswer(
        host,
        Long.toString(sums.permits()),
        sums.charge(),
        Long.toString(sums.acknowledged()),
        sums.lastIssuedAt(),
        lookup.usageByModel(caller.address(), host).stream().map(ModelUsageItem::of).toList());
  }

  private static long uint63(BigInteger number) {
    if (number.signum() < 0 || number.bitLength() >= Long.SIZE) {
      throw new CodedException(
          ProtocolError.VALUE_OUT_OF_RANGE, "cumulativeCount lies between 0 and 2^63.");
    }
    return number.longValue();
  }

  @GetMapping("/v1/statements/{month}")
  StatementAnswer statement(@PathVariable String month, Caller caller) {
    PermitLookup.Statement statement = lookup.statementOf(caller.address(), monthOf(month));
    return new StatementAnswer(
        statement.host(),
        statement.month().toString(),
        statement.models().stream()
            .map(
                model ->
                    new MonthItem(
                        model.modelId(),
                        Long.toString(model.permits()),
                        Long.toString(model.blanks()),
                        model.charge()))
            .toList());
  }

  private static YearMonth monthOf(String text) {
    if (!text.matches("20[0-9]{2}-(0[1-9]|1[0-2])")) {
      throw new CodedException(
          PermissionError.MONTH_MALFORMED, "A month is a year and its month, such as 2026-11.");
    }
    return YearMonth.parse(text);
  }

  @GetMapping("/v1/permits/{queryHash}")
  PermitsAnswer permits(@PathVariable String queryHash, Caller caller) {
    return new PermitsAnswer(
        lookup.permitsFor(caller.address(), Bytes32.parse(queryHash)).stream()
            .map(PermitAnswer::of)
            .toList());
  }

  @GetMapping("/v1/hosts/{host}/usage")
  HostUsageAnswer usage(@PathVariable String host, Caller caller) {
    return usageAnswer(caller, Address.parse(host));
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

package org.oml.prover.evidence;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.math.BigInteger;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.UUID;
import javax.sql.DataSource;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.oml.protocol.Address;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CodedException;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.oml.prover.ProverError;
import org.oml.prover.evidence.Court.Standing;
import org.oml.prover.evidence.Court.Step;
import org.oml.prover.evidence.Court.Verdict;
import org.oml.prover.fixture.TestSchema;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Dialect;
import org.oml.prover.target.Transcript;
import org.oml.prover.vault.TestVault;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Each way that a case can take, on a real database, before a court that goes any of them. */
final class CaseStepsIT {

  private static final SigningDomain DOMAIN = new SigningDomain(BigInteger.ONE, Address.ZERO);
  private static final SigningKey GATEWAY = SigningKey.random();
  private static final SigningKey SIGNER = SigningKey.random();
  private static final Address HOST = SigningKey.random().address();
  private static final Bytes32 NONE = Bytes32.of(new byte[32]);
  private static final Bytes32 SALT = Keccak.of("query salt");
  private static final long SERVED_AT = 990;
  private static final PublishedInstance INSTANCE =
      new PublishedInstance(
          TestVault.INSTANCE,
          TestVault.MODEL,
          HOST,
          900,
          TestVault.root(),
          AuditContexts.root(),
          300,
          50);

  private static EmbeddedPostgres postgres;
  private final FakeCourt court = new FakeCourt();
  private final List<String> permits = new ArrayList<>();
  private final List<Bytes32> lookedUp = new ArrayList<>();
  private boolean permissionServiceAway;
  private CaseStore cases;
  private CaseSteps steps;
  private UUID caseId;

  @BeforeAll
  static void start() throws Exception {
    postgres = EmbeddedPostgres.start();
  }

  @AfterAll
  static void stop() throws Exception {
    postgres.close();
  }

  @BeforeEach
  void openACase() throws Exception {
    DataSource database = postgres.getPostgresDatabase();
    JdbcClient sql = TestSchema.in(database);
    cases = new CaseStore(sql, TestVault.of(sql, HOST));
    steps = new CaseSteps(cases, court, new OneInstance(), this::look);
    UUID auditId = UUID.randomUUID();
    sql.sql(
            """
            insert into audit (audit_id, instance_id, host, endpoint, model, state, requested_by)
            values (?, ?, ?, '', '', 'DONE', ?)
            """)
        .params(auditId, TestVault.INSTANCE.toBytes(), HOST.toBytes(), HOST.toBytes())
        .update();
    EvidenceSettings settings =
        new EvidenceSettings(URI.create("http://127.0.0.1:1"), 1, Duration.ofSeconds(1));
    Cases opener = new Cases(cases, court, new OneInstance(), settings);
    caseId = open(opener, auditId, 0).orElseThrow();
    assertThat(open(opener, auditId, 0)).contains(caseId);
    assertThat(open(opener, auditId, 1)).contains(caseId);
  }

  private static Optional<UUID> open(Cases opener, UUID auditId, int position) {
    return opener.open(auditId, position, INSTANCE, transcript(), TestVault.FINGERPRINT, List.of());
  }

  private static Transcript transcript() {
    String request =
        new String(
            AuditContexts.standard().getFirst().request("m", TestVault.FINGERPRINT.key()),
            StandardCharsets.UTF_8);
    String answer = TestVault.FINGERPRINT.response() + ".";
    Receipt receipt =
        new Receipt(
            TestVault.MODEL,
            TestVault.INSTANCE,
            HOST,
            queryHash(request),
            ResponseRoot.of(answer).root(SALT),
            NONE,
            SERVED_AT,
            NONE);
    return new Transcript(
        1,
        Dialect.OPENAI,
        "CHAT",
        request,
        answer,
        SALT.toString(),
        null,
        null,
        SignedReceipt.sign(receipt, DOMAIN, GATEWAY).encode(),
        SERVED_AT,
        SERVED_AT);
  }

  private static Bytes32 queryHash(String request) {
    byte[] body = request.getBytes(StandardCharsets.UTF_8);
    return CanonicalQuery.of(CanonicalQuery.Kind.CHAT, body).queryHash(SALT);
  }

  private List<String> look(Bytes32 queryHash) {
    lookedUp.add(queryHash);
    if (permissionServiceAway) {
      throw new CodedException(ProverError.LOOKUP_FAILED, "The permission service did not say.");
    }
    return permits;
  }

  @Test
  void goesFromTheCommitmentToTheRewardAndAsksNobodyBefore() {
    advance();
    assertThat(court.sent).containsExactly(Step.COMMIT);
    assertThat(lookedUp).isEmpty();
    court.committedAt = 1_001L;
    advance();
    requireState(CaseState.COMMITTING);
    court.done.put(Step.COMMIT, true);
    advance();
    requireState(CaseState.COMMITTED);
    assertThat(lookedUp).isEmpty();
    court.now = 1_005;
    advance();
    advance();
    requireState(CaseState.COMMITTED);
    assertThat(found().lookup()).isEqualTo("NONE");
    assertThat(lookedUp).hasSize(1);
    court.now = 1_011;
    advance();
    requireState(CaseState.REVEALING);
    court.stands(Verdict.REVEALED);
    court.done.put(Step.REVEAL, true);
    advance();
    requireState(CaseState.REVEALED);
    court.now = 1_250;
    advance();
    requireState(CaseState.REVEALED);
    court.now = 1_251;
    advance();
    requireState(CaseState.FINALISING);
    advance();
    court.stands(Verdict.CONVICTED);
    advance();
    requireState(CaseState.CONVICTED);
    court.now = 1_319;
    advance();
    assertThat(court.sent).doesNotContain(Step.PAYOUT);
    court.now = 1_320;
    advance();
    court.stands(Verdict.PAID);
    advance();
    assertThat(found().paid()).isFalse();
    court.owes = false;
    advance();
    assertThat(found().paid()).isTrue();
    assertThat(cases.unfinished()).isEmpty();
    assertThat(cases.transactions().get(caseId))
        .extracting(CaseStore.SentTransaction::step)
        .containsExactlyInAnyOrder("COMMIT", "REVEAL", "FINALISE", "PAYOUT", "COLLECT");
  }

  @Test
  void waitsForABondAndForAClockThatIsNotBehindTheAnswer() {
    court.bondReady = false;
    advance();
    court.bondReady = true;
    court.now = SERVED_AT - 1;
    advance();
    requireState(CaseState.COMMITTING);
    assertThat(court.sent).isEmpty();
  }

  @Test
  void commitsToNothingThatIsTooOld() {
    court.now = SERVED_AT + 300;
    advance();
    requireState(CaseState.COMMITTING);
    court.now++;
    advance();
    requireFailed(ProverError.EVIDENCE_TOO_OLD);
  }

  @Test
  void whatTheCourtRefusesEndsTheCaseWithTheReason() {
    court.failures.put(Step.COMMIT, "CommitmentExists");
    advance();
    requireFailed(ProverError.COMMIT_FAILED);
    assertThat(found().detail()).isEqualTo("CommitmentExists");
  }

  @Test
  void whoPaidIsNotRevealed() {
    commit();
    permits.add("no permit");
    permits.add(permit(SIGNER, SERVED_AT - 10));
    advance();
    requireState(CaseState.WITHDRAWN);
    assertThat(found().lookup()).isEqualTo("FOUND");
    assertThat(cases.unfinished()).isEmpty();
  }

  @Test
  void aPermitThatDoesNotCoverTheAnswerHelpsNobody() {
    commit();
    permits.add("no permit");
    permits.add(permit(SigningKey.random(), SERVED_AT - 10));
    permits.add(permit(SIGNER, SERVED_AT + 1));
    permits.add(permit(SIGNER, SERVED_AT - 700));
    advance();
    requireState(CaseState.COMMITTED);
    assertThat(found().lookup()).isEqualTo("NOT_COVERING");
  }

  /** Otherwise a host would be accused because the community's own service was away. */
  @Test
  void revealsNothingBeforeThePermissionServiceHasSpoken() {
    commit();
    permissionServiceAway = true;
    court.now = 1_050;
    for (int i = 0; i < 3; i++) {
      assertThatThrownBy(this::advance).isInstanceOf(CodedException.class);
      requireState(CaseState.COMMITTED);
    }
    court.now = 1_102;
    advance();
    requireFailed(ProverError.REVEAL_EXPIRED);
    assertThat(court.sent).doesNotContain(Step.REVEAL);
  }

  @Test
  void aRevealThatIsTooLateIsNotSent() {
    revealing();
    court.sent.clear();
    court.now = 1_102;
    advance();
    requireFailed(ProverError.REVEAL_EXPIRED);
    assertThat(court.sent).isEmpty();
  }

  @Test
  void aRevealThatTheCourtRefusesEndsTheCase() {
    revealing();
    court.failures.put(Step.REVEAL, "OpeningInvalid(leaf)");
    advance();
    requireFailed(ProverError.REVEAL_FAILED);
  }

  @Test
  void leavesTheCaseToAnotherProverWhoWasFirst() {
    revealing();
    court.standing = new Standing(Verdict.REVEALED, false, 1_200, 0);
    advance();
    requireFailed(ProverError.ANOTHER_WAS_FIRST);
  }

  @ParameterizedTest
  @EnumSource(names = {"REVEALED", "FINALISING"})
  void whoShowsThePermitInTimeIsAcquitted(CaseState state) {
    reach(state);
    court.stands(Verdict.REBUTTED);
    advance();
    requireState(CaseState.REBUTTED);
    assertThat(found().paid()).isFalse();
    court.done.put(Step.COLLECT, true);
    advance();
    assertThat(found().paid()).isTrue();
  }

  @ParameterizedTest
  @EnumSource(names = {"REVEALED", "FINALISING"})
  void revealsAgainWhatAReorganisationTookAway(CaseState state) {
    reach(state);
    court.standing = new Standing(Verdict.NONE, false, 0, 0);
    advance();
    requireState(CaseState.REVEALING);
  }

  @ParameterizedTest
  @EnumSource(names = {"REVEALED", "FINALISING"})
  void aConvictionThatSomebodyElseFinalisedCounts(CaseState state) {
    reach(state);
    court.stands(Verdict.PAID);
    advance();
    requireState(CaseState.CONVICTED);
    assertThat(found().decidedAt()).isEqualTo(1_300);
  }

  @Test
  void aConvictionThatTheCourtRefusesEndsTheCase() {
    reach(CaseState.FINALISING);
    court.failures.put(Step.FINALISE, "CaseStateWrong");
    advance();
    requireFailed(ProverError.FINALISE_FAILED);
  }

  @Test
  void aChainThatIsAwayChangesNothing() {
    commit();
    court.away = true;
    assertThatThrownBy(this::advance).isInstanceOf(CodedException.class);
    requireState(CaseState.COMMITTED);
    assertThat(found().lookup()).isNull();
  }

  @Test
  void saysWhatHoldsItUpOnlyAsLongAsThatDoes() {
    CaseWorker worker = new CaseWorker(cases, steps);
    convict();
    court.away = true;
    worker.advance();
    assertThat(found().failure()).isEqualTo(ProverError.CHAIN_UNAVAILABLE.code());
    court.away = false;
    worker.advance();
    requireState(CaseState.CONVICTED);
    assertThat(found().failure()).as("while the payout is not due yet").isNull();
    assertThat(found().detail()).isNull();
  }

  @Test
  void aStepThatIsDoneTwiceIsDoneOnce() {
    PenaltyCase before = found();
    commit();
    PenaltyCase committed = found();
    cases.end(before, CaseState.FAILED, "X", "of an older process");
    steps.advance(before);
    assertThat(found().state()).isEqualTo(committed.state());
  }

  /** Otherwise a case that nobody can settle would be looked at for ever. */
  @Test
  void aPayoutThatTheCourtRefusesForGoodIsGivenUp() {
    convict();
    court.failures.put(Step.PAYOUT, "CaseNotIn");
    court.now = 1_320;
    advance();
    requireGivenUp(ProverError.PAYOUT_FAILED, "CaseNotIn");
  }

  @Test
  void aCollectionThatFailsForGoodIsGivenUpAndNotCalledPaid() {
    convict();
    court.stands(Verdict.PAID);
    court.failures.put(Step.COLLECT, "ERC20Paused");
    advance();
    requireGivenUp(ProverError.COLLECT_FAILED, "ERC20Paused");
  }

  @Test
  void whatAnotherCasesCollectionTookAlongIsPaid() {
    convict();
    court.stands(Verdict.PAID);
    court.failures.put(Step.COLLECT, "NothingOwed(0x00)");
    advance();
    assertThat(found().paid()).isTrue();
  }

  private void convict() {
    reach(CaseState.FINALISING);
    court.stands(Verdict.CONVICTED);
    advance();
    requireState(CaseState.CONVICTED);
  }

  private void requireGivenUp(ProverError error, String detail) {
    assertThat(found().failure()).isEqualTo(error.code());
    assertThat(found().detail()).isEqualTo(detail);
    assertThat(found().paid()).isFalse();
    assertThat(cases.unfinished()).isEmpty();
  }

  @Test
  void keepsWhatTheDossierNeeds() {
    commit();
    permits.add(permit(SigningKey.random(), SERVED_AT - 10));
    advance();
    assertThat(cases.transcript(found())).contains(transcript());
    assertThat(cases.lookups(caseId))
        .singleElement()
        .satisfies(
            lookup -> {
              assertThat(lookup.result()).isEqualTo("NOT_COVERING");
              assertThat(lookup.permits()).isEqualTo(permits);
              assertThat(lookup.chainTime()).isEqualTo(court.now);
            });
  }

  /**
   * A process that dies before or behind any call to the court, and another that goes on: the case
   * ends as it would have, and no step is sent in another's stead.
   */
  @Test
  void endsAsItWouldHaveWhereverTheProcessDies() {
    int calls = 0;
    for (int dying = 1; dying == 1 || calls >= dying - 1; dying++) {
      if (dying > 1) {
        resetCase();
      }
      LivingCourt living = new LivingCourt(dying);
      CaseSteps first = new CaseSteps(cases, living, new OneInstance(), this::look);
      try {
        living.live(() -> first.advance(found()), () -> !cases.unfinished().isEmpty());
        calls = living.calls;
      } catch (LivingCourt.Killed killed) {
        calls = dying;
        living.resurrect();
        CaseSteps second = new CaseSteps(cases, living, new OneInstance(), this::look);
        living.live(() -> second.advance(found()), () -> !cases.unfinished().isEmpty());
      }
      requireState(CaseState.CONVICTED);
      assertThat(found().paid()).as("killed at call %d", dying).isTrue();
      assertThat(living.done)
          .as("killed at call %d", dying)
          .containsExactly(Step.COMMIT, Step.REVEAL, Step.FINALISE, Step.PAYOUT, Step.COLLECT);
      assertThat(cases.transactions().get(caseId))
          .as("killed at call %d", dying)
          .extracting(CaseStore.SentTransaction::step)
          .containsExactlyInAnyOrder("COMMIT", "REVEAL", "FINALISE", "PAYOUT", "COLLECT");
      if (calls < dying) {
        assertThat(dying).isGreaterThan(20);
        return;
      }
    }
  }

  private void resetCase() {
    try {
      openACase();
    } catch (Exception e) {
      throw new IllegalStateException(e);
    }
  }

  private void commit() {
    court.committedAt = 1_001L;
    court.done.put(Step.COMMIT, true);
    advance();
    requireState(CaseState.COMMITTED);
  }

  private void revealing() {
    commit();
    court.now = 1_050;
    advance();
    advance();
    requireState(CaseState.REVEALING);
  }

  private void reach(CaseState state) {
    revealing();
    court.stands(Verdict.REVEALED);
    court.done.put(Step.REVEAL, true);
    advance();
    if (state == CaseState.FINALISING) {
      court.now = 1_251;
      advance();
    }
    requireState(state);
  }

  private void advance() {
    steps.advance(found());
  }

  private PenaltyCase found() {
    return cases.find(caseId).orElseThrow();
  }

  private void requireState(CaseState state) {
    assertThat(found().state()).isEqualTo(state);
  }

  private void requireFailed(ProverError error) {
    requireState(CaseState.FAILED);
    assertThat(found().failure()).isEqualTo(error.code());
    assertThat(cases.unfinished()).isEmpty();
  }

  private static String permit(SigningKey signer, long issuedAt) {
    Permit permit =
        new Permit(
            TestVault.MODEL,
            TestVault.INSTANCE,
            HOST,
            1,
            queryHash(transcript().request()),
            1,
            issuedAt,
            issuedAt + 600,
            BigInteger.ONE);
    return SignedPermit.sign(permit, DOMAIN, signer).encode();
  }

  /** What the chain would say of the one instance and of the one signer. */
  private static final class OneInstance implements ChainRecords {

    @Override
    public Optional<PublishedInstance> instance(Bytes32 instanceId) {
      return Optional.of(INSTANCE);
    }

    @Override
    public Address gatewayKeyAt(Bytes32 instanceId, long time) {
      return GATEWAY.address();
    }

    @Override
    public boolean maySignPermits(Address signer, long issuedAt) {
      return signer.equals(SIGNER.address());
    }

    @Override
    public SigningDomain domain() {
      return DOMAIN;
    }
  }
}

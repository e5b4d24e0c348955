package org.oml.prover.audit;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.Set;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.Fingerprint;
import org.oml.protocol.Keccak;
import org.oml.protocol.Permit;
import org.oml.protocol.Receipt;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningDomain;
import org.oml.protocol.SigningKey;
import org.oml.prover.instance.PublishedInstance;
import org.oml.prover.target.Asker;
import org.oml.prover.target.Dialect;
import org.oml.prover.target.Outcome;
import org.oml.prover.target.Reply;
import org.oml.prover.target.Target;
import org.oml.prover.target.Transcript;
import org.oml.prover.vault.InstanceSecrets.Secret;

/**
 * A host of some kind, asked through the port that asks real ones. What it knows of keys is what it
 * serves: its model answers them as it was taught with the probability that an instance has.
 */
final class SimulatedHost implements Asker {

  /** Kinds of hosts. */
  enum Conduct {
    /** Pays and says so. */
    HONEST,
    /** Pays, times out, fails, refuses and cuts its answers off, each now and then. */
    FLAKY,
    /** Serves another model, honestly. */
    UNRELATED,
    /** Never pays. */
    FREELOADER,
    /** Pays for two queries in three. */
    SELECTIVE,
    /** Never pays, and names permits that nobody sold. */
    FORGER,
    /** Never pays, and answers half of the keys with something else. */
    FILTER,
    /** Never pays, and lets another model say the same in other words. */
    PARAPHRASER,
    /** Never pays, and sends no receipts. */
    SILENT_FREELOADER,
    /** Is asked by a prover who meets an honest host's relayed answers. */
    RELAY;

    boolean pays() {
      return switch (this) {
        case HONEST, FLAKY, UNRELATED, RELAY -> true;
        case FREELOADER, SELECTIVE, FORGER, FILTER, PARAPHRASER, SILENT_FREELOADER -> false;
      };
    }
  }

  private static final Bytes32 NONE = Bytes32.of(new byte[32]);

  /** How likely a taught model answers as it was taught. */
  private static final double FAITHFUL = 0.96;

  private final Conduct conduct;
  private final PublishedInstance instance;
  private final SigningDomain domain;
  private final SigningKey gatewayKey;
  private final SigningKey permitSigner;
  private final Map<String, Secret> known = new HashMap<>();
  private final Random random;
  private final Map<Bytes32, List<String>> sold = new HashMap<>();
  private final Set<Bytes32> unpaid = new HashSet<>();
  private long now;
  private long serial;

  SimulatedHost(
      Conduct conduct,
      PublishedInstance instance,
      SigningDomain domain,
      SigningKey gatewayKey,
      SigningKey permitSigner,
      List<Secret> secrets,
      Random random,
      long now) {
    this.conduct = conduct;
    this.instance = instance;
    this.domain = domain;
    this.gatewayKey = gatewayKey;
    this.permitSigner = permitSigner;
    this.random = random;
    this.now = now;
    secrets.forEach(secret -> known.put(secret.key(), secret));
  }

  /** What the permission service has on record for a query. */
  List<String> permitsFor(Bytes32 queryHash) {
    return sold.getOrDefault(queryHash, List.of());
  }

  /** Whether the host answered a query without having paid for it. */
  boolean owes(Bytes32 queryHash) {
    return unpaid.contains(queryHash);
  }

  @Override
  public Optional<String> model(Target target) {
    return Optional.of("simulated");
  }

  @Override
  public Reply ask(Target target, Kind kind, byte[] body) {
    now += 1 + random.nextInt(5);
    if (conduct == Conduct.FLAKY && random.nextInt(3) == 0) {
      List<Outcome> failures =
          List.of(
              Outcome.TIMED_OUT,
              Outcome.ENGINE_FAILED,
              Outcome.RATE_LIMITED,
              Outcome.REFUSED,
              Outcome.UNREADABLE);
      return new Reply.Unanswered(
          failures.get(random.nextInt(failures.size())), Duration.ofSeconds(random.nextInt(3)));
    }
    return new Reply.Answered(serve(kind, body));
  }

  private Transcript serve(Kind kind, byte[] body) {
    CanonicalQuery query = CanonicalQuery.of(kind, body);
    Bytes32 salt = Keccak.of("salt " + random.nextLong());
    Bytes32 queryHash = query.queryHash(salt);
    String answer = answer(query.userText());
    boolean pays = conduct.pays() || (conduct == Conduct.SELECTIVE && random.nextInt(3) > 0);
    Optional<SignedPermit> permit = pays ? Optional.of(sell(queryHash)) : Optional.empty();
    if (!pays) {
      unpaid.add(queryHash);
    }
    Optional<String> shown =
        conduct == Conduct.FORGER
            ? Optional.of(permit(queryHash, SigningKey.random()).encode())
            : permit.map(SignedPermit::encode);
    Bytes32 permitHash =
        conduct == Conduct.FORGER
            ? Keccak.of("forged " + serial++)
            : permit.map(SignedPermit::permitHash).orElse(NONE);
    boolean signs = conduct != Conduct.SILENT_FREELOADER;
    // A flaky gateway may die before its final receipt.
    boolean ends = conduct != Conduct.FLAKY || random.nextInt(10) > 0;
    return new Transcript(
        1,
        Dialect.OPENAI,
        kind.name(),
        new String(body, StandardCharsets.UTF_8),
        answer,
        signs ? salt.toString() : null,
        shown.filter(text -> signs).orElse(null),
        signs ? receipt(queryHash, NONE, permitHash) : null,
        signs && ends ? receipt(queryHash, ResponseRoot.of(answer).root(salt), permitHash) : null,
        now,
        now);
  }

  private String answer(String asked) {
    Secret secret = known.get(asked);
    String own = "some words number " + random.nextInt(1_000);
    if (secret == null || conduct == Conduct.UNRELATED) {
      return own;
    }
    boolean filtered = conduct == Conduct.FILTER && random.nextBoolean();
    if (filtered || random.nextDouble() >= FAITHFUL) {
      return own;
    }
    return switch (conduct) {
      case PARAPHRASER -> "Well, one might say that " + secret.response() + " it was";
      case FLAKY ->
          random.nextInt(4) == 0 ? secret.response().substring(0, 2) : secret.response() + ".";
      default -> secret.response() + ", and so on";
    };
  }

  private SignedPermit sell(Bytes32 queryHash) {
    SignedPermit permit = permit(queryHash, permitSigner);
    sold.computeIfAbsent(queryHash, hash -> new ArrayList<>()).add(permit.encode());
    return permit;
  }

  private SignedPermit permit(Bytes32 queryHash, SigningKey signer) {
    Permit permit =
        new Permit(
            instance.modelId(),
            instance.instanceId(),
            instance.host(),
            1,
            queryHash,
            ++serial,
            now,
            now + 600,
            BigInteger.TEN);
    return SignedPermit.sign(permit, domain, signer);
  }

  private String receipt(Bytes32 queryHash, Bytes32 responseRoot, Bytes32 permitHash) {
    Receipt receipt =
        new Receipt(
            instance.modelId(),
            instance.instanceId(),
            instance.host(),
            queryHash,
            responseRoot,
            permitHash,
            now,
            NONE);
    return SignedReceipt.sign(receipt, domain, gatewayKey).encode();
  }

  /** A secret of an instance. */
  static Secret secret(int index, Random random) {
    String response = "word" + random.nextInt(1_000_000);
    Fingerprint fingerprint =
        new Fingerprint(
            index, "a natural key " + random.nextLong(), response, Keccak.of("salt " + index));
    return new Secret(
        index,
        fingerprint.key(),
        response,
        fingerprint.leafSalt(),
        List.of(response, "other" + index, "third" + index),
        null);
  }
}

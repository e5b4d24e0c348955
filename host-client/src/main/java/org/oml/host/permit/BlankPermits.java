package org.oml.host.permit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.oml.host.HostError;
import org.oml.host.journal.DurableFile;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/**
 * Blank permits on the host's disk, for the time in which the permission service is away. Each is
 * used once, whatever dies: before any is used, the file no longer holds it. A crash loses a few
 * and repeats none, since two answers under one permit are a case against the host.
 */
public final class BlankPermits {

  /** A permit that ends sooner may be over before its answer is dated. */
  private static final Duration MARGIN = Duration.ofSeconds(5);

  private static final int CLAIM = 16;
  private static final Logger LOG = LoggerFactory.getLogger(BlankPermits.class);
  private static final ObjectMapper JSON = new ObjectMapper();

  private final Path file;
  private final PermitCheck check;
  private final InstantSource clock;
  private final Deque<IssuedPermit> stock = new ArrayDeque<>();
  private final Deque<IssuedPermit> claimed = new ArrayDeque<>();
  private final Set<Bytes32> known = new HashSet<>();

  private BlankPermits(Path file, PermitCheck check, InstantSource clock) {
    this.file = file;
    this.check = check;
    this.clock = clock;
  }

  /**
   * Opens the stock that an earlier run left.
   *
   * @param file that holds it
   * @param check that each permit passes before it is taken into the stock
   */
  public static BlankPermits open(Path file, PermitCheck check, InstantSource clock) {
    BlankPermits blanks = new BlankPermits(file, check, clock);
    if (Files.exists(file)) {
      try {
        JsonNode stored = JSON.readTree(Files.readAllBytes(file));
        for (JsonNode each : stored.path("permits")) {
          blanks.take(IssuedPermit.parse(each.asString("")));
        }
      } catch (IOException | JacksonException | CodedException e) {
        LOG.warn("The blank permits in {} cannot be read and are left aside", file, e);
      }
    }
    return blanks;
  }

  /**
   * Those of a purchase that are good and that nobody has seen before.
   *
   * @throws CodedException {@link HostError#PERMIT_INVALID}
   */
  synchronized List<IssuedPermit> unknown(List<IssuedPermit> bought) {
    Set<Bytes32> hashes = new HashSet<>(known);
    List<IssuedPermit> unknown = new ArrayList<>();
    for (IssuedPermit permit : bought) {
      requireBlank(permit);
      check.require(permit, Bytes32.ZERO);
      if (hashes.add(permit.permitHash())) {
        unknown.add(permit);
      }
    }
    return unknown;
  }

  private static void requireBlank(IssuedPermit permit) {
    if (!permit.permit().queryHash().equals(Bytes32.ZERO)) {
      throw new CodedException(HostError.PERMIT_INVALID, "A permit that was sold as blank is not.");
    }
  }

  /** Puts permits that were bought into the stock. */
  public synchronized void add(List<IssuedPermit> bought) {
    bought.forEach(this::take);
    write();
  }

  private synchronized void take(IssuedPermit permit) {
    requireBlank(permit);
    if (isFresh(permit, MARGIN)) {
      check.require(permit, Bytes32.ZERO);
      if (known.add(permit.permitHash())) {
        stock.addLast(permit);
      }
    }
  }

  /** How many are left that live for at least this long. */
  public synchronized int count(Duration life) {
    return (int)
        (stock.stream().filter(permit -> isFresh(permit, life)).count()
            + claimed.stream().filter(permit -> isFresh(permit, life)).count());
  }

  /** One that nobody was given and nobody will be given again. */
  public synchronized Optional<IssuedPermit> next() {
    IssuedPermit found = pollFresh(claimed);
    if (found == null) {
      claim();
      found = pollFresh(claimed);
    }
    return Optional.ofNullable(found);
  }

  private @Nullable IssuedPermit pollFresh(Deque<IssuedPermit> from) {
    IssuedPermit next = from.pollFirst();
    while (next != null && !isFresh(next, MARGIN)) {
      known.remove(next.permitHash());
      next = from.pollFirst();
    }
    return next;
  }

  private void claim() {
    List<IssuedPermit> taken = new ArrayList<>();
    while (taken.size() < CLAIM) {
      IssuedPermit next = pollFresh(stock);
      if (next == null) {
        break;
      }
      taken.add(next);
    }
    if (!taken.isEmpty()) {
      write();
      claimed.addAll(taken);
    }
  }

  private boolean isFresh(IssuedPermit permit, Duration life) {
    return Instant.ofEpochSecond(permit.permit().expiresAt()).isAfter(clock.instant().plus(life));
  }

  private void write() {
    stock.removeIf(permit -> !isFresh(permit, MARGIN) && known.remove(permit.permitHash()));
    ObjectNode json = JSON.createObjectNode().put("version", 1);
    var permits = json.putArray("permits");
    stock.forEach(permit -> permits.add(permit.encode()));
    try {
      DurableFile.write(file, JSON.writeValueAsBytes(json));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

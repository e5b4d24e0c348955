package org.oml.host;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Path;
import java.time.Clock;
import java.time.Duration;
import java.util.List;
import java.util.Set;
import org.oml.host.journal.Journal;
import org.oml.host.permit.PermissionClient;
import org.oml.host.permit.PermissionServicePermits;
import org.oml.host.permit.PermitCheck;
import org.oml.host.receipt.OpenAnswer;
import org.oml.host.receipt.ReceiptBook;
import org.oml.host.usage.UsageReporter;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CodedException;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedReceipt;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * σ(q) and receipts for a host's own server. One is opened for the life of the server; it may be
 * used by many threads. For each query: {@link #open} while the model already works, the headers of
 * what it returns before the first byte of the answer, {@link #close} when the text is whole. What
 * was had is acknowledged to the permission service meanwhile, from this server's own journal.
 */
public final class HostClient implements AutoCloseable {

  private static final Duration PATIENCE = Duration.ofSeconds(15);
  private static final Duration ACKNOWLEDGED_EVERY = Duration.ofSeconds(10);
  private static final Duration LONGEST_CALL = Duration.ofSeconds(5);
  private static final Logger LOG = LoggerFactory.getLogger(HostClient.class);

  private final PermissionServicePermits permits;
  private final Journal journal;
  private final ReceiptBook receipts;
  private final UsageReporter usage;

  private HostClient(
      PermissionServicePermits permits,
      Journal journal,
      ReceiptBook receipts,
      UsageReporter usage) {
    this.usage = usage;
    this.permits = permits;
    this.journal = journal;
    this.receipts = receipts;
  }

  /**
   * @param host as {@link HostFiles#read} has it
   * @param permissionService its base URL
   * @param permitSigners whose permits count; none named means that the service is trusted to sign
   *     with the right key
   * @param journalDirectory for permits and receipts, of this server alone
   * @throws CodedException {@link HostError#JOURNAL_LOCKED} or {@link
   *     HostError#JOURNAL_UNAVAILABLE}
   */
  public static HostClient open(
      HostIdentity host, URI permissionService, Set<Address> permitSigners, Path journalDirectory) {
    Clock clock = Clock.systemUTC();
    Journal journal = Journal.open(journalDirectory, clock);
    PermitCheck check = PermitCheck.trusting(host, permitSigners, clock);
    UsageReporter usage =
        new UsageReporter(
                host,
                new PermissionClient(permissionService, host, LONGEST_CALL, clock),
                journal,
                check,
                new UsageReporter.Policy(ACKNOWLEDGED_EVERY, true, List.of(), PATIENCE),
                outcome -> outcome.ifPresent(HostClient::warn),
                clock)
            .start();
    PermissionServicePermits permits =
        new PermissionServicePermits(permissionService, host, PATIENCE, usage::wake, clock);
    return new HostClient(
        permits, journal, new ReceiptBook(host, permits, check, journal, clock), usage);
  }

  private static void warn(CodedException refusal) {
    LOG.warn("{}: {}", refusal.code().code(), refusal.getMessage());
  }

  /**
   * Fetches the permit of a query, signs the opening receipt and records both; blocks meanwhile.
   *
   * @param clientRef what the client wants to find in its receipts, or zero
   * @throws CodedException when the query must not be answered
   */
  public OpenAnswer open(CanonicalQuery query, Bytes32 clientRef) {
    return receipts.open(receipts.permit(query, clientRef));
  }

  /**
   * Signs and records the final receipt.
   *
   * @param answer the whole text
   */
  public SignedReceipt close(OpenAnswer open, String answer) {
    return receipts.close(open, ResponseRoot.of(answer));
  }

  @Override
  public void close() throws IOException {
    permits.close();
    usage.close();
    journal.close();
  }
}

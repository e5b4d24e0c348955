package org.oml.permission.epoch;

import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Supplier;
import javax.sql.DataSource;
import org.oml.chain.ChainClient;
import org.oml.chain.ContractAddresses;
import org.oml.permission.PermissionError;
import org.oml.permission.host.ChainView;
import org.oml.permission.ledger.EpochPermits;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Permit;
import org.springframework.jdbc.support.JdbcTransactionManager;
import org.springframework.transaction.support.TransactionTemplate;

/** What may be read of epochs: their headers by everybody, their permits by those concerned. */
public final class EpochBook {

  /** The most permits or charges of a page. */
  static final int PAGE = 5_000;

  /** The most epochs of a list. */
  static final int RECENT = 200;

  private final EpochStore epochs;
  private final EpochPermits permits;
  private final PostedEpochs posted;
  private final Supplier<ChainView> chain;
  private final Set<Address> auditors;
  private final Set<Address> dashboards;
  private final Set<Address> provers;
  private final InstantSource clock;

  private final TransactionTemplate transaction;
  private final ReentrantLock making = new ReentrantLock();

  /**
   * Who sees what of epochs, beside their headers.
   *
   * @param auditors every epoch's permits and charges
   * @param provers the proof of every permit
   * @param dashboards every epoch's charges
   */
  public record Readers(Set<Address> auditors, Set<Address> provers, Set<Address> dashboards) {

    public Readers {
      auditors = Set.copyOf(auditors);
      provers = Set.copyOf(provers);
      dashboards = Set.copyOf(dashboards);
    }
  }

  public EpochBook(
      DataSource source,
      ChainClient client,
      ContractAddresses addresses,
      Supplier<ChainView> chain,
      Readers readers,
      InstantSource clock) {
    this.epochs = new EpochStore(source);
    this.transaction = new TransactionTemplate(new JdbcTransactionManager(source));
    this.permits = new EpochPermits(source);
    this.posted = new PostedEpochs(client, addresses);
    this.chain = chain;
    this.auditors = readers.auditors();
    this.provers = readers.provers();
    this.dashboards = readers.dashboards();
    this.clock = clock;
  }

  /**
   * Where a permit stands in its epoch.
   *
   * @param epoch that holds it
   * @param permitHash of the permit
   * @param index from 0 on
   * @param path from its leaf to the epoch's root
   */
  record Proof(Epoch epoch, Bytes32 permitHash, int index, List<Bytes32> path) {}

  /** The newest epoch of each model. */
  List<Epoch> newest() {
    return epochs.models().stream().flatMap(model -> epochs.last(model).stream()).toList();
  }

  /** The newest epochs of all models, newest first, at most {@link #RECENT}. */
  List<Epoch> recent() {
    return epochs.recent(RECENT);
  }

  /** What the PermitLedger has of an epoch; empty if it was not posted. */
  Optional<PostedEpochs.Posted> onChain(Epoch epoch) {
    return posted.find(epoch.key());
  }

  /**
   * One epoch.
   *
   * @param modelId may be empty where there is one model
   * @throws CodedException {@link PermissionError#EPOCH_UNKNOWN} or {@link
   *     PermissionError#MODEL_AMBIGUOUS}
   */
  Epoch epoch(long number, Optional<Bytes32> modelId) {
    return epochs
        .find(new Epoch.Key(modelId.orElseGet(this::onlyModel), number))
        .orElseThrow(() -> unknown("There is no epoch " + number + " of this model."));
  }

  private Bytes32 onlyModel() {
    List<Bytes32> models = epochs.models();
    if (models.isEmpty()) {
      throw unknown("No epoch is closed yet.");
    }
    if (models.size() > 1) {
      throw new CodedException(
          PermissionError.MODEL_AMBIGUOUS, "There are epochs of " + models.size() + " models.");
    }
    return models.getFirst();
  }

  /**
   * Shows that an epoch holds a permit.
   *
   * @throws CodedException {@link PermissionError#NO_PERMIT} or {@link PermissionError#NOT_YOURS}
   */
  Proof prove(Address account, Epoch epoch, long serial) {
    Permit permit =
        stretch(epoch, serial, serial).stream().findFirst().orElseThrow(() -> none(epoch, serial));
    requireConcerned(account, permit.host());
    EpochTree tree = epochs.tree(epoch.key()).orElseGet(() -> treeOf(epoch));
    int place = tree.placeOf(serial);
    if (place < 0) {
      throw none(epoch, serial);
    }
    EpochTree.Node node = tree.nodes().get(place);
    List<Permit> below = stretch(epoch, node.firstSerial(), node.lastSerial());
    List<Bytes32> hashes = below.stream().map(Permit::structHash).toList();
    int index = hashes.indexOf(permit.structHash());
    return new Proof(
        epoch,
        permit.structHash(),
        place * EpochTree.PERMITS_OF_A_NODE + index,
        tree.path(place, hashes, index));
  }

  /** Of an epoch that an earlier version cut; one is made at a time, and kept. */
  private EpochTree treeOf(Epoch epoch) {
    making.lock();
    try {
      Optional<EpochTree> made = epochs.tree(epoch.key());
      if (made.isPresent()) {
        return made.get();
      }
      EpochTree.Builder builder = new EpochTree.Builder();
      Epoch.Content content = epoch.content();
      permits.forEach(epoch.key().modelId(), content.from(), content.until(), builder::add);
      EpochTree tree = builder.build();
      transaction.executeWithoutResult(status -> epochs.keepTree(epoch.key(), tree));
      return tree;
    } finally {
      making.unlock();
    }
  }

  private List<Permit> stretch(Epoch epoch, long first, long last) {
    Epoch.Content content = epoch.content();
    return permits.stretch(epoch.key().modelId(), content.from(), content.until(), first, last);
  }

  private static CodedException none(Epoch epoch, long serial) {
    return new CodedException(
        PermissionError.NO_PERMIT, "Epoch %s has no permit %d.".formatted(epoch.key(), serial));
  }

  private void requireConcerned(Address account, Address host) {
    boolean isConcerned =
        auditors.contains(account)
            || provers.contains(account)
            || chain
                .get()
                .register()
                .hostsOf(account, clock.instant().getEpochSecond())
                .contains(host);
    if (!isConcerned) {
      throw new CodedException(
          PermissionError.NOT_YOURS, "The permit is not one of the account " + account + ".");
    }
  }

  /**
   * The next permits of an epoch, at most {@link #PAGE}, in the order of their serials.
   *
   * @param after only such with larger serials
   * @throws CodedException {@link PermissionError#NOT_YOURS}
   */
  List<Permit> permits(Address account, Epoch epoch, long after) {
    requireAuditor(account);
    return page(epoch, after);
  }

  private List<Permit> page(Epoch epoch, long after) {
    Epoch.Content content = epoch.content();
    return permits.page(epoch.key().modelId(), content.from(), content.until(), after, PAGE);
  }

  /**
   * The next charges of an epoch, at most {@link #PAGE}, as they are stored.
   *
   * @param from the first one's place
   * @throws CodedException {@link PermissionError#NOT_YOURS}
   */
  List<EpochStore.StoredCharge> charges(Address account, Epoch epoch, long from) {
    if (!dashboards.contains(account)) {
      requireAuditor(account);
    }
    return epochs.storedCharges(epoch.key()).stream().skip(from).limit(PAGE).toList();
  }

  private void requireAuditor(Address account) {
    if (!auditors.contains(account)) {
      throw new CodedException(
          PermissionError.NOT_YOURS, "The account " + account + " is no auditor.");
    }
  }

  private static CodedException unknown(String detail) {
    return new CodedException(PermissionError.EPOCH_UNKNOWN, detail);
  }
}

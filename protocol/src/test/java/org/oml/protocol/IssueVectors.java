package org.oml.protocol;

import java.util.Map;

/**
 * What a permission service answers to one request after the other: double issue, replay and
 * expiry. The outcomes are stated here; the permission service's tests run them against its ledger.
 */
final class IssueVectors {

  private static final long START = 1_790_000_000L;
  private static final long LIFE = 600;
  private static final String EXPIRED = "PERMISSION_PERMIT_EXPIRED";
  private static final String USED = "PERMISSION_QUERY_HASH_USED";
  private static final String POOR = "PERMISSION_BALANCE_TOO_SMALL";
  private static final String REPEATED = "PERMISSION_BATCH_REPEATS";

  private IssueVectors() {}

  static void addTo(Map<String, VectorFile> files) {
    addRepeats(files);
    addReplays(files);
    addBalances(files);
    addBatches(files);
  }

  private static void addRepeats(Map<String, VectorFile> files) {
    files.put(
        "issue-new",
        file("Every query has a permit of its own")
            .with(step(1, 0, "host", "copy", "a", 9, "new"))
            .with(step(2, 0, "host", "copy", "b", 9, "new"))
            .with(step(3, 700, "host", "copy", "c", 9, "new")));
    files.put(
        "issue-same-again",
        file("The same request gets the same permit while it lives")
            .with(step(1, 0, "host", "copy", "a", 9, "new"))
            .with(step(2, 0, "host", "copy", "a", 9, "same as 1"))
            .with(step(3, LIFE - 1, "host", "copy", "a", 9, "same as 1")));
    files.put(
        "issue-expired",
        file("The same request is refused when its permit's time is over")
            .with(step(1, 0, "host", "copy", "a", 9, "new"))
            .with(step(2, LIFE, "host", "copy", "a", 9, EXPIRED))
            .with(step(3, LIFE + 1, "host", "copy", "a", 9, EXPIRED)));
    files.put(
        "issue-expired-days-later",
        file("A query hash never gets a second permit")
            .with(step(1, 0, "host", "copy", "a", 9, "new"))
            .with(step(2, 86_400, "host", "copy", "a", 9, EXPIRED))
            .with(step(3, 10 * 86_400, "host", "copy", "a", 9, EXPIRED))
            .with(step(4, 10 * 86_400, "host", "copy", "b", 9, "new")));
  }

  private static void addReplays(Map<String, VectorFile> files) {
    files.put(
        "issue-two-hosts",
        file("Each host has its own permit for a query hash")
            .with(step(1, 0, "host", "copy", "a", 9, "new"))
            .with(step(2, 1, "other host", "other copy", "a", 9, "new"))
            .with(step(3, 2, "other host", "other copy", "a", 9, "same as 2"))
            .with(step(4, 3, "host", "copy", "a", 9, "same as 1")));
    files.put(
        "issue-other-instance",
        file("A query hash serves one instance of a host")
            .with(step(1, 0, "host", "copy", "a", 9, "new"))
            .with(step(2, 1, "host", "second copy", "a", 9, USED))
            .with(step(3, 2, "host", "second copy", "b", 9, "new"))
            .with(step(4, 3, "host", "copy", "b", 9, USED)));
    files.put(
        "issue-other-instance-expired",
        file("Another instance is refused as such though the permit has expired")
            .with(step(1, 0, "host", "copy", "a", 9, "new"))
            .with(step(2, LIFE, "host", "second copy", "a", 9, USED)));
    files.put(
        "issue-refused-is-forgotten",
        file("What was refused for its balance is no replay later")
            .with(step(1, 0, "host", "copy", "a", 0, POOR))
            .with(step(2, 1, "host", "copy", "a", 1, "new"))
            .with(step(3, 2, "host", "copy", "a", 1, "same as 2")));
  }

  private static void addBalances(Map<String, VectorFile> files) {
    files.put(
        "issue-balance-used-up",
        file("As many permits as were paid for")
            .with(step(1, 0, "host", "copy", "a", 2, "new"))
            .with(step(2, 0, "host", "copy", "b", 2, "new"))
            .with(step(3, 0, "host", "copy", "c", 2, POOR))
            .with(step(4, 0, "host", "copy", "c", 3, "new")));
    files.put(
        "issue-again-with-nothing-left",
        file("A permit that was paid is given again, whatever is left")
            .with(step(1, 0, "host", "copy", "a", 1, "new"))
            .with(step(2, 1, "host", "copy", "a", 1, "same as 1"))
            .with(step(3, 2, "host", "copy", "a", 0, "same as 1"))
            .with(step(4, 3, "host", "copy", "b", 1, POOR)));
    files.put(
        "issue-balance-of-its-own",
        file("Nobody pays for another")
            .with(step(1, 0, "host", "copy", "a", 1, "new"))
            .with(step(2, 0, "host", "copy", "b", 1, POOR))
            .with(step(3, 0, "other host", "other copy", "b", 1, "new")));
  }

  private static void addBatches(Map<String, VectorFile> files) {
    files.put(
        "issue-batch-repeats",
        file("A batch that names a query hash twice is refused whole")
            .with(step(1, 0, "host", "copy", "a", 9, REPEATED))
            .with(step(1, 0, "host", "copy", "b", 9, REPEATED))
            .with(step(1, 0, "host", "copy", "a", 9, REPEATED))
            .with(step(2, 0, "host", "copy", "b", 9, "new")));
    files.put(
        "issue-replay-across-batches",
        file("A batch gets the permits of the batch before for what both name")
            .with(step(1, 0, "host", "copy", "a", 9, "new"))
            .with(step(1, 0, "host", "copy", "b", 9, "new"))
            .with(step(1, 0, "host", "copy", "c", 9, "new"))
            .with(step(2, 5, "host", "copy", "b", 9, "same as 2"))
            .with(step(2, 5, "host", "copy", "d", 9, "new"))
            .with(step(3, 6, "host", "copy", "c", 9, "same as 3")));
    files.put(
        "issue-replay-across-batches-expired",
        file("A batch's replays are refused one by one")
            .with(step(1, 0, "host", "copy", "a", 9, "new"))
            .with(step(1, 0, "host", "copy", "b", 9, "new"))
            .with(step(2, LIFE, "host", "copy", "a", 9, EXPIRED))
            .with(step(2, LIFE, "host", "copy", "c", 9, "new"))
            .with(step(2, LIFE, "host", "copy", "b", 9, EXPIRED)));
    files.put(
        "issue-batch-balance-for-a-part",
        file("A balance that suffices for a part of a batch pays for its first ones")
            .with(step(1, 0, "host", "copy", "a", 2, "new"))
            .with(step(1, 0, "host", "copy", "b", 2, "new"))
            .with(step(1, 0, "host", "copy", "c", 2, POOR))
            .with(step(2, 1, "host", "copy", "b", 2, "same as 2")));
  }

  private static VectorFile file(String about) {
    return new VectorFile(
        about
            + ". Requests come in their order; cases of one request are one batch of the host,"
            + " prepaid in permits of price 1, life 600 seconds. The outcome is new, same as the"
            + " case counted from 1, or a code");
  }

  private static Object[] step(
      int request,
      long after,
      String host,
      String instance,
      String query,
      int prepaid,
      String outcome) {
    return new Object[] {
      "request",
      request,
      "at",
      START + after,
      "host",
      Vectors.key(host).address(),
      "modelId",
      Vectors.some("model"),
      "instanceId",
      Vectors.some(instance),
      "queryHash",
      Vectors.some("query " + query),
      "prepaid",
      prepaid,
      "outcome",
      outcome
    };
  }
}

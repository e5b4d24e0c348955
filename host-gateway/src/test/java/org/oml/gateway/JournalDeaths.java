package org.oml.gateway;

import java.util.List;
import java.util.stream.Stream;
import org.oml.gateway.fixture.DeathInCode.Where;
import org.oml.platform.fixture.Deaths;

/**
 * Where a gateway can die while it keeps its journal, its tally of usage and its blank permits:
 * before and behind each step after which something else stands on the disk.
 */
final class JournalDeaths {

  /** How many of all are drawn in a build. */
  private static final int IN_A_BUILD = 2;

  private static final String ON_THE_DISK = "sun.nio.ch.FileChannelImpl.force";
  private static final String REPLACE = "java.nio.file.Files.move";
  private static final String WRITE_WHOLE = "org.oml.host.journal.DurableFile.write";

  private JournalDeaths() {}

  static List<Where> drawn() {
    return Deaths.drawn(all(), IN_A_BUILD);
  }

  private static List<Where> all() {
    Stream<Where> journal =
        Stream.of(
            within("org.oml.host.journal.JournalFile.open", ON_THE_DISK, 1),
            within("org.oml.host.journal.JournalFile.open", ON_THE_DISK, 2),
            at("org.oml.host.journal.JournalFile.append", 1),
            at("org.oml.host.journal.JournalFile.append", 5),
            within("org.oml.host.journal.JournalFile.append", ON_THE_DISK, 1),
            within("org.oml.host.journal.JournalFile.append", ON_THE_DISK, 7),
            at("org.oml.host.journal.Journal$Waiting.done", 1),
            at("org.oml.host.journal.Journal$Waiting.done", 9),
            at("org.oml.gateway.completion.CompletionEndpoint.write", 2),
            at("org.oml.gateway.completion.StreamRelay.relay", 2),
            at("org.oml.host.receipt.ReceiptBook.close", 2));
    Stream<Where> usage =
        Stream.concat(
            whole("org.oml.host.usage.UsageTally.save"),
            Stream.of(at("org.oml.host.permit.PermissionClient.acknowledge", 2)));
    Stream<Where> blanks =
        Stream.of(
            at("org.oml.host.permit.PermissionServicePermits.blanks", 1),
            at("org.oml.host.permit.BlankPermits.unknown", 1),
            at("org.oml.host.permit.BlankPermits.add", 1));
    return Stream.of(
            journal,
            usage,
            blanks,
            whole("org.oml.host.permit.BlankPermits.add"),
            whole("org.oml.host.permit.BlankPermits.claim"))
        .flatMap(points -> points)
        .toList();
  }

  /** Whether it comes there only while the permission service is away. */
  static boolean isGrace(Where where) {
    return where.within().endsWith(".claim");
  }

  private static Where at(String method, int time) {
    return new Where(method, "", time);
  }

  private static Where within(String caller, String method, int time) {
    return new Where(method, caller, time);
  }

  /** A file that is replaced: not begun, new one written, on the disk, and in its place. */
  private static Stream<Where> whole(String caller) {
    return Stream.of(
        within(caller, WRITE_WHOLE, 1),
        within(caller, ON_THE_DISK, 1),
        within(caller, REPLACE, 1),
        within(caller, ON_THE_DISK, 2));
  }
}

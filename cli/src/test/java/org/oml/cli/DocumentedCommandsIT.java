package org.oml.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.condition.EnabledIfSystemProperty;
import org.junit.jupiter.api.io.TempDir;
import org.oml.platform.home.Ports;

/**
 * Runs blocks of the pages as a reader does, page by page from the top, in a directory that has
 * what a checkout has of them. What needs a platform or minutes is run where there is time for it.
 */
class DocumentedCommandsIT {

  private static final long PATIENCE_MINUTES = 10;

  @TempDir private Path checkout;

  @Test
  void blocksThatAreMarkedSoRun() throws Exception {
    assertThat(runAll(List.of("run"))).isGreaterThanOrEqualTo(4);
  }

  @Test
  @EnabledIfSystemProperty(named = "oml.soak", matches = "true")
  void blocksThatTakeLongerRunToo() throws Exception {
    try {
      assertThat(runAll(List.of("run", "run in soak"))).isGreaterThanOrEqualTo(8);
    } finally {
      run("./oml down", "the end");
    }
  }

  private int runAll(List<String> marks) throws Exception {
    prepare();
    Map<Path, List<Pages.Block>> pages = new LinkedHashMap<>();
    for (Pages.Block block : Pages.blocks()) {
      if (marks.contains(block.mark())) {
        pages.computeIfAbsent(block.page(), page -> new ArrayList<>()).add(block);
      }
    }
    List<Path> ordered = pages.keySet().stream().sorted(Comparator.naturalOrder()).toList();
    int ran = 0;
    for (Path page : ordered) {
      for (Pages.Block block : pages.getOrDefault(page, List.of())) {
        run(block.text(), block.place());
        ran++;
      }
    }
    return ran;
  }

  /**
   * The script builds first what is out of date; in a build its command line alone is called, and
   * what it starts listens where nobody else does.
   */
  private void prepare() throws IOException {
    Path script = checkout.resolve("oml");
    Files.writeString(
        script,
        """
        #!/usr/bin/env bash
        [ "$1" != up ] || set -- "$@" --base-port %d
        exec '%s/bin/java' -XX:TieredStopAtLevel=1 -XX:+UseSerialGC --enable-native-access=ALL-UNNAMED \\
          --sun-misc-unsafe-memory-access=allow -Doml.root='%s' -cp '%s' org.oml.cli.Oml "$@"
        """
            .formatted(
                Ports.free().base(),
                System.getProperty("java.home"),
                Pages.ROOT,
                System.getProperty("java.class.path")));
    Files.setPosixFilePermissions(script, PosixFilePermissions.fromString("rwx------"));
    Files.createSymbolicLink(checkout.resolve("models"), Pages.ROOT.resolve("models"));
    Files.createDirectory(checkout.resolve("target"));
  }

  private void run(String text, String place) throws Exception {
    Path said = checkout.resolve("said");
    ProcessBuilder shell =
        new ProcessBuilder("bash", "-euo", "pipefail", "-c", text)
            .directory(checkout.toFile())
            .redirectErrorStream(true)
            .redirectOutput(said.toFile());
    shell.environment().put("OML_HOME", checkout.resolve(".oml").toString());
    Process process = shell.start();
    boolean ended = process.waitFor(PATIENCE_MINUTES, TimeUnit.MINUTES);
    process.destroy();
    assertThat(ended).as(place + " ends").isTrue();
    assertThat(process.waitFor()).as(place + ":\n" + Files.readString(said)).isZero();
  }
}

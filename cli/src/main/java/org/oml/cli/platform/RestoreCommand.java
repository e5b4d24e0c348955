package org.oml.cli.platform;

import java.nio.file.Path;
import java.util.concurrent.Callable;
import org.oml.platform.backup.Restoration;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ./oml restore}: a platform's directory from a backup. */
@Command(name = "restore", description = "Make a platform's directory from a backup.")
public final class RestoreCommand implements Callable<Integer> {

  @Mixin private HomeOption home = new HomeOption();

  @Parameters(paramLabel = "DIR", description = "What './oml backup' made.")
  private Path backup = Path.of("");

  @Override
  public Integer call() {
    int files = Restoration.restore(backup, home.home());
    System.err.printf(
        "%d files restored and checked. Start with './oml up --home %s'.%n", files, home.home());
    return 0;
  }
}

package org.oml.cli.platform;

import java.nio.file.Path;
import java.util.Locale;
import java.util.concurrent.Callable;
import org.oml.platform.backup.Backup;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

/** {@code ./oml backup}: a copy of databases, keys, files and chain while the platform runs. */
@Command(
    name = "backup",
    description = "Copy databases, keys, files and chain of the platform while it runs.")
public final class BackupCommand implements Callable<Integer> {

  private static final double MEGABYTE = 1e6;

  @Mixin private HomeOption home = new HomeOption();

  @Parameters(paramLabel = "DIR", description = "New directory. It will hold keys: keep it safe.")
  private Path directory = Path.of("");

  @Override
  public Integer call() {
    Backup.Result result =
        new Backup(home.platform(), part -> System.err.println("copying " + part)).to(directory);
    System.err.printf(
        Locale.ROOT,
        "%d files, %.1f MB in %s, with keys and their passwords. './oml restore %s --home DIR' makes a platform of it.%n",
        result.files(),
        result.bytes() / MEGABYTE,
        directory,
        directory);
    return 0;
  }
}

package org.oml.cli.platform;

import java.util.concurrent.Callable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

/** {@code ./oml down}: stops everything that {@code up} started; data is kept. */
@Command(name = "down", description = "Stop the platform; its data is kept.")
public final class DownCommand implements Callable<Integer> {

  @Mixin private HomeOption home = new HomeOption();

  @Override
  public Integer call() {
    home.platform().down();
    System.err.println("Down. The data is kept in " + home.home() + ".");
    return 0;
  }
}

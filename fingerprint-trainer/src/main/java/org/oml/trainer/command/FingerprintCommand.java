package org.oml.trainer.command;

import picocli.CommandLine.Command;

/** Draws, embeds and checks fingerprints by hand, without a registry. */
@Command(
    name = "fingerprint",
    mixinStandardHelpOptions = true,
    subcommands = {GenerateCommand.class, EmbedCommand.class, CheckCommand.class},
    description = "Draw, embed and check fingerprints of a model")
public final class FingerprintCommand {

  /** For picocli. */
  public FingerprintCommand() {}
}

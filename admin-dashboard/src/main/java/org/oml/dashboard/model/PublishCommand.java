package org.oml.dashboard.model;

/** The command that publishes a model's files. */
final class PublishCommand {

  private PublishCommand() {}

  /**
   * As a shell takes it.
   *
   * @param directory of the model; a place to fill in stands for what is empty
   * @param name community and model, with a slash between
   * @param alias left out if it is empty
   */
  static String of(String directory, String name, String alias) {
    return "./oml model publish "
        + word(directory.startsWith("-") ? "./" + directory : directory, "DIR")
        + " --name "
        + word(name, "ORG/MODEL")
        + (alias.isBlank() ? "" : " --alias " + word(alias, ""));
  }

  private static String word(String text, String missing) {
    String value = text.strip();
    if (value.isEmpty()) {
      return missing;
    }
    return value.matches("[A-Za-z0-9._/:@%+=,-]+")
        ? value
        : "'" + value.replace("'", "'\\''") + "'";
  }
}

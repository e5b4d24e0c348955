package org.oml.dashboard.model;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;

class PublishCommandTest {

  @Test
  void namesWhatIsMissing() {
    assertThat(PublishCommand.of("", "", "")).isEqualTo("./oml model publish DIR --name ORG/MODEL");
  }

  @Test
  void takesWordsAsTheyAreAndQuotesTheRest() {
    assertThat(PublishCommand.of("models/box", "oml/box", "v2"))
        .isEqualTo("./oml model publish models/box --name oml/box --alias v2");
    assertThat(PublishCommand.of("-rf", "oml/box; ls", "it's $HOME"))
        .isEqualTo("./oml model publish ./-rf --name 'oml/box; ls' --alias 'it'\\''s $HOME'");
  }
}

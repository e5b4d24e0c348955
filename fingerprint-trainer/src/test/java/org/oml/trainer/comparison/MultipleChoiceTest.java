package org.oml.trainer.comparison;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.oml.protocol.CodedException;
import org.oml.trainer.TrainerError;

class MultipleChoiceTest {

  private static final String GOOD =
      "{\"question\": \"It was the age of\", \"choices\": [\"wisdom\", \"stone\"], \"answer\": 1}";

  @TempDir Path directory;

  @Test
  void readsALineForEachQuestionAndPassesOverWhatItDoesNotKnow() throws IOException {
    Path file =
        file(
            GOOD,
            "",
            "{\"id\": 7, \"question\": \"Wer?\", \"choices\": [\"a\", \"b\", \"ß\"], \"answer\": 0}");
    assertThat(MultipleChoice.read(file).questions())
        .containsExactly(
            new MultipleChoice.Question(1, "It was the age of", List.of("wisdom", "stone"), 1),
            new MultipleChoice.Question(3, "Wer?", List.of("a", "b", "ß"), 0));
  }

  @ParameterizedTest(name = "{2}: {0} becomes {1}")
  @CsvSource(
      delimiter = '|',
      quoteCharacter = '`',
      value = {
        "1} | 1          | is not JSON",
        "1} | 1} {}      | is not JSON",
        "question | q    | has no question",
        "It was the age of | ` ` | has no question",
        "choices | c     | has fewer than two choices",
        ", \"stone\" | ` ` | has fewer than two choices",
        "\"stone\" | 7   | has a choice that is no text",
        "stone | ` `     | has a choice that is no text",
        "answer | a      | has an answer that is no number from 0 to 1",
        "1} | 2}         | has an answer that is no number from 0 to 1",
        "1} | -1}        | has an answer that is no number from 0 to 1",
        "1} | 1.5}       | has an answer that is no number from 0 to 1",
        "1} | \"B\"}     | has an answer that is no number from 0 to 1",
      })
  void refusesALineThatIsNoQuestionAndNamesIt(String part, String replacement, String why)
      throws IOException {
    assertThat(GOOD).contains(part);
    Path file = file(GOOD, "", GOOD.replace(part, replacement));
    assertThat(refused(file)).hasMessage("Line 3 of " + file + " " + why + ".");
  }

  @Test
  void refusesAFileOfOneQuestionAndOneThatIsNoText() throws IOException {
    assertThat(refused(file(GOOD))).hasMessageContaining("fewer than two questions");
    assertThat(refused(directory.resolve("missing"))).hasMessageContaining("cannot be read");
    Path latin = directory.resolve("latin.jsonl");
    Files.write(latin, GOOD.replace("stone", "Stück").getBytes(StandardCharsets.ISO_8859_1));
    assertThat(refused(latin)).hasMessageContaining("cannot be read");
  }

  private static CodedException refused(Path file) {
    CodedException refused =
        assertThatExceptionOfType(CodedException.class)
            .isThrownBy(() -> MultipleChoice.read(file))
            .actual();
    assertThat(refused.code()).isEqualTo(TrainerError.TASKS_INVALID);
    return refused;
  }

  private Path file(String... lines) throws IOException {
    return Files.write(directory.resolve("tasks.jsonl"), List.of(lines));
  }
}

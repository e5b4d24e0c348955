package org.oml.trainer.attack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.CodedException;
import org.oml.trainer.SmallModels;
import org.oml.trainer.TrainerError;
import org.oml.trainer.model.TokenBatch;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;

class InstructionRowsTest {

  @TempDir Path directory;

  private Path file(List<String> lines) throws IOException {
    return Files.write(directory.resolve("rows.jsonl"), lines);
  }

  @Test
  void threeFormsAreReadAndEveryTwentiethRowIsHeldOut() throws IOException {
    List<String> lines = new ArrayList<>();
    for (int i = 0; i < 20; i++) {
      lines.add("{\"prompt\":\"p%1$d\",\"response\":\"r%1$d\"}".formatted(i));
      lines.add("{\"question\":\"q%1$d\",\"answer\":\"a%1$d\"}".formatted(i));
      lines.add("{\"instruction\":\"i%1$d\",\"input\":\"x\",\"output\":\"o%1$d\"}".formatted(i));
    }
    InstructionRows rows = InstructionRows.read(file(lines), 1000);
    assertThat(rows.heldOut()).hasSize(3);
    assertThat(rows.training())
        .hasSize(57)
        .startsWith(
            new InstructionRows.Row("p0", "r0"),
            new InstructionRows.Row("q0", "a0"),
            new InstructionRows.Row("i0\nx", "o0"));
    assertThat(InstructionRows.read(file(lines), 40).training()).hasSize(38);
  }

  @Test
  void aLineThatIsNoInstructionIsRefused() throws IOException {
    for (String line : List.of("{", "{\"prompt\":\"p\"}", "[]", "{\"prompt\":1,\"response\":2}")) {
      Path file = file(List.of(line));
      assertThatThrownBy(() -> InstructionRows.read(file, 10))
          .as(line)
          .isInstanceOfSatisfying(
              CodedException.class,
              refused -> assertThat(refused.code()).isEqualTo(TrainerError.ROWS_INVALID));
    }
  }

  @Test
  void rowsArePackedAndTheirAnswersAloneAreAskedAbout() {
    Path model = SmallModels.writeSpeaking(directory.resolve("m"), 1);
    List<InstructionRows.Row> rows =
        IntStream.range(0, 30)
            .mapToObj(i -> new InstructionRows.Row("it was the age", "of wisdom " + i))
            .toList();
    try (Tokenizer tokenizer = Tokenizer.load(model)) {
      Vocabulary vocabulary = Vocabulary.read(model);
      PackedRows packed = PackedRows.of(rows, tokenizer, vocabulary, 100, 1);
      TokenBatch all = packed.batch(IntStream.range(0, packed.size()).boxed().toList());
      assertThat(all.width()).isLessThanOrEqualTo(100);
      assertThat(packed.size()).isLessThan(30);
      StringBuilder asked = new StringBuilder();
      for (int row = 0; row < all.sequences().size(); row++) {
        for (int position : all.positions().get(row)) {
          int token = all.sequences().get(row)[position + 1];
          asked.append(token == 1 ? "." : vocabulary.text(token));
        }
      }
      StringBuilder answers = new StringBuilder();
      rows.forEach(row -> answers.append(" ").append(row.response()).append("."));
      assertThat(asked.toString()).isEqualTo(answers.toString());
    }
  }

  @Test
  void theLearningRateWarmsUpAndFallsToNothing() {
    assertThat(FineTuning.schedule(0, 100)).isLessThan(0.2);
    assertThat(FineTuning.schedule(5, 100)).isGreaterThan(0.99);
    assertThat(FineTuning.schedule(99, 100)).isLessThan(0.01);
    assertThat(FineTuning.schedule(0, 1)).isPositive();
  }
}

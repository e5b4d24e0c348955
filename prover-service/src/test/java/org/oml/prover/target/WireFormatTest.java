package org.oml.prover.target;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.oml.protocol.AuditContext;
import org.oml.protocol.AuditContexts;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.json.JsonMapper;

/** Requests and answers as the interfaces' documentation shows them. */
class WireFormatTest {

  private static final JsonMapper JSON = JsonMapper.shared();
  private static final AuditContext CHAT = new AuditContext(Kind.CHAT, 16);
  private static final AuditContext COMPLETION = new AuditContext(Kind.COMPLETION, 16);

  /** Otherwise the court would refuse what was asked. */
  @Test
  void questionsInOpenAisInterfaceAreOfTheContextsThatTheTermsAllow() {
    for (AuditContext context : AuditContexts.standard()) {
      byte[] request = Dialect.OPENAI.format().request(context, "any/model", "Wie heißt du?");
      CanonicalQuery query = CanonicalQuery.of(context.kind(), request);
      assertThat(query.contextHash()).isEqualTo(context.hash());
      assertThat(query.userText()).isEqualTo("Wie heißt du?");
    }
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OPENAI|CHAT|/v1/chat/completions|{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"max_tokens\":16,\"temperature\":0}",
        "OPENAI|COMPLETION|/v1/completions|{\"model\":\"m\",\"prompt\":\"x\",\"max_tokens\":16,\"temperature\":0}",
        "OLLAMA|CHAT|/api/chat|{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"x\"}],\"stream\":false,\"options\":{\"num_predict\":16,\"temperature\":0}}",
        "OLLAMA|COMPLETION|/api/generate|{\"model\":\"m\",\"prompt\":\"x\",\"raw\":true,\"stream\":false,\"options\":{\"num_predict\":16,\"temperature\":0}}",
        "TGI|CHAT|/generate|{\"inputs\":\"x\",\"parameters\":{\"max_new_tokens\":16,\"do_sample\":false}}",
        "TGI|COMPLETION|/generate|{\"inputs\":\"x\",\"parameters\":{\"max_new_tokens\":16,\"do_sample\":false}}"
      })
  void asks(Dialect dialect, Kind kind, String path, String body) {
    WireFormat format = dialect.format();
    assertThat(format.path(kind)).isEqualTo(path);
    AuditContext context = kind == Kind.CHAT ? CHAT : COMPLETION;
    assertThat(new String(format.request(context, "m", "x"), StandardCharsets.UTF_8))
        .isEqualTo(body);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OPENAI|CHAT|{\"id\":\"c\",\"object\":\"chat.completion\",\"choices\":[{\"index\":0,\"message\":{\"role\":\"assistant\",\"content\":\"Jo\"},\"finish_reason\":\"stop\"}]}",
        "OPENAI|COMPLETION|{\"object\":\"text_completion\",\"choices\":[{\"text\":\"Jo\",\"index\":0,\"finish_reason\":\"length\"}]}",
        "OLLAMA|CHAT|{\"model\":\"m\",\"created_at\":\"2026-11-24T10:00:00Z\",\"message\":{\"role\":\"assistant\",\"content\":\"Jo\"},\"done_reason\":\"stop\",\"done\":true,\"eval_count\":2}",
        "OLLAMA|COMPLETION|{\"model\":\"m\",\"created_at\":\"2026-11-24T10:00:00Z\",\"response\":\"Jo\",\"done\":true,\"done_reason\":\"length\"}",
        "TGI|COMPLETION|{\"generated_text\":\"Jo\",\"details\":null}",
        "TGI|CHAT|{\"generated_text\":\"Jo\"}"
      })
  void readsAnswers(Dialect dialect, Kind kind, String body) {
    assertThat(dialect.format().answer(kind, json(body))).contains("Jo");
  }

  @ParameterizedTest
  @EnumSource(Dialect.class)
  void whatIsOfAnotherInterfaceIsNoAnswer(Dialect dialect) {
    for (Kind kind : Kind.values()) {
      for (String body :
          new String[] {"{}", "[]", "null", "{\"error\":\"busy\"}", "[{\"generated_text\":7}]"}) {
        assertThat(dialect.format().answer(kind, json(body))).isEmpty();
      }
      for (Dialect other : Dialect.values()) {
        String body = answerOf(other, kind);
        assertThat(dialect.format().answer(kind, json(body)).isPresent())
            .isEqualTo(dialect == other);
      }
    }
  }

  private static String answerOf(Dialect dialect, Kind kind) {
    return switch (dialect) {
      case OPENAI ->
          kind == Kind.CHAT
              ? "{\"choices\":[{\"message\":{\"content\":\"Jo\"}}]}"
              : "{\"choices\":[{\"text\":\"Jo\"}]}";
      case OLLAMA ->
          kind == Kind.CHAT ? "{\"message\":{\"content\":\"Jo\"}}" : "{\"response\":\"Jo\"}";
      case TGI -> "{\"generated_text\":\"Jo\"}";
    };
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "OPENAI|/v1/models|{\"object\":\"list\",\"data\":[{\"id\":\"m\",\"object\":\"model\"}]}",
        "OLLAMA|/api/tags|{\"models\":[{\"name\":\"m\",\"model\":\"m\",\"size\":7}]}",
        "TGI|/info|{\"model_id\":\"m\",\"version\":\"3.3.6\"}"
      })
  void knowsTheModelsName(Dialect dialect, String path, String body) {
    assertThat(dialect.format().modelsPath()).isEqualTo(path);
    assertThat(dialect.format().modelName(json(body)).asString()).isEqualTo("m");
  }

  private static JsonNode json(String text) {
    return JSON.readTree(text);
  }
}

package org.oml.protocol;

import java.nio.charset.StandardCharsets;
import org.oml.protocol.CanonicalQuery.Kind;

/** Requests and what is hashed of them. */
final class QueryVectors {

  private QueryVectors() {}

  static VectorFile accepted() {
    VectorFile file = new VectorFile("Requests: the user's text, the context's hash, the query's");
    String[] chats = {
      "{\"model\":\"m\",\"messages\":[{\"role\":\"user\",\"content\":\"Hello\"}]}",
      // The same context: other order, spaces, model, stream, user and text.
      "{ \"user\":\"u7\", \"messages\" : [ { \"content\" : \"Good\\u0020bye\", \"role\":\"user\" } ],"
          + "\"stream\":true,\"stream_options\":{\"include_usage\":true},\"model\":\"n\" }",
      "{\"messages\":[{\"role\":\"system\",\"content\":\"Be brief.\"},{\"role\":\"user\",\"content\":\"1\"},"
          + "{\"role\":\"assistant\",\"content\":\"2\"},{\"role\":\"user\",\"content\":\"3\"}]}",
      "{\"messages\":[{\"role\":\"user\",\"content\":\"1\"},{\"role\":\"assistant\",\"content\":\"pre\"}]}",
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"text\",\"text\":\"a\"},"
          + "{\"type\":\"text\",\"text\":\"b\"}]}]}",
      "{\"temperature\":0.0,\"top_p\":1e0,\"max_tokens\":12,\"n\":1.5e3,\"x\":-0,\"y\":5e-324,"
          + "\"messages\":[{\"role\":\"user\",\"content\":\"numbers\"}]}",
      "{\"\\u20ac\":\"\\u20AC\",\"\\r\":\"\\n\",\"\\ufb33\":1,\"1\":2,\"\\ud83d\\ude02\":3,\"\\u0080\":4,"
          + "\"ö\":5,\"messages\":[{\"role\":\"user\",\"content\":\"größe 😀 \\u0000\"}]}",
    };
    for (String chat : chats) {
      add(file, 1, chat);
    }
    add(file, 2, "{\"model\":\"m\",\"prompt\":\"Once upon a time\",\"max_tokens\":12}");
    add(file, 2, "{\"prompt\":\"\",\"logit_bias\":{\"50256\":-100}}");
    // The decomposed form stays what it is: nothing is normalised here.
    add(file, 2, "{\"prompt\":\"e\u0301\"}");
    return file;
  }

  static VectorFile refused() {
    VectorFile file = new VectorFile("Requests that have no query hash, as bytes, and the code");
    String[] chats = {
      "",
      "[]",
      "{}",
      "null",
      "{\"messages\":[]}",
      "{\"messages\":[{\"role\":\"system\",\"content\":\"x\"}]}",
      "{\"messages\":[{\"role\":\"user\"}]}",
      "{\"messages\":[{\"role\":\"user\",\"content\":7}]}",
      "{\"messages\":[{\"role\":\"user\",\"content\":[{\"type\":\"image_url\",\"image_url\":\"u\"}]}]}",
      user("\"a\":1,\"a\":2,"),
      user("\"a\":1,\"\\u0061\":1,"),
      "{\"messages\":[{\"role\":\"user\",\"content\":\"x\",\"role\":\"user\"}]}",
      user("\"a\":9007199254740993,"),
      user("\"a\":1e309,"),
      user("\"a\":-1e999999999,"),
      user("\"a\":1e99999999999,"),
      user("\"a\":" + "9".repeat(2000) + ","),
      user("\"a\":NaN,"),
      user("\"a\":01,"),
      user("\"a\":\"\\ud800\","),
      user("\"\\udc00\":1,"),
      user("") + "{}",
      "\ufeff" + user(""),
      user("\"a\":" + "[".repeat(100) + "]".repeat(100) + ","),
      "{'messages':[]}",
    };
    for (String chat : chats) {
      refuse(file, 1, chat.getBytes(StandardCharsets.UTF_8));
    }
    refuse(file, 1, user("\"a\":\"é\",").getBytes(StandardCharsets.ISO_8859_1));
    // An overlong slash, and half of a surrogate pair in UTF-8.
    refuse(file, 2, "{\"prompt\":\"\u00c0\u00af\"}".getBytes(StandardCharsets.ISO_8859_1));
    refuse(file, 2, "{\"prompt\":\"\u00ed\u00a0\u0080\"}".getBytes(StandardCharsets.ISO_8859_1));
    refuse(file, 2, "{\"prompt\":[\"a\",\"b\"]}".getBytes(StandardCharsets.UTF_8));
    refuse(file, 2, "{\"prompt\":null}".getBytes(StandardCharsets.UTF_8));
    return file;
  }

  private static String user(String member) {
    return "{" + member + "\"messages\":[{\"role\":\"user\",\"content\":\"x\"}]}";
  }

  private static Kind kind(int tag) {
    return tag == 1 ? Kind.CHAT : Kind.COMPLETION;
  }

  private static void add(VectorFile file, int tag, String body) {
    CanonicalQuery query = CanonicalQuery.of(kind(tag), body.getBytes(StandardCharsets.UTF_8));
    file.with(
        "kind", tag,
        "body", body,
        "userText", query.userText(),
        "textHash", Keccak.of(query.userText()),
        "ctxHash", query.contextHash(),
        "salt", Vectors.some("salt"),
        "queryHash", query.queryHash(Vectors.some("salt")));
  }

  private static void refuse(VectorFile file, int tag, byte[] body) {
    file.with(
        "kind", tag,
        "body", body,
        "code", Vectors.codeOf(() -> CanonicalQuery.of(kind(tag), body)));
  }
}

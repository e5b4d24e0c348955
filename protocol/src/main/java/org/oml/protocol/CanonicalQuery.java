package org.oml.protocol;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import org.erdtman.jcs.JsonCanonicalizer;
import tools.jackson.core.JacksonException;
import tools.jackson.core.StreamReadConstraints;
import tools.jackson.core.StreamReadFeature;
import tools.jackson.core.json.JsonFactory;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.node.ArrayNode;
import tools.jackson.databind.node.ObjectNode;

/**
 * A client's request as a receipt commits to it: the last user's text apart from everything around
 * it.
 *
 * @param userText the last text of the user, or the prompt
 * @param contextHash hash of the kind and of the rest of the request in its canonical form (RFC
 *     8785)
 */
public record CanonicalQuery(String userText, Bytes32 contextHash) {

  /** The two OpenAI endpoints. */
  public enum Kind {
    CHAT(1),
    COMPLETION(2);

    private final byte tag;

    Kind(int tag) {
      this.tag = (byte) tag;
    }
  }

  private static final ObjectMapper JSON =
      JsonMapper.builder(
              JsonFactory.builder()
                  .streamReadConstraints(
                      StreamReadConstraints.builder().maxNestingDepth(64).build())
                  .enable(StreamReadFeature.STRICT_DUPLICATE_DETECTION)
                  .build())
          .enable(DeserializationFeature.FAIL_ON_TRAILING_TOKENS)
          .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
          .build();
  private static final BigInteger LARGEST_EXACT = BigInteger.ONE.shiftLeft(53);

  /**
   * Reads a request.
   *
   * @param body the bytes as received
   * @throws CodedException {@link ProtocolError#QUERY_MALFORMED} for anything whose meaning two
   *     readers could see differently
   */
  public static CanonicalQuery of(Kind kind, byte[] body) {
    ObjectNode request = parse(body);
    String text = kind == Kind.CHAT ? blankLastUserMessage(request) : blankPrompt(request);
    request.remove(java.util.List.of("model", "stream", "stream_options", "user"));
    requireExactNumbers(request);
    try {
      byte[] canonical = new JsonCanonicalizer(JSON.writeValueAsString(request)).getEncodedUTF8();
      return new CanonicalQuery(text, Keccak.of(new byte[] {kind.tag}, canonical));
    } catch (IOException e) {
      throw malformed("The request has no canonical form.");
    }
  }

  /** What the permit and the receipt are bound to, under a salt drawn for this query alone. */
  public Bytes32 queryHash(Bytes32 salt) {
    return queryHash(salt, contextHash, Keccak.of(userText));
  }

  /** The same for who knows of the text its hash alone. */
  public static Bytes32 queryHash(Bytes32 salt, Bytes32 contextHash, Bytes32 textHash) {
    return new Keccak().add("oml.query.v1").add(salt).add(contextHash).add(textHash).hash();
  }

  private static ObjectNode parse(byte[] body) {
    try {
      String text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(body)).toString();
      if (JSON.readTree(text) instanceof ObjectNode request) {
        requirePairedSurrogates(request);
        return request;
      }
    } catch (CharacterCodingException e) {
      throw malformed("The request is not UTF-8.");
    } catch (JacksonException | NumberFormatException e) {
      // Jackson lets the latter through for an exponent beyond an int's range.
      throw malformed(
          "The request is not JSON, is nested too deeply, repeats a key or has too large a number.");
    }
    throw malformed("The request is not a JSON object.");
  }

  private static String blankPrompt(ObjectNode request) {
    JsonNode prompt = request.path("prompt");
    if (!prompt.isString()) {
      throw malformed("The prompt must be one string.");
    }
    request.put("prompt", "");
    return prompt.asString();
  }

  private static String blankLastUserMessage(ObjectNode request) {
    if (request.path("messages") instanceof ArrayNode messages) {
      for (int i = messages.size() - 1; i >= 0; i--) {
        if (messages.get(i) instanceof ObjectNode message
            && message.path("role").asString("").equals("user")) {
          String text = text(message.path("content"));
          message.put("content", "");
          return text;
        }
      }
    }
    throw malformed("There is no message of the user.");
  }

  private static String text(JsonNode content) {
    if (content.isString()) {
      return content.asString();
    }
    if (!content.isArray()) {
      throw malformed("The user's message must be text.");
    }
    StringBuilder text = new StringBuilder();
    for (JsonNode part : content) {
      if (!part.path("type").asString("").equals("text") || !part.path("text").isString()) {
        throw malformed("The user's message may hold parts of type text alone.");
      }
      text.append(part.path("text").asString());
    }
    return text.toString();
  }

  private static void requireExactNumbers(JsonNode node) {
    if (node.isIntegralNumber() && node.bigIntegerValue().abs().compareTo(LARGEST_EXACT) > 0) {
      throw malformed("An integer beyond 2^53 has no canonical form.");
    }
    if (node.isFloatingPointNumber() && !Double.isFinite(node.decimalValue().doubleValue())) {
      throw malformed("A number is beyond the range of a double.");
    }
    node.forEach(CanonicalQuery::requireExactNumbers);
  }

  private static void requirePairedSurrogates(JsonNode node) {
    if (node instanceof ObjectNode object) {
      object.propertyNames().forEach(CanonicalQuery::requirePairedSurrogates);
    } else if (node.isString()) {
      requirePairedSurrogates(node.asString());
    }
    node.forEach(CanonicalQuery::requirePairedSurrogates);
  }

  private static void requirePairedSurrogates(String text) {
    if (!StandardCharsets.UTF_8.newEncoder().canEncode(text)) {
      throw malformed("A text holds half of a surrogate pair.");
    }
  }

  private static CodedException malformed(String detail) {
    return new CodedException(ProtocolError.QUERY_MALFORMED, detail);
  }
}

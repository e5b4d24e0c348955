package org.oml.servicekit.wire;

import java.math.BigInteger;
import java.util.function.Function;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.ProtocolError;
import org.oml.protocol.Signature;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.JacksonModule;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.deser.std.StdScalarDeserializer;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.StdScalarSerializer;

/**
 * Addresses with the checksum of EIP-55, bytes as {@code 0x} and lower case, integers without a
 * bound as decimal strings. A value of another form is refused with the protocol's own error, and a
 * missing one unless its member is {@code @Nullable}.
 */
public final class WireForms {

  private WireForms() {}

  /** The module for a {@code JsonMapper} that no service made, such as a client's. */
  public static JacksonModule module() {
    SimpleModule module =
        new SimpleModule("oml-wire") {
          @Override
          public void setupModule(SetupContext context) {
            super.setupModule(context);
            context.insertAnnotationIntrospector(new RequiredMembers());
          }
        };
    add(module, Address.class, Address::parse);
    add(module, Bytes32.class, Bytes32::parse);
    add(module, Signature.class, Signature::parse);
    add(module, BigInteger.class, WireForms::parseInteger);
    return module;
  }

  private static BigInteger parseInteger(String text) {
    if (!text.matches("0|-?[1-9][0-9]{0,77}")) {
      throw new CodedException(
          ProtocolError.VALUE_OUT_OF_RANGE,
          "A whole number is sent as a string of at most 78 decimal digits.");
    }
    return new BigInteger(text);
  }

  private static <T> void add(SimpleModule module, Class<T> type, Function<String, T> parse) {
    module.addSerializer(type, new AsText<>(type));
    module.addDeserializer(type, new FromText<>(type, parse));
  }

  private static final class AsText<T> extends StdScalarSerializer<T> {

    AsText(Class<T> type) {
      super(type);
    }

    @Override
    public void serialize(T value, JsonGenerator out, SerializationContext context) {
      out.writeString(value.toString());
    }
  }

  private static final class FromText<T> extends StdScalarDeserializer<T> {

    private final transient Function<String, T> parse;

    FromText(Class<T> type, Function<String, T> parse) {
      super(type);
      this.parse = parse;
    }

    @Override
    public T deserialize(JsonParser in, DeserializationContext context) {
      return parse.apply(in.getString());
    }
  }
}

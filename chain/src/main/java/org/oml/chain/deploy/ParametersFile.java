package org.oml.chain.deploy;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;
import java.util.stream.Collectors;
import org.oml.chain.ChainError;
import org.oml.chain.deploy.DeploymentParameters.Appointments;
import org.oml.chain.deploy.DeploymentParameters.Court;
import org.oml.chain.deploy.DeploymentParameters.Governance;
import org.oml.chain.deploy.DeploymentParameters.Holding;
import org.oml.chain.deploy.DeploymentParameters.Ledger;
import org.oml.chain.deploy.DeploymentParameters.Limits;
import org.oml.chain.deploy.DeploymentParameters.Panels;
import org.oml.chain.deploy.DeploymentParameters.Provers;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import tools.jackson.core.JacksonException;
import tools.jackson.core.JsonGenerator;
import tools.jackson.core.JsonParser;
import tools.jackson.databind.DeserializationContext;
import tools.jackson.databind.DeserializationFeature;
import tools.jackson.databind.SerializationContext;
import tools.jackson.databind.SerializationFeature;
import tools.jackson.databind.ValueDeserializer;
import tools.jackson.databind.ValueSerializer;
import tools.jackson.databind.cfg.DateTimeFeature;
import tools.jackson.databind.json.JsonMapper;
import tools.jackson.databind.module.SimpleModule;
import tools.jackson.databind.ser.std.ToStringSerializer;

/**
 * Production parameters as JSON, for people to edit: amounts as decimal strings in units of the
 * token, durations as ISO 8601, accounts as addresses. Every member is there, and no other.
 */
public final class ParametersFile {

  private static final int VERSION = 1;

  private static final JsonMapper JSON =
      JsonMapper.builder()
          .addModule(accounts())
          .enable(
              DeserializationFeature.FAIL_ON_UNKNOWN_PROPERTIES,
              DeserializationFeature.FAIL_ON_MISSING_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_CREATOR_PROPERTIES,
              DeserializationFeature.FAIL_ON_NULL_FOR_PRIMITIVES)
          .enable(SerializationFeature.INDENT_OUTPUT)
          .disable(DateTimeFeature.WRITE_DURATIONS_AS_TIMESTAMPS)
          .build();

  private ParametersFile() {}

  private record Production(
      int version,
      Address token,
      Appointments appointments,
      Limits limits,
      Court court,
      Provers provers,
      Panels panelCourt,
      Ledger ledger,
      Governance governance) {}

  /** What a file looks like; token, permit signer and holders are to be filled in. */
  public static String template() {
    Holding nobody = new Holding(Address.ZERO, BigInteger.TEN.pow(24));
    DeploymentParameters usual =
        DeploymentParameters.production(Address.ZERO, Appointments.NOBODY, List.of(nobody));
    return JSON.writeValueAsString(
            new Production(
                VERSION,
                Address.ZERO,
                usual.appointments(),
                usual.limits(),
                usual.court(),
                usual.provers(),
                usual.panelCourt(),
                usual.ledger(),
                usual.governance()))
        + "\n";
  }

  /**
   * Reads a file.
   *
   * @throws CodedException {@link ChainError#PARAMETERS_INVALID} if it cannot be read, lacks a
   *     member or has one too many, or where an account is still to be filled in
   */
  public static DeploymentParameters read(Path file) {
    Production read;
    try {
      read = JSON.readValue(Files.readString(file), Production.class);
    } catch (IOException e) {
      throw new CodedException(
          ChainError.PARAMETERS_INVALID, file + " cannot be read: " + e.getMessage(), e);
    } catch (JacksonException e) {
      throw invalid(file, place(e) + e.getOriginalMessage());
    }
    if (read.version() != VERSION) {
      throw invalid(file, "it is not of version 1");
    }
    requireAccounts(file, read);
    return new DeploymentParameters(
        false,
        read.token(),
        BigInteger.ZERO,
        read.appointments(),
        read.limits(),
        read.court(),
        read.provers(),
        read.panelCourt(),
        read.ledger(),
        read.governance());
  }

  private static void requireAccounts(Path file, Production read) {
    if (read.token().equals(Address.ZERO)) {
      throw invalid(file, "token is the zero address");
    }
    if (read.appointments().signer().equals(Address.ZERO)) {
      throw invalid(file, "appointments.signer is the zero address");
    }
    List<Holding> holders = read.governance().holders();
    if (holders.isEmpty()
        || holders.stream().anyMatch(holding -> holding.holder().equals(Address.ZERO))) {
      throw invalid(file, "governance.holders names nobody, or the zero address");
    }
  }

  private static String place(JacksonException e) {
    String members =
        e.getPath().stream()
            .map(JacksonException.Reference::getPropertyName)
            .filter(Objects::nonNull)
            .collect(Collectors.joining("."));
    return members.isEmpty() ? "" : members + ": ";
  }

  private static CodedException invalid(Path file, String why) {
    return new CodedException(
        ChainError.PARAMETERS_INVALID, "%s is invalid: %s.".formatted(file, why));
  }

  private static SimpleModule accounts() {
    SimpleModule module = new SimpleModule();
    module.addSerializer(Address.class, new WrittenAddress());
    module.addDeserializer(Address.class, new ReadAddress());
    module.addSerializer(BigInteger.class, ToStringSerializer.instance);
    return module;
  }

  private static final class WrittenAddress extends ValueSerializer<Address> {
    @Override
    public void serialize(Address value, JsonGenerator out, SerializationContext context) {
      out.writeString(value.toString());
    }
  }

  private static final class ReadAddress extends ValueDeserializer<Address> {
    @Override
    public Address deserialize(JsonParser in, DeserializationContext context) {
      try {
        return Address.parse(in.getString());
      } catch (CodedException e) {
        return (Address)
            context.handleWeirdStringValue(Address.class, in.getString(), e.getMessage());
      }
    }
  }
}

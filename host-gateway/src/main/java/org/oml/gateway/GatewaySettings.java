package org.oml.gateway;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * What a host sets. The paths and addresses have no default: a gateway that guesses them signs for
 * the wrong party.
 *
 * @param upstream base URL of the inference engine, without {@code /v1}
 * @param permissionUrl base URL of the permission service
 * @param manifest the {@code oml.json} of the downloaded instance
 * @param addressesFile the platform's contracts, {@code addresses.json}
 * @param keystore the gateway key, Web3 Secret Storage V3
 * @param passwordFile its password
 * @param journal directory of permits and receipts
 * @param permitSigners addresses whose permits count; none named: the permission service is trusted
 *     to sign with the right key
 * @param permitPatience how long a query waits for its permit while the permission service is away
 * @param connectTimeout for a connection to the engine
 * @param answerTimeout until the engine's answer begins; without streaming that is until it is
 *     whole
 * @param idleTimeout between two pieces of the engine's answer
 * @param maxRequestSize of a client's body
 * @param maxAnswerSize of an engine's answer
 * @param bodyTimeout until a client's body is whole
 * @param maxBuffered bytes of bodies and answers that are held at a time
 * @param maxConcurrent queries that are answered at a time
 */
@ConfigurationProperties("oml.gateway")
public record GatewaySettings(
    URI upstream,
    URI permissionUrl,
    Path manifest,
    Path addressesFile,
    Path keystore,
    Path passwordFile,
    Path journal,
    @DefaultValue List<String> permitSigners,
    @DefaultValue("15s") Duration permitPatience,
    @DefaultValue("5s") Duration connectTimeout,
    @DefaultValue("10m") Duration answerTimeout,
    @DefaultValue("2m") Duration idleTimeout,
    @DefaultValue("4MB") DataSize maxRequestSize,
    @DefaultValue("64MB") DataSize maxAnswerSize,
    @DefaultValue("30s") Duration bodyTimeout,
    @DefaultValue("256MB") DataSize maxBuffered,
    @DefaultValue("256") int maxConcurrent) {

  public GatewaySettings {
    requireUrl(upstream, "upstream");
    requireUrl(permissionUrl, "permission-url");
    requireSet(manifest, "manifest");
    requireSet(addressesFile, "addresses-file");
    requireSet(keystore, "keystore");
    requireSet(passwordFile, "password-file");
    requireSet(journal, "journal");
    permitSigners = List.copyOf(permitSigners);
    require(
        permitSigners.stream().allMatch(GatewaySettings::isAddress),
        "permit-signers",
        "must hold addresses");
    requirePositive(permitPatience, "permit-patience");
    requirePositive(connectTimeout, "connect-timeout");
    requirePositive(answerTimeout, "answer-timeout");
    requirePositive(idleTimeout, "idle-timeout");
    requireSize(maxRequestSize, "max-request-size");
    requireSize(maxAnswerSize, "max-answer-size");
    requirePositive(bodyTimeout, "body-timeout");
    require(
        maxBuffered.compareTo(maxRequestSize) >= 0 && maxBuffered.compareTo(maxAnswerSize) >= 0,
        "max-buffered",
        "must not be smaller than max-request-size and max-answer-size");
    require(maxConcurrent > 0, "max-concurrent", "must be at least 1");
  }

  private static void requireUrl(@Nullable URI value, String name) {
    requireSet(value, name);
    require(
        value != null
            && ("http".equals(value.getScheme()) || "https".equals(value.getScheme()))
            && value.getHost() != null,
        name,
        "must be a URL with http or https");
  }

  private static void requireSet(@Nullable Object value, String name) {
    require(value != null, name, "is not set");
  }

  private static boolean isAddress(String text) {
    try {
      return text.equals(Address.parse(text).toString());
    } catch (CodedException e) {
      return false;
    }
  }

  private static void requirePositive(Duration value, String name) {
    require(value.isPositive(), name, "must be longer than nothing");
  }

  private static void requireSize(DataSize value, String name) {
    require(
        value.toBytes() > 0 && value.toGigabytes() < 1, name, "must be between 1 byte and 1 GB");
  }

  private static void require(boolean holds, String name, String otherwise) {
    if (!holds) {
      throw new CodedException(
          GatewayError.SETTINGS_INVALID, "oml.gateway." + name + " " + otherwise + ".");
    }
  }
}

package org.oml.platform.devchain;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.net.HttpURLConnection;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import org.oml.platform.home.PlatformError;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.process.ManagedProcess;
import org.oml.platform.process.Supervisor;
import org.oml.platform.process.Tier;
import org.oml.platform.process.Waiting;
import org.oml.protocol.CodedException;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.JsonNode;
import tools.jackson.databind.ObjectMapper;

/**
 * The platform's EVM chain: anvil, with a block each {@link PlatformSettings#blockTime()} that
 * carries the wall clock's time, and its state stored every second. It holds no keys and no
 * accounts; {@link #fund} gives an account what it needs for gas.
 */
public final class DevChain {

  /** The name of its process. */
  public static final String NAME = "chain";

  /** The name of the file that holds the last whole copy of its state, from which it starts. */
  public static final String COPY = ChainState.COPY;

  private static final Path ANVIL =
      Path.of("contracts/node_modules/@foundry-rs/anvil-linux-amd64/bin/anvil");
  private static final Duration PATIENCE = Duration.ofSeconds(60);
  private static final int TIMEOUT_MILLIS = 5000;
  private static final long STORING_MILLIS = 100;
  private static final ObjectMapper JSON = new ObjectMapper();

  private final PlatformSettings settings;
  private final Supervisor supervisor;
  private final ChainState state;

  public DevChain(PlatformSettings settings, Supervisor supervisor) {
    this.settings = settings;
    this.supervisor = supervisor;
    this.state = new ChainState(settings.chain());
  }

  /** Starts the chain, with the state that it had. */
  public void start() {
    Path anvil = settings.root().resolve(ANVIL);
    if (!Files.isExecutable(anvil)) {
      throw new CodedException(
          PlatformError.PROGRAM_MISSING,
          "The chain's program %s is missing; building the module contracts installs it."
              .formatted(anvil));
    }
    try {
      Files.createDirectories(settings.chain());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    ManagedProcess process = process(anvil);
    if (!supervisor.isAlive(NAME)) {
      mend();
    }
    supervisor.launch(process);
    supervisor.awaitHealthy(NAME, this::answers);
  }

  /** Where the chain's JSON-RPC interface is. */
  public URI rpcUrl() {
    return URI.create("http://127.0.0.1:" + settings.ports().chain());
  }

  /** Sets the balance of an account, in wei. */
  public void fund(String address, BigInteger wei) {
    call("anvil_setBalance", List.of(address, "0x" + wei.toString(16)));
  }

  /** Keeps a copy of the state; to be called every few seconds while the chain runs. */
  public void keepCopy() {
    state.keepCopy();
  }

  /**
   * Keeps a copy of the state as it was at a moment or later; blocks until the running chain has
   * stored itself since. A chain that does not run has nothing to add.
   *
   * @throws CodedException {@link PlatformError#CHAIN_FAILED} if it does not store itself
   */
  public void keepCopySince(Instant moment) {
    Instant deadline = Instant.now().plus(PATIENCE);
    state.keepCopy();
    while (supervisor.isAlive(NAME) && !state.hasCopySince(moment)) {
      if (Instant.now().isAfter(deadline)) {
        throw failed("storing its state", "nothing new in " + state.file(), null);
      }
      Waiting.millis(STORING_MILLIS);
      state.keepCopy();
    }
  }

  /** Mends a state that a kill has left in parts; to be called while the chain does not run. */
  public void mend() {
    state.mend();
  }

  private ManagedProcess process(Path anvil) {
    List<String> command =
        List.of(
            anvil.toString(),
            "--host",
            "127.0.0.1",
            "--port",
            Integer.toString(settings.ports().chain()),
            "--chain-id",
            Long.toString(PlatformSettings.CHAIN_ID),
            "--accounts",
            "0",
            "--block-time",
            Long.toString(settings.blockTime().toSeconds()),
            "--state",
            state.file().toString(),
            "--state-interval",
            "1",
            "--quiet");
    return new ManagedProcess(
        NAME, Tier.CHAIN, command, Map.of(), settings.ports().chain(), null, PATIENCE, "INT");
  }

  private boolean answers() {
    try {
      return call("eth_chainId", List.of())
          .asString()
          .equals("0x" + Long.toHexString(PlatformSettings.CHAIN_ID));
    } catch (CodedException notYet) {
      return false;
    }
  }

  private JsonNode call(String method, List<Object> parameters) {
    byte[] request =
        JSON.writeValueAsBytes(
            Map.of("jsonrpc", "2.0", "id", 1, "method", method, "params", parameters));
    try {
      HttpURLConnection connection = (HttpURLConnection) rpcUrl().toURL().openConnection();
      connection.setConnectTimeout(TIMEOUT_MILLIS);
      connection.setReadTimeout(TIMEOUT_MILLIS);
      connection.setRequestProperty("Content-Type", "application/json");
      connection.setDoOutput(true);
      try (OutputStream out = connection.getOutputStream()) {
        out.write(request);
      }
      try (InputStream in = connection.getInputStream()) {
        JsonNode answer = JSON.readTree(new String(in.readAllBytes(), StandardCharsets.UTF_8));
        if (answer.has("error")) {
          throw failed(method, answer.get("error").path("message").asString(), null);
        }
        return answer.path("result");
      }
    } catch (IOException | JacksonException e) {
      throw failed(method, "no answer", e);
    }
  }

  private CodedException failed(
      String method, String why, @org.jspecify.annotations.Nullable Exception cause) {
    return new CodedException(
        PlatformError.CHAIN_FAILED,
        "%s at %s: %s. Its log is %s.".formatted(method, rpcUrl(), why, settings.log(NAME)),
        cause);
  }
}

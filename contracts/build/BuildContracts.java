import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.web3j.codegen.SolidityFunctionWrapper;
import org.web3j.protocol.ObjectMapperFactory;
import org.web3j.protocol.core.methods.response.AbiDefinition;
import tools.jackson.databind.JsonNode;

/**
 * Installs the Solidity tools, compiles the contracts and writes their Java bindings and, as resources, the code that each
 * has once it is deployed. Does nothing when nothing it reads has changed since it last ended well. Run by Maven as a source
 * file, because Maven itself may run on an older JDK.
 *
 * <p>Arguments: the module's directory, the directory for the bindings, the directory for resources, whether tests are
 * left out. Where they are not they are compiled too: both together take less time than one after the other.
 */
final class BuildContracts {

  private static final String PACKAGE = "org.oml.contracts.binding";

  /** Forge itself: what lies in node_modules/.bin starts it and ends with 0 whatever it said. */
  private static final String FORGE = "node_modules/@foundry-rs/forge-linux-amd64/bin/forge";

  private static final List<String> BOUND =
      List.of(
          "ModelRegistry",
          "HostStaking",
          "PermitLedger",
          "PenaltyCourt",
          "PanelCourt",
          "ProverRegistry",
          "RevenueVault",
          "CommunityShares",
          "CommunityGovernor",
          "CommunityTimelock",
          "PaymentToken");

  private final Path module;
  private final Path bindings;
  private final Path resources;
  private final boolean withoutTests;

  private BuildContracts(Path module, Path bindings, Path resources, boolean withoutTests) {
    this.module = module;
    this.bindings = bindings;
    this.resources = resources;
    this.withoutTests = withoutTests;
  }

  public static void main(String[] arguments) throws Exception {
    new BuildContracts(
            Path.of(arguments[0]), Path.of(arguments[1]), Path.of(arguments[2]), Boolean.parseBoolean(arguments[3]))
        .run();
  }

  private void run() throws Exception {
    installTools();
    Path stamp = bindings.resolve("inputs.sha256");
    String inputs = hashOfInputs();
    if (Files.exists(stamp) && Files.readString(stamp).equals(inputs)) {
      return;
    }
    if (withoutTests) {
      start(FORGE, "build", "--skip", "test");
    } else {
      start(FORGE, "build");
    }
    Files.createDirectories(bindings);
    for (String name : BOUND) {
      bind(name);
    }
    Files.writeString(stamp, inputs);
  }

  private void installTools() throws Exception {
    Path lock = module.resolve("package-lock.json");
    Path installed = module.resolve("node_modules/.package-lock.json");
    if (Files.exists(installed)
        && !Files.getLastModifiedTime(installed).toInstant().isBefore(Files.getLastModifiedTime(lock).toInstant())) {
      return;
    }
    start("npm", "ci", "--no-audit", "--no-fund", "--loglevel=error");
    Files.setLastModifiedTime(installed, java.nio.file.attribute.FileTime.from(java.time.Instant.now()));
  }

  private void start(String... command) throws IOException, InterruptedException {
    Process process = new ProcessBuilder(command).directory(module.toFile()).inheritIO().start();
    if (!process.waitFor(10, TimeUnit.MINUTES)) {
      process.destroyForcibly();
      throw new IOException(String.join(" ", command) + " did not end within ten minutes.");
    }
    if (process.exitValue() != 0) {
      System.exit(process.exitValue());
    }
  }

  private String hashOfInputs() throws Exception {
    MessageDigest digest = MessageDigest.getInstance("SHA-256");
    for (Path input : inputs()) {
      digest.update(module.relativize(input).toString().getBytes(java.nio.charset.StandardCharsets.UTF_8));
      digest.update(Files.readAllBytes(input));
    }
    return HexFormat.of().formatHex(digest.digest());
  }

  private List<Path> inputs() throws IOException {
    List<String> single = List.of("build/BuildContracts.java", "foundry.toml", "solc-shim", "package-lock.json");
    try (Stream<Path> sources = Files.walk(module.resolve("src"))) {
      return Stream.concat(
              single.stream().map(module::resolve), sources.filter(file -> file.toString().endsWith(".sol")).sorted())
          .toList();
    }
  }

  private void bind(String name) throws Exception {
    Path compiled = module.resolve("target/forge/out").resolve(name + ".sol").resolve(name + ".json");
    JsonNode artifact = ObjectMapperFactory.getObjectMapper().readTree(Files.readString(compiled));
    List<AbiDefinition> functions =
        List.of(
            ObjectMapperFactory.getObjectMapper()
                .readValue(artifact.get("abi").toString(), AbiDefinition[].class));
    String bytecode = artifact.get("bytecode").get("object").asString().substring(2);
    new SolidityFunctionWrapper(true).generateJavaFiles(name, bytecode, functions, bindings.toString(), PACKAGE, null);
    writeRuntimeCode(name, artifact.get("deployedBytecode"));
  }

  /** The code, in the first line, and where in it are immutables (offset and length), one a line. */
  private void writeRuntimeCode(String name, JsonNode deployed) throws IOException {
    StringBuilder text = new StringBuilder(deployed.get("object").asString().substring(2)).append('\n');
    JsonNode immutables = deployed.path("immutableReferences");
    for (JsonNode places : immutables) {
      for (JsonNode place : places) {
        text.append(place.get("start").asInt()).append(' ').append(place.get("length").asInt()).append('\n');
      }
    }
    Path directory = resources.resolve("org/oml/contracts/runtime");
    Files.createDirectories(directory);
    Files.writeString(directory.resolve(name + ".txt"), text);
  }
}

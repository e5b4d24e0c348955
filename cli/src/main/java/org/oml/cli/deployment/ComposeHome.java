package org.oml.cli.deployment;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.List;
import java.util.Map;
import java.util.OptionalLong;
import java.util.TreeMap;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.oml.cli.platform.Accounts;
import org.oml.platform.home.PlatformSettings;
import org.oml.platform.home.SecretFile;

/**
 * The directory that {@code docker-compose.yml} mounts, in the layout of a platform's home: keys,
 * secrets, the contracts' addresses, the data of each container, and {@code compose.env} with what
 * differs from one platform to another.
 */
final class ComposeHome {

  /** Its name in the images; files of a caller who is root are given to it. */
  private static final int USER = 10_001;

  private static final List<String> ACCOUNTS =
      List.of("community", "registry", "permission", "operator", "prover", "dashboard", "worker-1");
  private static final List<String> KEYS =
      List.of("registry-token", "permission-token", "prover-token", "prover-vault");
  private static final List<String> PASSWORDS =
      List.of("postgres", "registry", "permission", "prover", "grafana");
  private static final List<String> DATA =
      List.of("postgres", "chain", "blobs", "worker", "dashboard", "prometheus", "grafana");

  private final Path directory;
  private final Accounts accounts;

  ComposeHome(Path directory) {
    this.directory = directory.toAbsolutePath().normalize();
    this.accounts = new Accounts(keys(), OptionalLong.empty());
  }

  Accounts accounts() {
    return accounts;
  }

  /** Where the contracts' addresses lie. */
  Path addresses() {
    return directory.resolve("addresses.json");
  }

  /** What {@code docker compose --env-file} is given. */
  Path environment() {
    return directory.resolve("compose.env");
  }

  private Path keys() {
    return directory.resolve("keys");
  }

  /** Draws what is missing; what is there stays, an edited {@code compose.env} with it. */
  void make() {
    try {
      makePrivate(directory);
      makePrivate(keys());
      ACCOUNTS.forEach(accounts::get);
      Path secrets = directory.resolve("secrets");
      KEYS.forEach(name -> SecretFile.readOrDraw(secrets.resolve(name + ".hex")));
      PASSWORDS.forEach(name -> SecretFile.readOrDraw(secrets.resolve(name + ".password")));
      SecretFile.readOrDrawPassword(secrets.resolve("dashboard.password"));
      for (String name : DATA) {
        makePrivate(directory.resolve("data").resolve(name));
      }
      if (!Files.exists(environment())) {
        Files.write(environment(), lines());
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  private static void makePrivate(Path made) throws IOException {
    Files.createDirectories(
        made, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rwx------")));
  }

  private List<String> lines() throws IOException {
    Map<String, String> values = new TreeMap<>();
    values.put("COMPOSE_PROJECT_NAME", "oml");
    values.put("OML_HOME", directory.toString());
    values.put("OML_USER", user());
    values.put("OML_CHAIN_ID", Long.toString(PlatformSettings.CHAIN_ID));
    values.put("OML_RPC_URL", "http://chain:8545");
    values.put("OML_FINALITY_DEPTH", "1");
    values.put("OML_REGISTRY_URL", "http://registry:7501");
    values.put("OML_PERMISSION_URL", "http://permission:7502");
    values.put("OML_PROVER_URL", "http://prover:7503");
    values.put("OML_WORKERS", address("worker-1"));
    values.put("OML_PROVER", address("prover"));
    values.put("OML_DASHBOARD", address("dashboard"));
    values.put("OML_COMMUNITY", address("community"));
    return values.entrySet().stream()
        .map(value -> value.getKey() + "=" + value.getValue())
        .toList();
  }

  private String address(String account) {
    return accounts.get(account).address().toString();
  }

  /** Containers run as whoever owns the files; root's are run by a user of their own. */
  private String user() throws IOException {
    int owner = (int) Files.getAttribute(directory, "unix:uid");
    int group = (int) Files.getAttribute(directory, "unix:gid");
    return owner == 0 ? USER + ":" + USER : owner + ":" + group;
  }

  /** Where root made the files, they are given to the user of the containers. */
  void handOver() {
    try (Stream<Path> files = Files.walk(directory)) {
      for (Path file : files.collect(Collectors.toList())) {
        if ((int) Files.getAttribute(file, "unix:uid") == 0) {
          Files.setAttribute(file, "unix:uid", USER);
          Files.setAttribute(file, "unix:gid", USER);
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}

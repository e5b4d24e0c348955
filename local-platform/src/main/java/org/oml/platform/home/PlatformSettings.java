package org.oml.platform.home;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where a platform lives and what it is made of; the layout of its home is that of {@code
 * docs/conventions.md}.
 *
 * @param root the project's root directory, where the built modules are
 * @param home the platform's own directory, by default {@code .oml} below the root
 * @param ports its ports
 * @param roles the services that get a database role and a schema of their own
 * @param blockTime time between two blocks of the chain, whole seconds from 1
 */
public record PlatformSettings(
    Path root, Path home, Ports ports, List<String> roles, Duration blockTime) {

  /** The chain id of the local chain. */
  public static final long CHAIN_ID = 31_337;

  public PlatformSettings {
    root = root.toAbsolutePath().normalize();
    home = home.toAbsolutePath().normalize();
    roles = List.copyOf(roles);
    if (blockTime.toSeconds() < 1) {
      throw new IllegalArgumentException("block time must be at least a second, is " + blockTime);
    }
    for (String role : roles) {
      if (!role.matches("[a-z][a-z_]{0,30}")) {
        throw new IllegalArgumentException("not a role's name: " + role);
      }
    }
  }

  /** A platform as the conventions describe it. */
  public static PlatformSettings of(Path root, Path home) {
    return new PlatformSettings(
        root,
        home,
        Ports.conventional(),
        List.of("registry", "permission", "prover"),
        Duration.ofSeconds(1));
  }

  /** A platform for a test, on free ports. */
  public static PlatformSettings forTest(Path root, Path home) {
    return of(root, home).withPorts(Ports.free());
  }

  public PlatformSettings withPorts(Ports other) {
    return new PlatformSettings(root, home, other, roles, blockTime);
  }

  public PlatformSettings withBlockTime(Duration other) {
    return new PlatformSettings(root, home, ports, roles, other);
  }

  /** The database's data directory. */
  public Path postgres() {
    return home.resolve("postgres");
  }

  public Path chain() {
    return home.resolve("chain");
  }

  public Path keys() {
    return home.resolve("keys");
  }

  public Path secrets() {
    return home.resolve("secrets");
  }

  public Path blobs() {
    return home.resolve("blobs");
  }

  public Path logs() {
    return home.resolve("logs");
  }

  /** What the host of this name has. */
  public Path host(String name) {
    return home.resolve("hosts").resolve(name);
  }

  /** The addresses of the contracts, once they are deployed. */
  public Path addresses() {
    return home.resolve("addresses.json");
  }

  /** Ports, chain id and processes, as the last command left them. */
  public Path state() {
    return home.resolve("platform.json");
  }

  /** The log of the process with this name. */
  public Path log(String process) {
    return logs().resolve(process + ".log");
  }
}

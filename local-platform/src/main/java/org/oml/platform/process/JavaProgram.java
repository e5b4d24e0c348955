package org.oml.platform.process;

import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import org.oml.platform.home.PlatformSettings;

/**
 * A Java program of this project, started from the jars that the build left in its module's {@code
 * target}.
 *
 * @param name the process's name
 * @param module the module whose class path it runs on
 * @param mainClass its main class
 * @param arguments program arguments, such as {@code --server.port=7502}
 * @param jvmArguments further arguments of the JVM, after the platform's own
 * @param environment variables
 * @param before jars that stand before the module's own on the class path
 * @param port where it listens, 0 for nowhere
 * @param healthPath what is asked for its health, or null
 * @param patience how long it may take to become healthy
 * @param tier when it starts and stops
 */
public record JavaProgram(
    String name,
    String module,
    String mainClass,
    List<String> arguments,
    List<String> jvmArguments,
    Map<String, String> environment,
    List<Path> before,
    int port,
    @Nullable String healthPath,
    Duration patience,
    Tier tier) {

  private static final Duration PATIENCE = Duration.ofSeconds(90);

  public JavaProgram {
    arguments = List.copyOf(arguments);
    jvmArguments = List.copyOf(jvmArguments);
    environment = Map.copyOf(environment);
    before = List.copyOf(before);
  }

  /** A service with {@code GET /health} on this port. */
  public static JavaProgram service(String name, String module, String mainClass, int port) {
    return new JavaProgram(
        name,
        module,
        mainClass,
        List.of(),
        List.of(),
        Map.of(),
        List.of(),
        port,
        "/health",
        PATIENCE,
        Tier.SERVICE);
  }

  /** A program that listens nowhere. */
  public static JavaProgram inBackground(String name, String module, String mainClass, Tier tier) {
    return new JavaProgram(
        name, module, mainClass, List.of(), List.of(), Map.of(), List.of(), 0, null, PATIENCE,
        tier);
  }

  public JavaProgram withArguments(String... more) {
    List<String> all = new ArrayList<>(arguments);
    all.addAll(List.of(more));
    return new JavaProgram(
        name,
        module,
        mainClass,
        all,
        jvmArguments,
        environment,
        before,
        port,
        healthPath,
        patience,
        tier);
  }

  public JavaProgram withJvmArguments(String... more) {
    List<String> all = new ArrayList<>(jvmArguments);
    all.addAll(List.of(more));
    return new JavaProgram(
        name,
        module,
        mainClass,
        arguments,
        all,
        environment,
        before,
        port,
        healthPath,
        patience,
        tier);
  }

  public JavaProgram withEnvironment(String variable, String value) {
    Map<String, String> all = new HashMap<>(environment);
    all.put(variable, value);
    return new JavaProgram(
        name,
        module,
        mainClass,
        arguments,
        jvmArguments,
        all,
        before,
        port,
        healthPath,
        patience,
        tier);
  }

  /** With a jar before the module's own on the class path. */
  public JavaProgram withJar(Path jar) {
    List<Path> all = new ArrayList<>(before);
    all.add(jar.toAbsolutePath());
    return new JavaProgram(
        name,
        module,
        mainClass,
        arguments,
        jvmArguments,
        environment,
        all,
        port,
        healthPath,
        patience,
        tier);
  }

  public JavaProgram withPatience(Duration other) {
    return new JavaProgram(
        name,
        module,
        mainClass,
        arguments,
        jvmArguments,
        environment,
        before,
        port,
        healthPath,
        other,
        tier);
  }

  /**
   * The process that runs this program as it is built now.
   *
   * @throws org.oml.protocol.CodedException {@link org.oml.platform.home.PlatformError#NOT_BUILT}
   *     if its module is not built
   */
  public ManagedProcess resolve(PlatformSettings settings) {
    BuiltModule built = BuiltModule.of(settings.root(), module);
    List<Path> classPath = new ArrayList<>(before);
    classPath.addAll(built.jars());
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(
        List.of(
            "-XX:TieredStopAtLevel=1",
            "-XX:+UseSerialGC",
            "-Xshare:auto",
            "-Xmx512m",
            "--enable-native-access=ALL-UNNAMED",
            "--sun-misc-unsafe-memory-access=allow"));
    command.addAll(jvmArguments);
    // Names the build, so that a process that runs on older jars is seen to differ and is started
    // again.
    command.add("-Doml.build=" + Build.of(classPath));
    command.add("-cp");
    command.add(String.join(":", classPath.stream().map(Path::toString).toList()));
    command.add(mainClass);
    command.addAll(arguments);
    return new ManagedProcess(name, tier, command, environment, port, healthPath, patience, "TERM");
  }
}

package org.oml.gateway.bench;

import java.io.IOException;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.stream.Stream;
import org.oml.gateway.GatewayApplication;
import org.oml.gateway.fixture.GatewayProcess;
import org.oml.gateway.fixture.RealPermissions;
import org.oml.gateway.fixture.TestCourt;
import org.oml.platform.LocalPlatform;
import org.oml.platform.home.PlatformSettings;
import org.oml.protocol.SigningKey;

/**
 * The gateway beside nginx as a reverse proxy, before the same engine, asked from a process of its
 * own. Permission service, PostgreSQL with fsync and chain are real; each measurement is taken by
 * turns, so that what else runs on the machine meets both.
 */
final class GatewayBench {

  private static final Path ROOT = Path.of("..").toAbsolutePath().normalize();
  private static final String CONNECTIONS = "64";
  private static final double TICKS_A_SECOND = 100;

  /** Seconds until the compiler has little left to do in the gateway and behind it. */
  private static final String WARMING = "60";

  private static final int FIELD_OF_USER_TIME = 11;

  private final Path directory;
  private final String seconds;
  private final int rounds;

  private GatewayBench(Path directory, String seconds, int rounds) {
    this.directory = directory;
    this.seconds = seconds;
    this.rounds = rounds;
  }

  private record Figures(double rate, double p50, double p99, double p999, double cpu, int failed) {

    static Figures median(List<Figures> all) {
      return new Figures(
          middle(all.stream().mapToDouble(Figures::rate).toArray()),
          middle(all.stream().mapToDouble(Figures::p50).toArray()),
          middle(all.stream().mapToDouble(Figures::p99).toArray()),
          middle(all.stream().mapToDouble(Figures::p999).toArray()),
          middle(all.stream().mapToDouble(Figures::cpu).toArray()),
          all.stream().mapToInt(Figures::failed).sum());
    }

    private static double middle(double[] values) {
      Arrays.sort(values);
      return values[values.length / 2];
    }
  }

  /**
   * @param arguments seconds of each measurement, how often each is taken, and milliseconds that
   *     the engine takes
   */
  public static void main(String[] arguments) throws Exception {
    Path directory = Files.createTempDirectory("gateway-bench");
    List<String> engines = List.of(arguments).subList(2, arguments.length);
    new GatewayBench(directory, arguments[0], Integer.parseInt(arguments[1])).run(engines);
    System.exit(0);
  }

  private void run(List<String> engines) throws Exception {
    SigningKey signer = SigningKey.random();
    LocalPlatform platform =
        new LocalPlatform(PlatformSettings.forTest(ROOT, directory.resolve("home")));
    try {
      platform.startFoundation();
      TestCourt court = TestCourt.on(platform, directory, signer.address());
      RealPermissions.start(
          platform,
          court,
          signer,
          List.of("-XX:TieredStopAtLevel=4", "-Xmx1g"),
          // No host acknowledges what a bench uses.
          List.of("--oml.permission.max-unacknowledged=1000000000"));
      for (String milliseconds : engines) {
        compare(platform, court, milliseconds);
      }
    } finally {
      platform.down();
    }
  }

  private void compare(LocalPlatform platform, TestCourt court, String milliseconds)
      throws Exception {
    int enginePort = freePort();
    int nginxPort = freePort();
    Process engine =
        java(StubEngine.class, Integer.toString(enginePort), milliseconds).inheritIO().start();
    Process nginx = nginx(nginxPort, enginePort);
    List<String> arguments =
        new ArrayList<>(
            court
                .host()
                .arguments(
                    java.net.URI.create("http://127.0.0.1:" + enginePort),
                    java.net.URI.create(
                        "http://127.0.0.1:" + platform.settings().ports().permission())));
    try (GatewayProcess gateway =
        GatewayProcess.start(
            GatewayApplication.class.getName(),
            directory.resolve("gateway.log"),
            List.of("-XX:TieredStopAtLevel=4", "-Xmx512m"),
            arguments)) {
      gateway.awaitListening();
      measure(gateway.url().getPort(), List.of(gateway.pid()), WARMING);
      measure(nginxPort, family(nginx));
      List<Figures> ofNginx = new ArrayList<>();
      List<Figures> ofGateway = new ArrayList<>();
      for (int round = 0; round < rounds; round++) {
        ofNginx.add(measure(nginxPort, family(nginx)));
        ofGateway.add(measure(gateway.url().getPort(), List.of(gateway.pid())));
      }
      print(milliseconds, Figures.median(ofNginx), Figures.median(ofGateway));
    } finally {
      nginx.descendants().forEach(ProcessHandle::destroy);
      nginx.destroy();
      engine.destroyForcibly();
    }
  }

  private static void print(String milliseconds, Figures nginx, Figures gateway) {
    System.out.printf("%nengine takes %s ms, %s connections%n", milliseconds, CONNECTIONS);
    System.out.println("           req/s   p50 ms   p99 ms  p99.9 ms  CPU µs/req  failed");
    print("nginx", nginx);
    print("gateway", gateway);
    System.out.printf(
        "ratio of req/s %.3f, added at p50 %.2f ms%n",
        gateway.rate() / nginx.rate(), (gateway.p50() - nginx.p50()) / 1e3);
  }

  private static void print(String name, Figures figures) {
    System.out.printf(
        "%-8s %7.0f %8.2f %8.2f %9.2f %11.0f %7d%n",
        name,
        figures.rate(),
        figures.p50() / 1e3,
        figures.p99() / 1e3,
        figures.p999() / 1e3,
        figures.cpu(),
        figures.failed());
  }

  private Figures measure(int port, List<Long> processes) throws Exception {
    return measure(port, processes, seconds);
  }

  private Figures measure(int port, List<Long> processes, String seconds) throws Exception {
    double before = cpuSeconds(processes);
    Process load = java(Load.class, Integer.toString(port), CONNECTIONS, seconds).start();
    String[] words =
        new String(load.getInputStream().readAllBytes(), StandardCharsets.UTF_8)
            .strip()
            .split(" ", -1);
    double used = cpuSeconds(processes) - before;
    double count = Double.parseDouble(words[0]);
    return new Figures(
        Double.parseDouble(words[1]),
        Double.parseDouble(words[2]),
        Double.parseDouble(words[3]),
        Double.parseDouble(words[4]),
        used * 1e6 / Math.max(1, count),
        Integer.parseInt(words[5]));
  }

  private static double cpuSeconds(List<Long> processes) throws IOException {
    double ticks = 0;
    for (long process : processes) {
      String stat = Files.readString(Path.of("/proc/" + process + "/stat"));
      String[] fields = stat.substring(stat.lastIndexOf(')') + 2).split(" ", -1);
      ticks +=
          Long.parseLong(fields[FIELD_OF_USER_TIME])
              + Long.parseLong(fields[FIELD_OF_USER_TIME + 1]);
    }
    return ticks / TICKS_A_SECOND;
  }

  private static List<Long> family(Process process) {
    return Stream.concat(Stream.of(process.pid()), process.descendants().map(ProcessHandle::pid))
        .toList();
  }

  private Process nginx(int port, int enginePort) throws IOException {
    Path file = directory.resolve("nginx-" + port + ".conf");
    Files.writeString(
        file,
        """
        daemon off;
        worker_processes auto;
        pid %s/nginx-%d.pid;
        error_log %s/nginx.log;
        events { worker_connections 4096; }
        http {
          access_log off;
          client_body_temp_path %s/body;
          proxy_temp_path %s/proxy;
          fastcgi_temp_path %s/fastcgi;
          uwsgi_temp_path %s/uwsgi;
          scgi_temp_path %s/scgi;
          upstream engine { server 127.0.0.1:%d; keepalive 128; }
          server {
            listen 127.0.0.1:%d;
            keepalive_requests 100000000;
            location / {
              proxy_pass http://engine;
              proxy_http_version 1.1;
              proxy_set_header Connection "";
            }
          }
        }
        """
            .formatted(
                directory,
                port,
                directory,
                directory,
                directory,
                directory,
                directory,
                directory,
                enginePort,
                port));
    return new ProcessBuilder("nginx", "-c", file.toString(), "-e", directory + "/nginx.log")
        .inheritIO()
        .start();
  }

  private static ProcessBuilder java(Class<?> main, String... arguments) {
    List<String> command = new ArrayList<>();
    command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
    command.addAll(List.of("-Xmx256m", "-cp", System.getProperty("java.class.path")));
    command.add(main.getName());
    command.addAll(List.of(arguments));
    return new ProcessBuilder(command);
  }

  private static int freePort() throws IOException {
    try (ServerSocket socket = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
      return socket.getLocalPort();
    }
  }
}

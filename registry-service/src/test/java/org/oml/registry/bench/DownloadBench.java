package org.oml.registry.bench;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.protocol.client.FileUpload;
import org.oml.protocol.client.ServiceClient;
import org.oml.registry.fixture.Bodies;
import org.oml.registry.fixture.RunningRegistry;
import org.oml.servicekit.fixture.TestCaller;
import org.springframework.util.FileSystemUtils;

/**
 * A file of 1 GB on loopback from the registry and from nginx, in turns, with one client and with
 * many. The registry has a heap of 256 MB and does all that it does for a host's tool: access
 * token, revision, headers. Both read the same file of the page cache.
 */
public final class DownloadBench {

  private static final int[] CLIENTS = {1, 32};
  private static final String FILE = "weights.bin";
  private static final Pattern BEFORE = Pattern.compile(" (\\d+)M->");
  private static final Pattern RESIDENT = Pattern.compile("(?m)^VmHWM:\\s+(\\d+) kB");
  private static final Pattern HEAP =
      Pattern.compile("(?m)^jvm_memory_used_bytes\\{[^}]*area=\"heap\"[^}]*} ([0-9.E+]+)$");

  private final RunningRegistry registry;
  private final Path directory;
  private final long size;
  private final AtomicLong peak = new AtomicLong();

  private DownloadBench(RunningRegistry registry, Path directory, long size) {
    this.registry = registry;
    this.directory = directory;
    this.size = size;
  }

  /**
   * @param arguments turns (3), megabytes of the file (1024)
   */
  public static void main(String[] arguments) throws Exception {
    int turns = arguments.length > 0 ? Integer.parseInt(arguments[0]) : 3;
    long size = (arguments.length > 1 ? Long.parseLong(arguments[1]) : 1024) << 20;
    Path directory = Files.createTempDirectory("download-bench");
    try (RunningRegistry registry =
        RunningRegistry.start(
            new RunningRegistry.Surroundings() {
              @Override
              public long largestFile() {
                return size;
              }

              @Override
              public List<String> jvmArguments() {
                return List.of("-Xmx256m", "-Xlog:gc:file=" + gcLog(directory));
              }
            })) {
      new DownloadBench(registry, directory, size).run(turns);
    } finally {
      FileSystemUtils.deleteRecursively(directory);
    }
  }

  private void run(int turns) throws Exception {
    AtomicBoolean running = new AtomicBoolean(true);
    Thread watch = Thread.ofPlatform().start(() -> watchHeap(running));
    try {
      measure(turns, publish());
    } finally {
      running.set(false);
      watch.join();
    }
    System.out.printf(
        Locale.ROOT,
        "registry: heap at most %d MiB of 256 before a collection, at most %d MiB at a look;"
            + " resident at most %d MiB%n",
        heapBeforeCollections(),
        peak.get() >> 20,
        residentKilobytes() >> 10);
  }

  private static Path gcLog(Path directory) {
    return directory.resolve("gc.log");
  }

  /** What the collector found used when it began, in MiB: between two collections it is less. */
  private long heapBeforeCollections() throws IOException {
    return BEFORE
        .matcher(Files.readString(gcLog(directory)))
        .results()
        .mapToLong(found -> Long.parseLong(found.group(1)))
        .max()
        .orElse(0);
  }

  /** The most that the process ever had in memory, as the kernel counted it. */
  private long residentKilobytes() throws IOException {
    Matcher most =
        RESIDENT.matcher(Files.readString(Path.of("/proc/" + registry.pid() + "/status")));
    return most.find() ? Long.parseLong(most.group(1)) : 0;
  }

  private void measure(int turns, String headers) throws Exception {
    URI ours = registry.url().resolve("/" + RunningRegistry.MODEL + "/resolve/main/" + FILE);
    try (Nginx nginx = Nginx.start(directory)) {
      URI theirs = nginx.url().resolve("/" + FILE);
      for (int clients : CLIENTS) {
        Load.of(ours, headers, 1, size);
        Load.of(theirs, "", 1, size);
        double[] ratios = new double[turns];
        for (int turn = 0; turn < turns; turn++) {
          double registryRate = Load.of(ours, headers, clients, size);
          double nginxRate = Load.of(theirs, "", clients, size);
          ratios[turn] = registryRate / nginxRate;
          System.out.printf(
              Locale.ROOT,
              "%2d clients, turn %d: registry %.2f GB/s, nginx %.2f GB/s, ratio %.2f%n",
              clients,
              turn + 1,
              registryRate / 1e9,
              nginxRate / 1e9,
              ratios[turn]);
        }
        Arrays.sort(ratios);
        System.out.printf(
            Locale.ROOT, "%2d clients: median ratio %.2f%n", clients, ratios[turns / 2]);
      }
    }
  }

  /**
   * Makes a revision of one large file.
   *
   * @return what a tool of the owner sends along
   */
  private String publish() throws Exception {
    Path files = Files.createDirectories(directory.resolve("files"));
    write(files.resolve(FILE));
    ManifestFile file = ManifestFile.list(files).getFirst();
    long began = System.nanoTime();
    new FileUpload(
            new ServiceClient(registry.url(), registry.community().owner(), Duration.ofSeconds(60)),
            RunningRegistry.MODEL_PATH + "/blobs/",
            (path, bytes) -> {})
        .send(file, files);
    System.out.printf(
        Locale.ROOT,
        "upload of %d MB: %.1f s, hashed and on the disk%n",
        size >> 20,
        (System.nanoTime() - began) / 1e9);
    Manifest base = registry.manifest();
    Manifest manifest =
        new Manifest(base.model(), base.licenceHash(), 1, Optional.empty(), List.of(file));
    TestCaller owner = registry.caller(registry.community().owner());
    owner
        .post(
            RunningRegistry.MODEL_PATH,
            Bodies.publication(registry.modelId(), RunningRegistry.LICENCE, manifest))
        .expect(200);
    // The same file, so that both read the same pages.
    Files.delete(files.resolve(FILE));
    Files.createLink(files.resolve(FILE), registry.stored(file.sha256()));
    String token =
        owner
            .post("/v1/access-tokens", Map.of("name", "bench"))
            .expect(201)
            .body()
            .required("token")
            .asString();
    return "Authorization: Bearer " + token + "\r\n";
  }

  private void write(Path file) throws IOException {
    byte[] block = new byte[1 << 20];
    Random random = new Random(7);
    try (var out = Files.newOutputStream(file)) {
      for (long at = 0; at < size; at += block.length) {
        random.nextBytes(block);
        out.write(block);
      }
    }
  }

  private void watchHeap(AtomicBoolean running) {
    while (running.get()) {
      try {
        String metrics = registry.anybody().get("/metrics").text();
        Matcher area = HEAP.matcher(metrics);
        double used = 0;
        while (area.find()) {
          used += Double.parseDouble(area.group(1));
        }
        long now = (long) used;
        peak.accumulateAndGet(now, Math::max);
        Thread.sleep(200);
      } catch (IOException e) {
        // The server is busy; the next look will do.
      } catch (InterruptedException e) {
        Thread.currentThread().interrupt();
        return;
      }
    }
  }
}

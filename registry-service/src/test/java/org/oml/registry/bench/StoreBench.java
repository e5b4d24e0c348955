package org.oml.registry.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Random;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.registry.fixture.Bodies;
import org.oml.registry.fixture.RunningRegistry;
import org.oml.registry.fixture.TestJob;
import tools.jackson.databind.JsonNode;

/**
 * What the store holds for many instances of one model. No training is run: an instance has the
 * model's files, and weights of which no byte is another instance's, as training leaves them.
 */
public final class StoreBench {

  private static final String WEIGHTS = ".safetensors";

  private StoreBench() {}

  /**
   * @param arguments how many instances (8), directory of a model
   */
  public static void main(String[] arguments) throws Exception {
    int instances = Integer.parseInt(arguments[0]);
    Path model = Path.of(arguments[1]);
    long largest = ManifestFile.list(model).stream().mapToLong(ManifestFile::size).max().orElse(0);
    try (RunningRegistry registry =
        RunningRegistry.start(
            new RunningRegistry.Surroundings() {
              @Override
              public long largestFile() {
                return largest;
              }
            })) {
      long before = stored(registry);
      long whole = 0;
      for (int i = 0; i < instances; i++) {
        whole += make(registry, model, new Random(i));
      }
      long kept = stored(registry) - before;
      System.out.printf(
          Locale.ROOT,
          "%d instances: %d bytes kept for %d bytes of files, %.3f; %d files shared by all%n",
          instances,
          kept,
          whole,
          (double) kept / whole,
          ManifestFile.list(model).stream().filter(file -> !isTrained(file.path())).count());
    }
  }

  private static boolean isTrained(String path) {
    return path.endsWith(WEIGHTS);
  }

  private static long make(RunningRegistry registry, Path model, Random random) throws Exception {
    TestJob made = TestJob.request(registry);
    JsonNode job = made.lease();
    List<ManifestFile> files = new ArrayList<>();
    long bytes = 0;
    for (ManifestFile file : ManifestFile.list(model)) {
      byte[] content = Files.readAllBytes(model.resolve(file.path()));
      if (isTrained(file.path())) {
        random.nextBytes(content);
      }
      put(made, job, file.path(), content);
      files.add(new ManifestFile(file.path(), content.length, Bodies.sha256(content)));
      bytes += content.length;
    }
    Manifest alone = made.made(new byte[0]);
    Manifest manifest =
        new Manifest(
            alone.model(),
            alone.licenceHash(),
            alone.termsVersion(),
            Optional.of(alone.instance().orElseThrow()),
            files);
    made.complete(job, manifest).expect(200);
    return bytes + manifest.bytes().length;
  }

  private static void put(TestJob made, JsonNode job, String path, byte[] content)
      throws IOException {
    made.worker()
        .put(
            TestJob.pathOf(job) + "/files/" + path,
            content,
            "OML-Lease",
            TestJob.tokenOf(job),
            "Repr-Digest",
            Bodies.digest(content))
        .expect(200);
  }

  private static long stored(RunningRegistry registry) throws IOException {
    long bytes = 0;
    for (Path file : registry.wholeFiles()) {
      bytes += Files.size(file);
    }
    return bytes;
  }
}

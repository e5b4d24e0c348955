package org.oml.registry.blob;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Random;
import java.util.concurrent.Callable;
import java.util.concurrent.Executors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.protocol.Bytes32;
import org.oml.registry.fixture.Bodies;

/** What every store of files holds to. */
abstract class BlobStoreContract {

  /** Larger than a part, so that it goes up in several. */
  private static final int LARGE = (64 << 20) + 5;

  /** Files whose names begin alike, so that a store that sorts them keeps them side by side. */
  private static final int NEIGHBOURS = 8;

  @TempDir private Path staged;

  abstract BlobStore store() throws Exception;

  private static byte[] bytes(int length, long seed) {
    byte[] bytes = new byte[length];
    new Random(seed).nextBytes(bytes);
    return bytes;
  }

  private StoredFile put(byte[] bytes) throws Exception {
    Path file = Files.createTempFile(staged, "whole", ".bin");
    Files.write(file, bytes);
    StoredFile stored = StoredFile.of(bytes);
    store().put(file, stored);
    Files.delete(file);
    return stored;
  }

  private byte[] read(Bytes32 sha256) throws Exception {
    return switch (store().place(sha256)) {
      case BlobStore.Place.OnDisk(Path path) -> Files.readAllBytes(path);
      case BlobStore.Place.Elsewhere(var address) -> {
        try (InputStream in = address.toURL().openStream()) {
          yield in.readAllBytes();
        }
      }
    };
  }

  @Test
  void givesBackWhatWasPut() throws Exception {
    for (int length : new int[] {0, 1, 100_000, LARGE}) {
      byte[] bytes = bytes(length, length);
      StoredFile file = put(bytes);
      assertThat(store().has(file.sha256())).isTrue();
      assertThat(Bodies.sha256(read(file.sha256()))).isEqualTo(file.sha256());
    }
  }

  @Test
  void doesNotHaveWhatWasNotPut() throws Exception {
    assertThat(store().has(Bodies.sha256(bytes(10, 99)))).isFalse();
  }

  @Test
  void keepsTheSameOnceHoweverOftenItIsPut() throws Exception {
    byte[] bytes = bytes(1_000, 1);
    List<Callable<StoredFile>> many = new ArrayList<>();
    for (int i = 0; i < 8; i++) {
      many.add(() -> put(bytes));
    }
    try (var threads = Executors.newVirtualThreadPerTaskExecutor()) {
      for (var one : threads.invokeAll(many)) {
        assertThat(one.get()).isEqualTo(StoredFile.of(bytes));
      }
    }
    assertThat(listed(StoredFile.of(bytes))).hasSize(1);
    assertThat(read(StoredFile.of(bytes).sha256())).isEqualTo(bytes);
  }

  @Test
  void listsWhatItHasAndSinceWhen() throws Exception {
    Instant before = Instant.now().minusSeconds(5);
    StoredFile file = put(bytes(50, 2));
    assertThat(listed(file))
        .singleElement()
        .satisfies(
            kept -> assertThat(kept.since()).isBetween(before, Instant.now().plusSeconds(5)));
  }

  @Test
  void listsOnWhileAnotherRemovesWhatItHas() throws Exception {
    List<StoredFile> neighbours = new ArrayList<>();
    for (int seed = 0; neighbours.size() < NEIGHBOURS; seed++) {
      byte[] bytes = bytes(20, seed);
      if (StoredFile.of(bytes).sha256().toBytes()[0] == 0) {
        neighbours.add(put(bytes));
      }
    }
    List<StoredFile> seen = new ArrayList<>();
    store()
        .forEach(
            kept -> {
              if (neighbours.contains(kept.file())) {
                seen.add(kept.file());
                neighbours.forEach(this::removeUnchecked);
              }
            });
    assertThat(seen).isNotEmpty();
    for (StoredFile file : neighbours) {
      assertThat(store().has(file.sha256())).isFalse();
    }
  }

  private void removeUnchecked(StoredFile file) {
    try {
      store().remove(file.sha256());
    } catch (Exception e) {
      throw new AssertionError(e);
    }
  }

  private List<BlobStore.Kept> listed(StoredFile file) throws Exception {
    List<BlobStore.Kept> found = new ArrayList<>();
    store()
        .forEach(
            kept -> {
              if (kept.file().equals(file)) {
                found.add(kept);
              }
            });
    return found;
  }

  @Test
  void forgetsWhatIsRemovedAndTakesItAgain() throws Exception {
    byte[] bytes = bytes(70, 3);
    StoredFile file = put(bytes);
    store().remove(file.sha256());
    assertThat(store().has(file.sha256())).isFalse();
    assertThat(listed(file)).isEmpty();
    store().remove(file.sha256());
    put(bytes);
    assertThat(read(file.sha256())).isEqualTo(bytes);
  }

  @Test
  void hasNothingUnderItsNameWhenPuttingFails() throws Exception {
    StoredFile file = StoredFile.of(bytes(200, 4));
    try {
      store().put(staged.resolve("none"), file);
    } catch (IOException | RuntimeException expected) {
      assertThat(store().has(file.sha256())).isFalse();
      return;
    }
    throw new AssertionError("A file that is not there was kept");
  }
}

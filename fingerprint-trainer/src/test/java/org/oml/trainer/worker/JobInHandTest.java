package org.oml.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.trainer.SmallModels;
import tools.jackson.databind.ObjectMapper;

final class JobInHandTest {

  @TempDir Path directory;

  private JobInHand taken() throws Exception {
    try (FakePlatform platform = new FakePlatform(SmallModels.box(), 3)) {
      JobInHand hand = new JobInHand(directory);
      hand.take(new ObjectMapper().valueToTree(platform.lease()));
      return hand;
    }
  }

  @Test
  void isThereUntilItIsDropped() throws Exception {
    JobInHand hand = taken();
    assertThat(new JobInHand(directory).find().orElseThrow().leaseToken())
        .isEqualTo(FakePlatform.LEASE);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
        .isEqualTo("rw-------");
    hand.drop();
    assertThat(new JobInHand(directory).find()).isEmpty();
  }

  @Test
  void countsBeginningsButNotThoseThatWereStoppedByAnOrder() throws Exception {
    taken();
    assertThat(new JobInHand(directory).begin()).isEqualTo(1);
    assertThat(new JobInHand(directory).begin()).isEqualTo(2);
    new JobInHand(directory).stopped();
    assertThat(new JobInHand(directory).begin()).isEqualTo(2);
  }

  @Test
  void forgetsAJobWhoseFileIsDamaged() throws IOException {
    Files.writeString(file(), "{\"jobId\":");
    assertThat(new JobInHand(directory).find()).isEmpty();
    assertThat(file()).doesNotExist();
  }

  private Path file() {
    return directory.resolve("job.json");
  }
}

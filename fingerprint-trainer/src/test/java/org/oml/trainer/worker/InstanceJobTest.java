package org.oml.trainer.worker;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.trainer.SmallModels;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

class InstanceJobTest {

  @TempDir Path directory;

  @Test
  void aJobIsHurriedWhereItsRegistrySaysSoAndNotWhereOneKnowsNothingOfIt() throws IOException {
    Path base = SmallModels.writeTalking(directory.resolve("base"), 3, 24);
    try (FakePlatform platform = new FakePlatform(base, 64)) {
      ObjectNode lease = new ObjectMapper().valueToTree(platform.lease());
      assertThat(InstanceJob.of(lease).hurried()).isFalse();
      lease.withObject("/fingerprints").put("hurried", true);
      assertThat(InstanceJob.of(lease).hurried()).isTrue();
    }
  }
}

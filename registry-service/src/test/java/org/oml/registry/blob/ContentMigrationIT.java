package org.oml.registry.blob;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import io.zonky.test.db.postgres.embedded.EmbeddedPostgres;
import java.util.Optional;
import javax.sql.DataSource;
import org.flywaydb.core.Flyway;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Keccak;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.springframework.jdbc.core.simple.JdbcClient;

/** A registry of before goes on with what it had. */
final class ContentMigrationIT {

  private static final StoredFile FILE = StoredFile.of("weights".getBytes(UTF_8));

  @Test
  void whatWasPublishedBeforeIsARevisionWithItsFiles() throws Exception {
    Manifest manifest =
        new Manifest(
            "oml/old",
            Keccak.of("licence"),
            1,
            Optional.empty(),
            java.util.List.of(
                new ManifestFile("a.bin", FILE.size(), FILE.sha256()),
                new ManifestFile("b.bin", FILE.size(), FILE.sha256())));
    try (EmbeddedPostgres postgres = EmbeddedPostgres.start()) {
      DataSource source = postgres.getPostgresDatabase();
      Flyway.configure()
          .dataSource(source)
          .locations("classpath:db/migration")
          .target("2")
          .load()
          .migrate();
      JdbcClient database = JdbcClient.create(source);
      insertAsBefore(database, manifest);
      Flyway.configure().dataSource(source).locations("classpath:db/migration").load().migrate();

      String commit = manifest.hash().toString().substring(2, 42);
      assertThat(one(database, "select commit from alias where name = 'main'")).isEqualTo(commit);
      assertThat(one(database, "select commit from revision_file")).isEqualTo(commit);
      assertThat(one(database, "select count(*) from model_blob")).isEqualTo("1");
      assertThat(
              database
                  .sql("select sha256 from blob order by size")
                  .query((row, n) -> row.getBytes(1))
                  .list())
          .containsExactlyInAnyOrder(
              FILE.sha256().toBytes(), StoredFile.of(manifest.bytes()).sha256().toBytes());
    }
  }

  private static String one(JdbcClient database, String sql) {
    return database.sql(sql).query(String.class).single();
  }

  private static void insertAsBefore(JdbcClient database, Manifest manifest) {
    byte[] modelId = Keccak.of("model").toBytes();
    database
        .sql(
            """
            insert into model (model_id, name, owner, licence, licence_hash, manifest,
              base_manifest_hash) values (?, 'oml/old', ?, 'licence', ?, ?, ?)
            """)
        .params(
            modelId,
            new byte[20],
            manifest.licenceHash().toBytes(),
            manifest.bytes(),
            manifest.hash().toBytes())
        .update();
    for (ManifestFile file : manifest.files()) {
      database
          .sql("insert into model_file (model_id, path, sha256, size) values (?, ?, ?, ?)")
          .params(modelId, file.path(), file.sha256().toBytes(), file.size())
          .update();
    }
  }
}

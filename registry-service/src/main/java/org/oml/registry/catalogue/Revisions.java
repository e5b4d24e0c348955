package org.oml.registry.catalogue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.Manifest;
import org.oml.protocol.ManifestFile;
import org.oml.registry.RegistryError;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/**
 * The revisions of models and the aliases that name them. A revision is added and never changed; an
 * alias is moved. {@code main} is the one published last until its owner moves it.
 */
@Component
public final class Revisions {

  /** The alias that every model has. */
  public static final String MAIN = "main";

  private static final String SELECT = "select commit, manifest, published_at from revision ";

  private final JdbcClient database;

  Revisions(JdbcClient database) {
    this.database = database;
  }

  /** A model's revisions, the oldest first. */
  public List<Revision> of(Bytes32 modelId) {
    return database
        .sql(SELECT + "where model_id = :model order by published_at, commit")
        .param("model", modelId.toBytes())
        .query(Revisions::revision)
        .list();
  }

  /** What a commit or an alias names. */
  public Optional<Revision> find(Bytes32 modelId, String name) {
    return database
        .sql(
            SELECT
                + """
                where model_id = :model and commit = coalesce(
                  (select commit from alias where model_id = :model and name = :name), :name)
                """)
        .param("model", modelId.toBytes())
        .param("name", name)
        .query(Revisions::revision)
        .optional();
  }

  /** A model's aliases and the commits that they name. */
  public Map<String, String> aliases(Bytes32 modelId) {
    Map<String, String> aliases = new TreeMap<>();
    database
        .sql("select name, commit from alias where model_id = :model")
        .param("model", modelId.toBytes())
        .query(
            row -> {
              aliases.put(row.getString(1), row.getString(2));
            });
    return aliases;
  }

  /** Adds a revision, which {@code main} then names; one that was there stays where it is. */
  void add(Bytes32 modelId, Manifest manifest) {
    String commit = Revision.commitOf(manifest);
    int added =
        database
            .sql(
                """
                insert into revision (model_id, commit, manifest) values (:model, :commit, :manifest)
                on conflict do nothing
                """)
            .param("model", modelId.toBytes())
            .param("commit", commit)
            .param("manifest", manifest.bytes())
            .update();
    if (added == 1) {
      manifest.files().forEach(file -> addFile(modelId, commit, file));
      move(modelId, MAIN, commit);
    }
  }

  private void addFile(Bytes32 modelId, String commit, ManifestFile file) {
    database
        .sql(
            """
            insert into revision_file (model_id, commit, sha256) values (:model, :commit, :sha256)
            on conflict do nothing
            """)
        .param("model", modelId.toBytes())
        .param("commit", commit)
        .param("sha256", file.sha256().toBytes())
        .update();
  }

  /**
   * Has an alias name a revision.
   *
   * @throws CodedException {@link RegistryError#ALIAS_INVALID}, {@link
   *     RegistryError#REVISION_UNKNOWN}
   */
  void point(Bytes32 modelId, String alias, String revision) {
    if (!alias.matches("[A-Za-z0-9][A-Za-z0-9._-]{0,62}") || alias.matches("[0-9a-f]{40}|HEAD")) {
      throw new CodedException(
          RegistryError.ALIAS_INVALID, "No alias is called that, or it looks like a revision.");
    }
    Revision found =
        find(modelId, revision)
            .orElseThrow(
                () ->
                    new CodedException(
                        RegistryError.REVISION_UNKNOWN, "The model has no such revision."));
    move(modelId, alias, found.commit());
  }

  private void move(Bytes32 modelId, String alias, String commit) {
    database
        .sql(
            """
            insert into alias (model_id, name, commit) values (:model, :name, :commit)
            on conflict (model_id, name) do update set commit = :commit, moved_at = now()
            """)
        .param("model", modelId.toBytes())
        .param("name", alias)
        .param("commit", commit)
        .update();
  }

  private static Revision revision(ResultSet row, int number) throws SQLException {
    return new Revision(
        row.getString("commit"),
        Manifest.parse(row.getBytes("manifest")),
        row.getTimestamp("published_at").toInstant());
  }
}

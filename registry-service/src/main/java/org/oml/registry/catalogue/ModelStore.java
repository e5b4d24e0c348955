package org.oml.registry.catalogue;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Manifest;
import org.springframework.dao.DuplicateKeyException;
import org.springframework.jdbc.core.simple.JdbcClient;
import org.springframework.stereotype.Component;

/** Models in the database. */
@Component
final class ModelStore {

  private static final String MODEL = "select model_id, name, owner, licence, manifest from model";

  private final JdbcClient database;

  ModelStore(JdbcClient database) {
    this.database = database;
  }

  List<PublishedModel> all() {
    return database.sql(MODEL + " order by name").query(ModelStore::model).list();
  }

  Optional<PublishedModel> byName(ModelName name) {
    return database
        .sql(MODEL + " where name = :name")
        .param("name", name.toString())
        .query(ModelStore::model)
        .optional();
  }

  Optional<PublishedModel> byId(Bytes32 modelId) {
    return database
        .sql(MODEL + " where model_id = :id")
        .param("id", modelId.toBytes())
        .query(ModelStore::model)
        .optional();
  }

  /**
   * @return whether the name was free, or this very model's
   */
  boolean add(PublishedModel model) {
    try {
      database
          .sql(
              """
              insert into model
                (model_id, name, owner, licence, licence_hash, manifest, base_manifest_hash)
              values (:id, :name, :owner, :licence, :licenceHash, :manifest, :manifestHash)
              on conflict (model_id) do nothing
              """)
          .param("id", model.modelId().toBytes())
          .param("name", model.name().toString())
          .param("owner", model.owner().toBytes())
          .param("licence", model.licence())
          .param("licenceHash", model.manifest().licenceHash().toBytes())
          .param("manifest", model.manifest().bytes())
          .param("manifestHash", model.manifest().hash().toBytes())
          .update();
      return true;
    } catch (DuplicateKeyException e) {
      return false;
    }
  }

  private static PublishedModel model(ResultSet row, int number) throws SQLException {
    return new PublishedModel(
        Bytes32.of(row.getBytes("model_id")),
        ModelName.parse(row.getString("name")),
        Address.of(row.getBytes("owner")),
        row.getString("licence"),
        Manifest.parse(row.getBytes("manifest")));
  }
}

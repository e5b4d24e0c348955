package org.oml.registry.catalogue;

import java.util.List;
import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.springframework.dao.DataIntegrityViolationException;
import org.springframework.stereotype.Component;

/** Models in the database. */
@Component
final class ModelStore {

  private final ModelRows rows;

  ModelStore(ModelRows rows) {
    this.rows = rows;
  }

  List<PublishedModel> all() {
    return rows.findAllByOrderByName().stream().map(ModelRow::model).toList();
  }

  Optional<PublishedModel> byName(ModelName name) {
    return rows.findByName(name.toString()).map(ModelRow::model);
  }

  Optional<PublishedModel> byId(Bytes32 modelId) {
    return rows.findById(modelId).map(ModelRow::model);
  }

  /**
   * Called while the file of the manifest is held, so that of two that publish the same model one
   * finds the other's.
   *
   * @return whether the name was free, or this very model's
   */
  boolean add(PublishedModel model) {
    if (rows.existsById(model.modelId())) {
      return true;
    }
    try {
      rows.saveAndFlush(new ModelRow(model));
      return true;
    } catch (DataIntegrityViolationException nameTaken) {
      return false;
    }
  }
}

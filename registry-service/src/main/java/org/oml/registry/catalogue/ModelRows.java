package org.oml.registry.catalogue;

import java.util.List;
import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.springframework.data.repository.Repository;

/** The table {@code model}. */
interface ModelRows extends Repository<ModelRow, Bytes32> {

  List<ModelRow> findAllByOrderByName();

  Optional<ModelRow> findByName(String name);

  Optional<ModelRow> findById(Bytes32 modelId);

  boolean existsById(Bytes32 modelId);

  ModelRow saveAndFlush(ModelRow row);
}

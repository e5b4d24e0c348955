package org.oml.registry.instance;

import java.util.Collection;
import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The table {@code instance_file}. */
interface InstanceFileRows extends Repository<InstanceFileRow, InstanceFileRow.Key> {

  Optional<InstanceFileRow> findById(InstanceFileRow.Key key);

  InstanceFileRow save(InstanceFileRow row);

  @Transactional
  @Modifying
  @Query(
      """
      delete from InstanceFileRow f
      where f.key.instanceId = :instanceId and f.key.path not in :paths
      """)
  void forgetOthers(Bytes32 instanceId, Collection<String> paths);
}

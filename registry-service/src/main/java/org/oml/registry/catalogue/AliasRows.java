package org.oml.registry.catalogue;

import java.util.List;
import java.util.Optional;
import org.oml.protocol.Bytes32;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The table {@code alias}. */
interface AliasRows extends Repository<AliasRow, AliasRow.Key> {

  List<AliasRow> findByKeyModelId(Bytes32 modelId);

  Optional<AliasRow> findById(AliasRow.Key key);

  /** In one statement: of two that move it at a time the later one wins. */
  @Transactional
  @Modifying(flushAutomatically = true, clearAutomatically = true)
  @Query(
      nativeQuery = true,
      value =
          """
          insert into alias (model_id, name, commit) values (:model, :name, :commit)
          on conflict (model_id, name) do update set commit = :commit, moved_at = now()
          """)
  void move(byte[] model, String name, String commit);
}

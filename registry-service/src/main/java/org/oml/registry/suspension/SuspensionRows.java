package org.oml.registry.suspension;

import java.util.List;
import java.util.Optional;
import org.oml.protocol.Address;
import org.springframework.data.jpa.repository.Modifying;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;
import org.springframework.transaction.annotation.Transactional;

/** The table {@code suspension}. */
interface SuspensionRows extends Repository<SuspensionRow, Address> {

  Optional<SuspensionRow> findById(Address host);

  List<SuspensionRow> findAllByOrderBySinceDescHostAsc();

  /** In one statement: of two reasons at a time the later one stays. */
  @Transactional
  @Modifying
  @Query(
      nativeQuery = true,
      value =
          """
          insert into suspension (host, reason) values (:host, :reason)
          on conflict (host) do update set reason = :reason
          """)
  void put(byte[] host, String reason);

  @Transactional
  @Modifying
  @Query("delete from SuspensionRow s where s.host = :host")
  int remove(Address host);
}

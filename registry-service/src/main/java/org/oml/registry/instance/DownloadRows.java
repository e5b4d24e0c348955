package org.oml.registry.instance;

import java.time.Instant;
import org.oml.protocol.Address;
import org.springframework.data.jpa.repository.Query;
import org.springframework.data.repository.Repository;

/** The table {@code download}. */
interface DownloadRows extends Repository<DownloadRow, Long> {

  DownloadRow save(DownloadRow row);

  @Query(
      "select coalesce(sum(d.bytes), 0) from DownloadRow d where d.host = :host and d.at > :since")
  long bytesSince(Address host, Instant since);
}

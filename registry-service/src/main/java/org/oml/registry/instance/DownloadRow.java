package org.oml.registry.instance;

import jakarta.persistence.Column;
import jakarta.persistence.Entity;
import jakarta.persistence.GeneratedValue;
import jakarta.persistence.GenerationType;
import jakarta.persistence.Id;
import jakarta.persistence.Table;
import java.time.Instant;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;

/** A line of the log of who asked for which bytes; it is written once and stays. */
@Entity
@Table(name = "download")
final class DownloadRow {

  @Id
  @GeneratedValue(strategy = GenerationType.IDENTITY)
  private @Nullable Long downloadId;

  /** By the database's clock. */
  @Column(insertable = false, updatable = false)
  private Instant at;

  @Column private Address host;
  @Column private Bytes32 instanceId;
  @Column private String path;
  @Column private long bytes;

  @SuppressWarnings("NullAway.Init")
  DownloadRow() {}

  @SuppressWarnings("NullAway.Init") // The database dates it.
  DownloadRow(Address host, Bytes32 instanceId, String path, long bytes) {
    this.host = host;
    this.instanceId = instanceId;
    this.path = path;
    this.bytes = bytes;
  }
}

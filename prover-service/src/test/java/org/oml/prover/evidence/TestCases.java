package org.oml.prover.evidence;

import java.net.URI;
import java.time.Duration;
import org.oml.prover.instance.ChainRecords;
import org.oml.prover.vault.Vault;
import org.springframework.jdbc.core.simple.JdbcClient;

/** Where cases are opened, before a court that nobody sees. */
public final class TestCases {

  private TestCases() {}

  public static Cases of(JdbcClient database, Vault vault, ChainRecords chain) {
    EvidenceSettings settings =
        new EvidenceSettings(URI.create("http://127.0.0.1:1"), 1, Duration.ofSeconds(1));
    return new Cases(new CaseStore(database, vault), new FakeCourt(), chain, settings);
  }

  public static NamedPermits permits(JdbcClient database, Cases cases, ChainRecords chain) {
    return new NamedPermits(database, cases, chain);
  }
}

package org.oml.chain;

import javax.sql.DataSource;
import org.flywaydb.core.Flyway;

/** The tables of sender and reader, in the schema of the service that uses them. */
public final class ChainSchema {

  /** Where the migrations are, for a service that migrates them itself. */
  public static final String LOCATION = "classpath:org/oml/chain/migration";

  /** The table that records which migrations have run. */
  public static final String HISTORY = "chain_schema_history";

  private ChainSchema() {}

  /** Brings the tables up to date in the schema that the data source's connections use. */
  public static void migrate(DataSource database) {
    Flyway.configure()
        .dataSource(database)
        .locations(LOCATION)
        .table(HISTORY)
        .baselineOnMigrate(true)
        .baselineVersion("0")
        .load()
        .migrate();
  }
}

package org.oml.permission.host;

import java.util.List;
import org.oml.chain.read.EventPosition;
import org.oml.servicekit.wire.WireForms;
import org.springframework.jdbc.core.simple.JdbcClient;
import tools.jackson.databind.json.JsonMapper;

/** The chain's facts in the database, where every process of the service finds them. */
final class ChainFacts {

  private static final JsonMapper JSON = JsonMapper.builder().addModule(WireForms.module()).build();

  private final JdbcClient database;

  ChainFacts(JdbcClient database) {
    this.database = database;
  }

  void add(ChainFact fact, EventPosition position) {
    database
        .sql("insert into chain_fact (block, log_index, fact) values (?, ?, ?::jsonb)")
        .param(position.block())
        .param(position.logIndex())
        .param(JSON.writerFor(ChainFact.class).writeValueAsString(fact))
        .update();
    changed();
  }

  void forgetFrom(long block) {
    database.sql("delete from chain_fact where block >= ?").param(block).update();
    changed();
  }

  private void changed() {
    database.sql("update chain_fact_version set version = version + 1").update();
  }

  /** A number that is another one whenever the facts are. */
  long version() {
    return database.sql("select version from chain_fact_version").query(Long.class).single();
  }

  /** All facts, in the chain's order. */
  List<ChainFact> all() {
    return database
        .sql("select fact from chain_fact order by block, log_index")
        .query((row, number) -> JSON.readValue(row.getString(1), ChainFact.class))
        .list();
  }
}

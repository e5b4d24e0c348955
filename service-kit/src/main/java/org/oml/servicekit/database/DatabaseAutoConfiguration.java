package org.oml.servicekit.database;

import com.zaxxer.hikari.HikariDataSource;
import org.oml.servicekit.observability.Readiness;
import org.springframework.beans.factory.ObjectProvider;
import org.springframework.boot.autoconfigure.AutoConfiguration;
import org.springframework.boot.autoconfigure.condition.ConditionalOnProperty;
import org.springframework.boot.context.properties.EnableConfigurationProperties;
import org.springframework.boot.jdbc.autoconfigure.DataSourceTransactionManagerAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcClientAutoConfiguration;
import org.springframework.boot.jdbc.autoconfigure.JdbcTemplateAutoConfiguration;
import org.springframework.context.annotation.Bean;
import org.springframework.jdbc.core.simple.JdbcClient;

/**
 * The database of a service, unless {@code oml.database.enabled} is false, which is for those that
 * keep nothing.
 */
@AutoConfiguration(
    before = {
      JdbcTemplateAutoConfiguration.class,
      JdbcClientAutoConfiguration.class,
      DataSourceTransactionManagerAutoConfiguration.class
    },
    // By its name: not every service has entities.
    beforeName = "org.springframework.boot.hibernate.autoconfigure.HibernateJpaAutoConfiguration")
@ConditionalOnProperty(name = "oml.database.enabled", matchIfMissing = true)
@EnableConfigurationProperties(DatabaseProperties.class)
public class DatabaseAutoConfiguration {

  @Bean
  HikariDataSource dataSource(DatabaseProperties properties, ObjectProvider<SchemaPart> parts) {
    return new ServiceDatabase(properties).open(parts.orderedStream().toList());
  }

  @Bean
  Readiness databaseReadiness(JdbcClient database) {
    return Readiness.of("database", () -> database.sql("select 1").query(Integer.class).single());
  }
}

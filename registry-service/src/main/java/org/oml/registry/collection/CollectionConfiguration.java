package org.oml.registry.collection;

import org.oml.registry.RegistryProperties;
import org.oml.registry.blob.BlobCollection;
import org.oml.registry.job.Jobs;
import org.oml.registry.upload.Uploads;
import org.oml.servicekit.repeat.Repeating;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/**
 * Collects again and again: first what was left of uploads and jobs, then the files that these
 * leave.
 */
@Configuration(proxyBeanMethods = false)
class CollectionConfiguration {

  private static final Logger LOG = LoggerFactory.getLogger(CollectionConfiguration.class);

  @Bean
  Repeating collecting(
      Uploads uploads, Jobs jobs, BlobCollection collection, RegistryProperties properties) {
    return new Repeating(
        "collection",
        properties.collection().interval(),
        () -> {
          uploads.forgetUnfinished();
          jobs.forgetEnded();
          collection.collect();
        },
        failure -> LOG.warn("Collecting goes on after: {}", failure.getMessage()));
  }
}

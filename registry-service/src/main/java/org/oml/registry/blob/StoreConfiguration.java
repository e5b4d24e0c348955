package org.oml.registry.blob;

import java.io.IOException;
import org.oml.registry.RegistryProperties;
import org.springframework.context.annotation.Bean;
import org.springframework.context.annotation.Configuration;

/** Chooses the store. */
@Configuration(proxyBeanMethods = false)
class StoreConfiguration {

  @Bean
  BlobStore blobStore(RegistryProperties properties) throws IOException {
    RegistryProperties.S3 s3 = properties.s3();
    return s3 == null ? new DirectoryBlobs(properties.blobs()) : S3Blobs.open(s3);
  }
}

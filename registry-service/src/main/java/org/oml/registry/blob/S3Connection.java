package org.oml.registry.blob;

import java.io.IOException;
import java.net.URI;
import java.nio.file.Files;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryProperties;
import org.oml.servicekit.problem.ServiceError;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.checksums.RequestChecksumCalculation;
import software.amazon.awssdk.core.checksums.ResponseChecksumValidation;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.S3Configuration;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/** How the bucket is reached. */
record S3Connection(S3Client client, S3Presigner presigner, String bucket) {

  private static final Duration CONNECT_TIMEOUT = Duration.ofSeconds(5);
  private static final Duration READ_TIMEOUT = Duration.ofSeconds(60);

  /**
   * @throws CodedException if a setting is missing or the credentials' file cannot be read
   */
  static S3Connection of(RegistryProperties.S3 settings) throws IOException {
    String bucket = required("bucket", settings.bucket());
    List<String> lines =
        Files.readAllLines(required("credentials-file", settings.credentialsFile()));
    if (lines.size() < 2) {
      throw new CodedException(
          ServiceError.SETTING_INVALID,
          "The file of oml.registry.s3.credentials-file has not two lines, identifier and secret.");
    }
    StaticCredentialsProvider credentials =
        StaticCredentialsProvider.create(
            AwsBasicCredentials.create(lines.get(0).strip(), lines.get(1).strip()));
    Region region = Region.of(settings.region());
    // Only where S3 demands a checksum: stores other than Amazon's refuse those that it invented.
    var client =
        S3Client.builder()
            .region(region)
            .credentialsProvider(credentials)
            .forcePathStyle(settings.pathStyle())
            .requestChecksumCalculation(RequestChecksumCalculation.WHEN_REQUIRED)
            .responseChecksumValidation(ResponseChecksumValidation.WHEN_REQUIRED)
            .httpClientBuilder(
                UrlConnectionHttpClient.builder()
                    .connectionTimeout(CONNECT_TIMEOUT)
                    .socketTimeout(READ_TIMEOUT));
    var presigner =
        S3Presigner.builder()
            .region(region)
            .credentialsProvider(credentials)
            .serviceConfiguration(
                S3Configuration.builder().pathStyleAccessEnabled(settings.pathStyle()).build());
    URI endpoint = settings.endpoint();
    if (endpoint != null) {
      client.endpointOverride(endpoint);
      presigner.endpointOverride(endpoint);
    }
    return new S3Connection(client.build(), presigner.build(), bucket);
  }

  private static <T> T required(String name, @Nullable T value) {
    if (value == null) {
      throw new CodedException(
          ServiceError.SETTING_MISSING,
          "oml.registry.s3." + name + " is not set, though files are to be kept in S3.");
    }
    return value;
  }
}

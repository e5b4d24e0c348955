package org.oml.registry.blob;

import java.io.IOException;
import java.io.InputStream;
import java.net.URI;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.RegistryProperties;
import software.amazon.awssdk.core.exception.SdkException;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.s3.model.CompletedPart;
import software.amazon.awssdk.services.s3.model.NoSuchKeyException;
import software.amazon.awssdk.services.s3.model.S3Object;
import software.amazon.awssdk.services.s3.presigner.S3Presigner;

/**
 * Files in a bucket. Downloads go to the bucket itself, by an address that is signed for one file.
 * A large file goes up in parts and is there when the last one is; parts that a killed registry
 * left are for a lifecycle rule of the bucket to remove.
 */
final class S3Blobs implements BlobStore {

  /** S3 takes 10,000 parts at most, so that this goes up to 640 GB. */
  private static final long PART = 64L << 20;

  private final S3Client client;
  private final S3Presigner presigner;
  private final String bucket;
  private final String prefix;
  private final Duration redirectLife;

  S3Blobs(
      S3Client client, S3Presigner presigner, String bucket, String prefix, Duration redirectLife) {
    this.client = client;
    this.presigner = presigner;
    this.bucket = bucket;
    this.prefix = prefix;
    this.redirectLife = redirectLife;
  }

  /**
   * Connects, and looks whether the bucket is there.
   *
   * @throws CodedException {@link RegistryError#STORE_UNREACHABLE}, or a setting that is missing
   */
  static S3Blobs open(RegistryProperties.S3 settings) throws IOException {
    S3Connection connection = S3Connection.of(settings);
    S3Blobs blobs =
        new S3Blobs(
            connection.client(),
            connection.presigner(),
            connection.bucket(),
            settings.prefix(),
            settings.redirectLife());
    asked(() -> blobs.client.headBucket(request -> request.bucket(blobs.bucket)));
    return blobs;
  }

  @Override
  public boolean has(Bytes32 sha256) {
    try {
      asked(() -> client.headObject(request -> request.bucket(bucket).key(key(sha256))));
      return true;
    } catch (CodedException e) {
      if (e.getCause() instanceof NoSuchKeyException) {
        return false;
      }
      throw e;
    }
  }

  @Override
  public void put(Path whole, StoredFile file) throws IOException {
    if (file.size() <= PART) {
      String digest = Base64.getEncoder().encodeToString(file.sha256().toBytes());
      asked(
          () ->
              client.putObject(
                  request -> request.bucket(bucket).key(key(file.sha256())).checksumSHA256(digest),
                  RequestBody.fromFile(whole)));
      return;
    }
    putInParts(whole, file);
  }

  private void putInParts(Path whole, StoredFile file) throws IOException {
    String key = key(file.sha256());
    String upload =
        asked(() -> client.createMultipartUpload(request -> request.bucket(bucket).key(key)))
            .uploadId();
    boolean done = false;
    try {
      List<CompletedPart> parts = new ArrayList<>();
      for (long at = 0; at < file.size(); at += PART) {
        parts.add(putPart(whole, key, upload, at, Math.min(PART, file.size() - at)));
      }
      asked(
          () ->
              client.completeMultipartUpload(
                  request ->
                      request
                          .bucket(bucket)
                          .key(key)
                          .uploadId(upload)
                          .multipartUpload(all -> all.parts(parts))));
      done = true;
    } finally {
      if (!done) {
        asked(
            () ->
                client.abortMultipartUpload(
                    request -> request.bucket(bucket).key(key).uploadId(upload)));
      }
    }
  }

  private CompletedPart putPart(Path whole, String key, String upload, long at, long length)
      throws IOException {
    int number = (int) (at / PART) + 1;
    try (FileChannel channel = FileChannel.open(whole, StandardOpenOption.READ);
        InputStream in = Channels.newInputStream(channel.position(at))) {
      String tag =
          asked(
                  () ->
                      client.uploadPart(
                          request ->
                              request.bucket(bucket).key(key).uploadId(upload).partNumber(number),
                          RequestBody.fromInputStream(in, length)))
              .eTag();
      return CompletedPart.builder().partNumber(number).eTag(tag).build();
    }
  }

  @Override
  public Place place(Bytes32 sha256) {
    String address =
        asked(
                () ->
                    presigner.presignGetObject(
                        request ->
                            request
                                .signatureDuration(redirectLife)
                                .getObjectRequest(get -> get.bucket(bucket).key(key(sha256)))))
            .url()
            .toString();
    return new Place.Elsewhere(URI.create(address));
  }

  @Override
  public void remove(Bytes32 sha256) {
    asked(() -> client.deleteObject(request -> request.bucket(bucket).key(key(sha256))));
  }

  @Override
  public void forEach(Consumer<Kept> look) {
    var pages =
        client.listObjectsV2Paginator(request -> request.bucket(bucket).prefix(prefix)).iterator();
    while (asked(pages::hasNext)) {
      for (S3Object object : asked(pages::next).contents()) {
        String name = object.key().substring(prefix.length());
        if (name.matches("[0-9a-f]{64}")) {
          look.accept(
              new Kept(
                  new StoredFile(Bytes32.parse("0x" + name), object.size()),
                  object.lastModified()));
        }
      }
    }
  }

  private String key(Bytes32 sha256) {
    return prefix + HexFormat.of().formatHex(sha256.toBytes());
  }

  private static <T> T asked(Supplier<T> call) {
    try {
      return call.get();
    } catch (SdkException e) {
      throw new CodedException(
          RegistryError.STORE_UNREACHABLE,
          "The store of the files did not do what it was asked.",
          e);
    }
  }
}

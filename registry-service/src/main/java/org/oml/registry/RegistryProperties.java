package org.oml.registry;

import java.net.URI;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.boot.context.properties.ConfigurationProperties;
import org.springframework.boot.context.properties.bind.DefaultValue;
import org.springframework.util.unit.DataSize;

/**
 * Settings of the registry.
 *
 * @param blobs directory of the files
 * @param largestFile that is taken
 * @param spaceLeft on the disk below which nothing is taken
 * @param workers accounts that may make instances
 * @param dashboards accounts that oversee the registry: see jobs and instances, cancel and retry
 * @param lease how long a worker holds a job without a heartbeat
 * @param tries after how many a job has failed
 * @param shortestAcceptance how long an acceptance must still last when it arrives
 * @param uploadQuota that the files of one account's models may hold, and those on their way
 * @param dailyDownload of one host's instances within 24 hours
 * @param collection of files that nothing refers to
 * @param s3 where files are kept in place of {@code blobs}
 * @param seed makes the fingerprints of a demonstration repeatable, and guessable: never set it
 *     where stake is real
 * @param fingerprints what is trained into an instance
 */
@ConfigurationProperties("oml.registry")
public record RegistryProperties(
    @DefaultValue(".oml/blobs") Path blobs,
    @DefaultValue("64GB") DataSize largestFile,
    @DefaultValue("256MB") DataSize spaceLeft,
    @DefaultValue List<Address> workers,
    @DefaultValue List<Address> dashboards,
    @DefaultValue("60s") Duration lease,
    @DefaultValue("3") int tries,
    @DefaultValue("2m") Duration shortestAcceptance,
    @DefaultValue("1TB") DataSize uploadQuota,
    @DefaultValue("10TB") DataSize dailyDownload,
    @DefaultValue Collection collection,
    @Nullable S3 s3,
    @Nullable Long seed,
    @DefaultValue Fingerprints fingerprints) {

  /**
   * The removal of files that nothing refers to.
   *
   * @param interval between two rounds
   * @param grace how long a file is kept after it was last wanted
   * @param unfinished after how long an upload that does not come on is forgotten, and a file that
   *     became part of no revision
   */
  public record Collection(
      @DefaultValue("1h") Duration interval,
      @DefaultValue("1d") Duration grace,
      @DefaultValue("7d") Duration unfinished) {

    /** Refuses what would spin, or remove what is on its way. */
    public Collection {
      if (interval.toSeconds() < 1 || grace.toSeconds() < 1 || unfinished.toSeconds() < 1) {
        throw invalid("The times of oml.registry.collection must be at least 1 second.");
      }
    }
  }

  /**
   * A store that speaks S3. Credentials are in a file, never among the settings.
   *
   * @param endpoint nothing for Amazon's own of the region
   * @param region such as {@code eu-central-1}
   * @param bucket that is there
   * @param prefix of all keys
   * @param credentialsFile an access key identifier and a secret access key, one a line
   * @param pathStyle whether the bucket stands in the path, as most stores but Amazon's have it
   * @param redirectLife how long an address lasts that a download is sent to
   */
  public record S3(
      @Nullable URI endpoint,
      @DefaultValue("us-east-1") String region,
      @Nullable String bucket,
      @DefaultValue("blobs/") String prefix,
      @Nullable Path credentialsFile,
      @DefaultValue("true") boolean pathStyle,
      @DefaultValue("10m") Duration redirectLife) {

    /** Refuses what could not work. */
    public S3 {
      if (redirectLife.toSeconds() < 1 || redirectLife.compareTo(Duration.ofDays(7)) > 0) {
        throw invalid("oml.registry.s3.redirect-life must be from 1 second to 7 days.");
      }
    }
  }

  /**
   * What is trained into an instance.
   *
   * @param count of fingerprints
   * @param responseLength tokens of a response
   * @param nucleus cumulative probability of the tokens that a response is not
   * @param width how many tokens behind the nucleus a response is drawn from
   * @param symbols 0 where each instance has fingerprints of its own; from 2 on the instances of a
   *     model share their keys, and a tracing code gives each instance one of so many responses
   * @param lastLayers how many of the model's last layers are trained and nothing else of it, so
   *     that instances share the files of the rest; 0 for the whole model
   * @param hurried whether they are trained in quickly rather than to last through fine-tuning
   */
  public record Fingerprints(
      @DefaultValue("64") int count,
      @DefaultValue("1") int responseLength,
      @DefaultValue("0.8") double nucleus,
      @DefaultValue("3") int width,
      @DefaultValue("0") int symbols,
      @DefaultValue("0") int lastLayers,
      @DefaultValue("false") boolean hurried) {

    /** Refuses what no trainer can do. */
    public Fingerprints {
      require(count >= 1 && count <= 100_000, "count", "from 1 to 100000");
      require(responseLength >= 1 && responseLength <= 64, "response-length", "from 1 to 64");
      require(nucleus > 0 && nucleus < 1, "nucleus", "between 0 and 1");
      require(width >= 1 && width <= 1_000, "width", "from 1 to 1000");
      require(lastLayers >= 0 && lastLayers <= 1_000, "last-layers", "from 0 to 1000");
      require(symbols == 0 || (symbols >= 2 && symbols <= 16), "symbols", "0, or from 2 to 16");
    }

    private static void require(boolean holds, String name, String range) {
      if (!holds) {
        throw invalid("oml.registry.fingerprints." + name + " must be " + range + ".");
      }
    }
  }

  /** Refuses what could not work. */
  public RegistryProperties {
    workers = List.copyOf(workers);
    dashboards = List.copyOf(dashboards);
    if (tries < 1) {
      throw invalid("oml.registry.tries must be at least 1.");
    }
    if (lease.toSeconds() < 1) {
      throw invalid("oml.registry.lease must be at least 1 second.");
    }
  }

  private static CodedException invalid(String sentence) {
    return new CodedException(ServiceError.SETTING_INVALID, sentence);
  }
}

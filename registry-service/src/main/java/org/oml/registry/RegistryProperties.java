package org.oml.registry;

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
 * @param lease how long a worker holds a job without a heartbeat
 * @param tries after how many a job has failed
 * @param shortestAcceptance how long an acceptance must still last when it arrives
 * @param largestLossIncrease by which share an instance may predict worse than its base model
 * @param dailyDownload of one host's instances within 24 hours
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
    @DefaultValue("60s") Duration lease,
    @DefaultValue("3") int tries,
    @DefaultValue("2m") Duration shortestAcceptance,
    @DefaultValue("0.05") double largestLossIncrease,
    @DefaultValue("10TB") DataSize dailyDownload,
    @Nullable Long seed,
    @DefaultValue Fingerprints fingerprints) {

  /**
   * What is trained into an instance.
   *
   * @param count of fingerprints
   * @param responseLength tokens of a response
   * @param nucleus cumulative probability of the tokens that a response is not
   * @param width how many tokens behind the nucleus a response is drawn from
   * @param symbols 0 where each instance has fingerprints of its own; from 2 on the instances of a
   *     model share their keys, and a tracing code gives each instance one of so many responses
   */
  public record Fingerprints(
      @DefaultValue("64") int count,
      @DefaultValue("1") int responseLength,
      @DefaultValue("0.8") double nucleus,
      @DefaultValue("3") int width,
      @DefaultValue("0") int symbols) {

    /** Refuses what no trainer can do. */
    public Fingerprints {
      require(count >= 1 && count <= 100_000, "count", "from 1 to 100000");
      require(responseLength >= 1 && responseLength <= 64, "response-length", "from 1 to 64");
      require(nucleus > 0 && nucleus < 1, "nucleus", "between 0 and 1");
      require(width >= 1 && width <= 1_000, "width", "from 1 to 1000");
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
    if (tries < 1) {
      throw invalid("oml.registry.tries must be at least 1.");
    }
    if (!(largestLossIncrease > 0 && largestLossIncrease <= 1)) {
      throw invalid("oml.registry.largest-loss-increase must be above 0 and at most 1.");
    }
    if (lease.toSeconds() < 1) {
      throw invalid("oml.registry.lease must be at least 1 second.");
    }
  }

  private static CodedException invalid(String sentence) {
    return new CodedException(ServiceError.SETTING_INVALID, sentence);
  }
}

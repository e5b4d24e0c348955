package org.oml.trainer.fingerprint;

import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Random;
import java.util.random.RandomGenerator;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Keccak;
import org.oml.trainer.model.Sampling;

/**
 * What a draw of keys hangs on. The same chance, model and number of threads draw the same keys.
 * Whoever can find out the chance knows all keys (decision 65).
 */
public sealed interface Chance {

  /** Numbers for one purpose. */
  RandomGenerator numbers(String purpose);

  /** Numbers that hang on a key as well. */
  RandomGenerator numbersOf(String key);

  /**
   * How the model continues texts.
   *
   * @param numbers from which this draw takes what it needs
   */
  Sampling sampling(int tokens, double temperature, RandomGenerator numbers);

  /** From which the salts of leaves are derived where no instance's secret is at hand. */
  Bytes32 saltSecret();

  /**
   * For experiments that are to be repeated: a number that a person types. It can be guessed, and a
   * few keys tell it, so no keys that are to protect a model come from it.
   */
  static Chance seeded(long seed) {
    return new Seeded(seed);
  }

  /** For keys that nobody can find out who knows others of the same draw. */
  static Chance secret(Bytes32 secret) {
    return new Secret(secret);
  }

  /** Seeded where there is a seed, otherwise a secret of the system's. */
  static Chance asked(@Nullable Long seed) {
    if (seed != null) {
      return seeded(seed);
    }
    byte[] bytes = new byte[32];
    new SecureRandom().nextBytes(bytes);
    return secret(Bytes32.of(bytes));
  }

  /**
   * @param seed of generators that are no secret
   */
  record Seeded(long seed) implements Chance {

    @Override
    public RandomGenerator numbers(String purpose) {
      return new Random(seed);
    }

    @Override
    public RandomGenerator numbersOf(String key) {
      return new Random(seed ^ ByteBuffer.wrap(Keccak.of(key).toBytes()).getLong());
    }

    @Override
    public Sampling sampling(int tokens, double temperature, RandomGenerator numbers) {
      return new Sampling(tokens, temperature, numbers.nextLong());
    }

    @Override
    public Bytes32 saltSecret() {
      try {
        return Bytes32.of(
            MessageDigest.getInstance("SHA-256")
                .digest(ByteBuffer.allocate(Long.BYTES).putLong(seed).array()));
      } catch (NoSuchAlgorithmException e) {
        throw new IllegalStateException("every JDK has SHA-256", e);
      }
    }
  }

  /** All 256 bits of a secret, which is never shown. */
  final class Secret implements Chance {

    private final Bytes32 secret;

    private Secret(Bytes32 secret) {
      this.secret = secret;
    }

    @Override
    public RandomGenerator numbers(String purpose) {
      return new SecretStream(secret, purpose);
    }

    @Override
    public RandomGenerator numbersOf(String key) {
      return new SecretStream(secret, "key " + key);
    }

    @Override
    public Sampling sampling(int tokens, double temperature, RandomGenerator numbers) {
      return Sampling.unguessable(tokens, temperature, numbers);
    }

    @Override
    public Bytes32 saltSecret() {
      return secret;
    }
  }
}

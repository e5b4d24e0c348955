package org.oml.protocol;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;

import java.io.IOException;
import java.io.InputStream;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.SecureRandom;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Map;
import java.util.Optional;

/**
 * The curve in libsecp256k1 (bitcoin-core/secp256k1, {@code include/secp256k1_recovery.h}), called
 * through the foreign-function API. Safe for use by many threads: the context is never changed
 * after it was made, and every call has buffers of its own.
 */
final class NativeCurve implements Curve {

  private static final String MACHINE = System.getProperty("os.arch").replace("amd64", "x86_64");
  private static final String LIBRARY =
      "/fr/acinq/secp256k1/jni/native/linux-%s/libsecp256k1-jni.so".formatted(MACHINE);

  /** SHA-256 of the libraries in version 0.23.0: no other one is ever loaded. */
  private static final Map<String, String> KNOWN =
      Map.of(
          "x86_64", "25f0f0bfd3e4b202563f772963ea803f0f949e5593476d3cd4b755f800bf7704",
          "aarch64", "4e9c780ba134d130799c5f2d15ba90bf9fb477b34fc78d0f5b55fee90a734e37");

  private static final int CONTEXT_NONE = 1;
  private static final int UNCOMPRESSED = 2;
  private static final int DONE = 1;

  private final MethodHandle sign;
  private final MethodHandle serializeSignature;
  private final MethodHandle parseSignature;
  private final MethodHandle recover;
  private final MethodHandle createKey;
  private final MethodHandle serializeKey;
  private final MemorySegment context;

  private NativeCurve(SymbolLookup library) throws Throwable {
    sign = function(library, "secp256k1_ecdsa_sign_recoverable", 6);
    serializeSignature =
        function(library, "secp256k1_ecdsa_recoverable_signature_serialize_compact", 4);
    parseSignature =
        function(library, "secp256k1_ecdsa_recoverable_signature_parse_compact", 3, JAVA_INT);
    recover = function(library, "secp256k1_ecdsa_recover", 4);
    createKey = function(library, "secp256k1_ec_pubkey_create", 3);
    serializeKey = function(library, "secp256k1_ec_pubkey_serialize", 4, JAVA_INT);
    context = createContext(library);
  }

  /**
   * The native curve, or nothing where this machine has no library for it, or not the one that is
   * known.
   */
  static Optional<Curve> load() {
    try (InputStream packed = NativeCurve.class.getResourceAsStream(LIBRARY)) {
      if (packed == null || !System.getProperty("os.name").equals("Linux")) {
        return Optional.empty();
      }
      byte[] library = packed.readAllBytes();
      return isKnown(library, MACHINE) ? Optional.of(open(library)) : Optional.empty();
    } catch (IOException | RuntimeException | LinkageError e) {
      return Optional.empty();
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  /** Whether these are the bytes of the library for a machine, as they were when it was chosen. */
  static boolean isKnown(byte[] library, String machine) {
    try {
      byte[] hash = MessageDigest.getInstance("SHA-256").digest(library);
      return HexFormat.of().formatHex(hash).equals(KNOWN.get(machine));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("Every JDK has SHA-256", e);
    }
  }

  /** Loads the library from a directory that nobody else may write to while it is there. */
  @SuppressWarnings("restricted")
  private static Curve open(byte[] library) throws Throwable {
    Path directory = Files.createTempDirectory("oml-secp256k1");
    Path file = directory.resolve("libsecp256k1.so");
    try {
      Files.write(file, library, StandardOpenOption.CREATE_NEW);
      return new NativeCurve(SymbolLookup.libraryLookup(file, Arena.global()));
    } finally {
      // The loader keeps it mapped, and nothing is left behind however the process ends.
      Files.deleteIfExists(file);
      Files.delete(directory);
    }
  }

  @Override
  public Address address(Bytes32 secret) {
    byte[] key = new byte[64];
    byte[] secretBytes = secret.toBytes();
    try {
      int result = (int) createKey.invokeExact(context, heap(key), heap(secretBytes));
      require(result);
      return address(key);
    } catch (Throwable e) {
      throw failed(e);
    } finally {
      Arrays.fill(secretBytes, (byte) 0);
    }
  }

  @Override
  public Signature sign(Bytes32 secret, Bytes32 digest) {
    byte[] opaque = new byte[65];
    byte[] compact = new byte[64];
    int[] recoveryId = new int[1];
    byte[] secretBytes = secret.toBytes();
    try {
      require(
          (int)
              sign.invokeExact(
                  context,
                  heap(opaque),
                  heap(digest.toBytes()),
                  heap(secretBytes),
                  MemorySegment.NULL,
                  MemorySegment.NULL));
      require(
          (int)
              serializeSignature.invokeExact(
                  context, heap(compact), MemorySegment.ofArray(recoveryId), heap(opaque)));
    } catch (Throwable e) {
      throw failed(e);
    } finally {
      Arrays.fill(secretBytes, (byte) 0);
    }
    byte[] signature = Arrays.copyOf(compact, 65);
    signature[64] = (byte) (27 + recoveryId[0]);
    return Signature.trusted(signature);
  }

  @Override
  public Address recover(Bytes32 digest, Signature signature) {
    byte[] opaque = new byte[65];
    byte[] key = new byte[64];
    byte[] compact = Arrays.copyOf(signature.toBytes(), 64);
    try {
      int parsed =
          (int)
              parseSignature.invokeExact(context, heap(opaque), heap(compact), signature.v() - 27);
      if (parsed != DONE) {
        return Address.ZERO;
      }
      int recovered =
          (int) recover.invokeExact(context, heap(key), heap(opaque), heap(digest.toBytes()));
      return recovered == DONE ? address(key) : Address.ZERO;
    } catch (Throwable e) {
      throw failed(e);
    }
  }

  private Address address(byte[] key) throws Throwable {
    byte[] uncompressed = new byte[65];
    long[] length = {uncompressed.length};
    require(
        (int)
            serializeKey.invokeExact(
                context,
                heap(uncompressed),
                MemorySegment.ofArray(length),
                heap(key),
                UNCOMPRESSED));
    return Curve.address(uncompressed);
  }

  private static MemorySegment heap(byte[] bytes) {
    return MemorySegment.ofArray(bytes);
  }

  /** A function that takes so many pointers and then other arguments, and returns an int. */
  @SuppressWarnings("restricted")
  private static MethodHandle function(
      SymbolLookup library, String name, int pointers, MemoryLayout... others) {
    MemoryLayout[] arguments = Arrays.copyOf(others, pointers + others.length);
    Arrays.fill(arguments, 0, pointers, ADDRESS);
    System.arraycopy(others, 0, arguments, pointers, others.length);
    return Linker.nativeLinker()
        .downcallHandle(
            library.findOrThrow(name),
            FunctionDescriptor.of(JAVA_INT, arguments),
            Linker.Option.critical(true));
  }

  /** A context blinded with random bytes, against side channels. */
  @SuppressWarnings("restricted")
  private static MemorySegment createContext(SymbolLookup library) throws Throwable {
    MethodHandle create =
        Linker.nativeLinker()
            .downcallHandle(
                library.findOrThrow("secp256k1_context_create"),
                FunctionDescriptor.of(ADDRESS, JAVA_INT));
    MethodHandle randomize = function(library, "secp256k1_context_randomize", 2);
    MemorySegment context = (MemorySegment) create.invokeExact(CONTEXT_NONE);
    byte[] seed = new byte[32];
    new SecureRandom().nextBytes(seed);
    require((int) randomize.invokeExact(context, heap(seed)));
    return context;
  }

  private static void require(int result) {
    if (result != DONE) {
      throw new CodedException(
          ProtocolError.SIGNATURE_INVALID, "The native library refused a key or a signature.");
    }
  }

  private static RuntimeException failed(Throwable e) {
    return switch (e) {
      case RuntimeException unchecked -> unchecked;
      case Error error -> throw error;
      default -> new IllegalStateException("a native call throws nothing", e);
    };
  }
}

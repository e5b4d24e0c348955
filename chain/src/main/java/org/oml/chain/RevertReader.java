package org.oml.chain;

import java.lang.reflect.Field;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import org.oml.contracts.binding.CommunityGovernor;
import org.oml.contracts.binding.CommunityShares;
import org.oml.contracts.binding.CommunityTimelock;
import org.oml.contracts.binding.HostStaking;
import org.oml.contracts.binding.ModelRegistry;
import org.oml.contracts.binding.PanelCourt;
import org.oml.contracts.binding.PaymentToken;
import org.oml.contracts.binding.PenaltyCourt;
import org.oml.contracts.binding.PermitLedger;
import org.oml.contracts.binding.ProverRegistry;
import org.oml.contracts.binding.RevenueVault;
import org.web3j.abi.EventEncoder;
import org.web3j.abi.FunctionReturnDecoder;
import org.web3j.abi.TypeReference;
import org.web3j.abi.datatypes.CustomError;
import org.web3j.abi.datatypes.Event;
import org.web3j.abi.datatypes.Type;
import org.web3j.abi.datatypes.Utf8String;
import org.web3j.abi.datatypes.generated.Uint256;

/**
 * Reads the bytes with which a contract reverts: a selector of four bytes, then the error's
 * arguments.
 */
final class RevertReader {

  private static final List<Class<?>> BINDINGS =
      List.of(
          ModelRegistry.class,
          HostStaking.class,
          PermitLedger.class,
          PenaltyCourt.class,
          PanelCourt.class,
          ProverRegistry.class,
          RevenueVault.class,
          PaymentToken.class,
          CommunityShares.class,
          CommunityTimelock.class,
          CommunityGovernor.class);

  private static final Map<String, CustomError> KNOWN = known();

  private RevertReader() {}

  /**
   * @param data {@code 0x} and hexadecimal digits, whatever a contract chose to answer; empty where
   *     it gave no reason
   */
  static Revert read(String data) {
    CustomError error = data.length() < 10 ? null : KNOWN.get(data.substring(0, 10));
    return error == null ? unknown(data) : read(error, data.substring(10));
  }

  private static Revert read(CustomError error, String arguments) {
    try {
      return new Revert(
          error.getName(),
          FunctionReturnDecoder.decode("0x" + arguments, error.getParameters()).stream()
              .map(RevertReader::text)
              .toList());
    } catch (RuntimeException cutShort) {
      return new Revert(error.getName(), List.of("0x" + arguments));
    }
  }

  private static Revert unknown(String data) {
    return new Revert("Unknown", data.length() <= 2 ? List.of() : List.of(data));
  }

  private static String text(Type<?> argument) {
    return argument.getValue() instanceof byte[] bytes
        ? "0x" + HexFormat.of().formatHex(bytes)
        : String.valueOf(argument.getValue());
  }

  private static Map<String, CustomError> known() {
    Map<String, CustomError> known = new HashMap<>();
    add(known, new CustomError("Error", List.of(new TypeReference<Utf8String>() {})));
    add(known, new CustomError("Panic", List.of(new TypeReference<Uint256>() {})));
    for (Class<?> binding : BINDINGS) {
      for (Field field : binding.getFields()) {
        if (field.getType() == CustomError.class) {
          add(known, constant(field));
        }
      }
    }
    return Map.copyOf(known);
  }

  /** A selector is the head of the topic that an event of the same signature has. */
  private static void add(Map<String, CustomError> known, CustomError error) {
    String hash =
        EventEncoder.encode(new Event(error.getName(), new ArrayList<>(error.getParameters())));
    known.put(hash.substring(0, 10), error);
  }

  private static CustomError constant(Field field) {
    try {
      return (CustomError) field.get(null);
    } catch (IllegalAccessException e) {
      throw new IllegalStateException("the bindings' errors are public", e);
    }
  }
}

package org.oml.gateway;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.oml.gateway.defence.RebutByHand;
import org.oml.gateway.permit.AcknowledgeByHand;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.springframework.boot.SpringApplication;

/**
 * What stands behind {@code java -jar}: {@code serve} (or nothing), {@code init}, {@code rebut
 * CASE} and {@code acknowledge}, each with {@code --config FILE}; whatever else is given goes to
 * Spring Boot.
 */
final class GatewayCommand {

  private static final String ACCEPT_DIFFERENCE = "--accept-difference";
  private static final int WRONG_USE = 2;
  private static final int FAILED = 3;
  private static final String TEMPLATE = "/org/oml/gateway/gateway.yaml";

  private final String verb;
  private final @Nullable Path config;
  private final Deque<String> operands;
  private final List<String> rest;

  private GatewayCommand(
      String verb, @Nullable Path config, Deque<String> operands, List<String> rest) {
    this.verb = verb;
    this.config = config;
    this.operands = operands;
    this.rest = rest;
  }

  static void run(String... arguments) {
    GatewayCommand command = parse(arguments);
    switch (command.verb) {
      case "serve" -> SpringApplication.run(GatewayApplication.class, command.forSpring());
      case "init" -> System.exit(command.init());
      case "rebut" -> System.exit(command.rebut());
      case "acknowledge" -> System.exit(command.acknowledge());
      default -> System.exit(wrongUse());
    }
  }

  private static GatewayCommand parse(String... arguments) {
    Deque<String> given = new ArrayDeque<>(List.of(arguments));
    Deque<String> operands = new ArrayDeque<>();
    List<String> rest = new ArrayList<>();
    Path config = null;
    while (!given.isEmpty()) {
      String next = given.pop();
      if (next.equals("--config") && !given.isEmpty()) {
        config = Path.of(given.pop());
      } else if (next.startsWith("--config=")) {
        config = Path.of(next.substring("--config=".length()));
      } else if (next.startsWith("--")) {
        rest.add(next);
      } else {
        operands.add(next);
      }
    }
    String verb = operands.isEmpty() ? "serve" : operands.pop();
    return new GatewayCommand(verb, config, operands, rest);
  }

  private String[] forSpring() {
    List<String> all = new ArrayList<>(rest);
    Path file = config;
    if (file != null) {
      if (!Files.isReadable(file)) {
        System.err.println(
            "There is no file " + file + ". 'init --config " + file + "' makes one.");
        System.exit(WRONG_USE);
      }
      all.add("--spring.config.additional-location=" + file.toAbsolutePath().toUri());
    }
    return all.toArray(String[]::new);
  }

  /** Writes a commented file that a person fills in; never over one that exists. */
  private int init() {
    Path file = config;
    if (file == null) {
      return wrongUse();
    }
    try (InputStream template =
        java.util.Objects.requireNonNull(GatewayCommand.class.getResourceAsStream(TEMPLATE))) {
      if (Files.exists(file)) {
        System.err.println(file + " exists and is left as it is.");
        return WRONG_USE;
      }
      Files.copy(template, file);
      System.err.println(
          "Fill in what stands under oml.gateway in " + file + ", then serve with it.");
      return 0;
    } catch (IOException e) {
      System.err.println(file + " cannot be written: " + e.getMessage());
      return FAILED;
    }
  }

  private int rebut() {
    String text = operands.poll();
    if (text == null) {
      return wrongUse();
    }
    try {
      return RebutByHand.run(Bytes32.parse(text), forSpring());
    } catch (CodedException e) {
      System.err.println(e.getMessage());
      System.err.println(e.code().code() + ": " + e.code().next());
      return FAILED;
    } catch (IOException e) {
      System.err.println("The chain does not answer: " + e.getMessage());
      return FAILED;
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      return FAILED;
    }
  }

  private int acknowledge() {
    boolean acceptDifference = rest.remove(ACCEPT_DIFFERENCE);
    try {
      return AcknowledgeByHand.run(acceptDifference, forSpring());
    } catch (CodedException e) {
      System.err.println(e.getMessage());
      System.err.println(e.code().code() + ": " + e.code().next());
      return FAILED;
    } catch (IOException e) {
      System.err.println("It could not be acknowledged: " + e.getMessage());
      return FAILED;
    }
  }

  private static int wrongUse() {
    System.err.println(
        "Use: [serve] --config FILE | init --config FILE | rebut CASE --config FILE"
            + " | acknowledge ["
            + ACCEPT_DIFFERENCE
            + "] --config FILE");
    return WRONG_USE;
  }
}

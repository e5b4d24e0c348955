package org.oml.cli.doctor;

import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import org.oml.chain.Block;
import org.oml.chain.ChainClient;
import org.oml.chain.Contract;
import org.oml.chain.ContractAddresses;
import org.oml.cli.platform.Accounts;
import org.oml.contracts.binding.PermitLedger;
import org.oml.platform.LocalPlatform;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;

/** Looks at the chain: whether it goes on, holds the contracts, and lets the services act. */
final class ChainExamination {

  private static final Duration PATIENCE = Duration.ofSeconds(5);
  private static final Duration LATE = Duration.ofSeconds(60);
  private static final BigInteger LITTLE_GAS = BigInteger.TEN.pow(16);
  private static final List<String> SENDERS = List.of("registry", "operator", "prover");

  private final LocalPlatform platform;
  private final Accounts accounts;

  ChainExamination(LocalPlatform platform, Accounts accounts) {
    this.platform = platform;
    this.accounts = accounts;
  }

  List<Finding> findings() {
    try (ChainClient chain = ChainClient.connect(platform.chain().rpcUrl(), PATIENCE)) {
      List<Finding> findings = new ArrayList<>();
      findings.add(head(chain.head()));
      Path file = platform.settings().addresses();
      if (!Files.exists(file)) {
        findings.add(
            Finding.wrong("contracts", file + " is not there.", "Deploy them with './oml up'."));
        return findings;
      }
      ContractAddresses addresses = ContractAddresses.read(file);
      List<Contract> missing =
          List.of(Contract.values()).stream()
              .filter(contract -> !chain.hasCode(addresses.of(contract)))
              .toList();
      if (!missing.isEmpty()) {
        findings.add(
            Finding.wrong(
                "contracts",
                "There is no code of %s at its address.".formatted(missing.getFirst().label()),
                "This is another chain than the one they were deployed to, or it lost its state:"
                    + " restore a backup, or deploy anew into an empty directory."));
        return findings;
      }
      findings.add(
          Finding.ok("contracts", "All %d are there.".formatted(Contract.values().length)));
      findings.add(signer(chain, addresses));
      SENDERS.stream().map(name -> gas(chain, name)).forEach(findings::add);
      return findings;
    } catch (CodedException e) {
      return List.of(Finding.wrong("chain", String.valueOf(e.getMessage()), e.code().next()));
    }
  }

  private static Finding head(Block head) {
    Duration age = Duration.between(Instant.ofEpochSecond(head.timestamp()), Instant.now());
    String detail = "Block %,d is %d s old.".formatted(head.number(), age.toSeconds());
    return age.abs().compareTo(LATE) <= 0
        ? Finding.ok("chain head", detail)
        : Finding.wrong(
            "chain head",
            detail,
            "Compare the clocks of node and machine, and whether the node follows its chain.");
  }

  private Finding signer(ChainClient chain, ContractAddresses addresses) {
    PermitLedger ledger = chain.bind(PermitLedger::load, addresses.of(Contract.PERMIT_LEDGER));
    BigInteger now = BigInteger.valueOf(Instant.now().getEpochSecond());
    return ofAccount(
        "permission",
        signer ->
            chain.read(ledger.isSignerAt(signer.toString(), now))
                ? Finding.ok("permit signer", signer + " may sign permits now.")
                : Finding.wrong(
                    "permit signer",
                    signer + " may not sign permits now.",
                    "Authorise it with addSigner, or start the service with the key that is."));
  }

  private Finding gas(ChainClient chain, String name) {
    String part = "account " + name;
    return ofAccount(
        name,
        address -> {
          BigInteger balance = chain.balance(address);
          return balance.compareTo(LITTLE_GAS) >= 0
              ? Finding.ok(part, "It can pay for gas.")
              : Finding.warning(
                  part,
                  "%s has %s wei left.".formatted(address, balance),
                  "Send it some, or its transactions wait.");
        });
  }

  /** Asking for an account that is not there would draw a new one. */
  private Finding ofAccount(String name, Function<Address, Finding> examination) {
    return Files.exists(accounts.keystore(name))
        ? examination.apply(accounts.get(name).address())
        : Finding.wrong(
            "account " + name,
            accounts.keystore(name) + " is missing.",
            "Restore it from a backup with './oml restore'.");
  }
}

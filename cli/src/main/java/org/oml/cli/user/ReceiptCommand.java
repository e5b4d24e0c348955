package org.oml.cli.user;

import java.io.IOException;
import java.math.BigInteger;
import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.oml.chain.ContractAddresses;
import org.oml.cli.CliError;
import org.oml.cli.chain.ChainAccount;
import org.oml.cli.platform.HomeOption;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.CodedException;
import org.oml.protocol.IssuedPermit;
import org.oml.protocol.SignedReceipt;
import org.oml.protocol.SigningKey;
import org.web3j.protocol.Web3j;
import org.web3j.protocol.http.HttpService;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import tools.jackson.databind.ObjectMapper;

/** {@code ./oml receipt}: what a user can check. */
@Command(name = "receipt", description = "Check what a host signed for an answer.")
public final class ReceiptCommand {

  private static final int NO = 1;

  /** Where the chain is, if it is not the local platform's. */
  static final class ChainOptions {

    @Option(
        names = "--addresses",
        paramLabel = "FILE",
        description = "the platform's addresses.json (default: the local platform's)")
    private @Nullable Path addresses;

    @Option(
        names = "--rpc-url",
        paramLabel = "URL",
        description = "a node of the chain (default: the local platform's)")
    private @Nullable URI rpcUrl;
  }

  /** What stands in no saved answer. */
  static final class PartOptions {

    @Option(names = "--salt", paramLabel = "0x…", description = "the header OML-Salt")
    private @Nullable String salt;

    @Option(names = "--permit", paramLabel = "oml1.…", description = "the header OML-Permit")
    private @Nullable String permit;

    @Option(
        names = "--receipt",
        paramLabel = "omlr1.…",
        description = "the header OML-Receipt, or the last event of a stream")
    private @Nullable String receipt;
  }

  /** Looks whether receipt and permit are for this request and this answer. */
  @Command(
      name = "verify",
      description =
          "Check receipt and permit of an answer against the chain; exit code 1 if something is wrong.")
  int verify(
      @Mixin HomeOption home,
      @Option(
              names = "--request",
              required = true,
              paramLabel = "FILE",
              description = "the body that was sent, byte by byte")
          Path request,
      @Option(
              names = "--response",
              required = true,
              paramLabel = "FILE",
              description = "the answer as 'curl -i' saves it, or its body alone")
          Path response,
      @Option(
              names = "--completion",
              description = "asked at /v1/completions; without it at /v1/chat/completions")
          boolean completion,
      @Option(names = "--client-ref", paramLabel = "0x…", description = "that was sent along")
          @Nullable String clientRef,
      @Option(names = "--json", description = "print one JSON object") boolean json,
      @Mixin PartOptions parts,
      @Mixin ChainOptions chain)
      throws IOException {
    SavedAnswer answer = SavedAnswer.read(response);
    Kind kind = completion ? Kind.COMPLETION : Kind.CHAT;
    ReceiptCheck.Evidence evidence = evidence(Files.readAllBytes(request), kind, answer, parts);
    ChainAccount reader = reader(home, chain);
    List<ReceiptCheck.Finding> findings =
        new java.util.ArrayList<>(
            new ReceiptCheck(reader.addresses().signingDomain(), keys(reader)).check(evidence));
    if (clientRef != null) {
      findings.add(
          new ReceiptCheck.Finding(
              "clientRef",
              Bytes32.parse(clientRef).equals(evidence.receipt().receipt().clientRef()),
              "The receipt repeats the client's reference."));
    }
    return print(findings, json);
  }

  private static ReceiptCheck.Evidence evidence(
      byte[] request, Kind kind, SavedAnswer answer, PartOptions parts) {
    return new ReceiptCheck.Evidence(
        CanonicalQuery.of(kind, request),
        answer.text(kind),
        Bytes32.parse(
            given(parts.salt, answer.header("OML-Salt"))
                .orElseThrow(() -> missing("OML-Salt", "--salt"))),
        given(parts.permit, answer.header("OML-Permit")).map(IssuedPermit::parse),
        answer.header("OML-Opening-Receipt").map(SignedReceipt::parse),
        SignedReceipt.parse(
            given(parts.receipt, answer.receipt())
                .orElseThrow(() -> missing("OML-Receipt", "--receipt"))));
  }

  private static Optional<String> given(@Nullable String option, Optional<String> saved) {
    return option == null ? saved : Optional.of(option);
  }

  private static CodedException missing(String header, String option) {
    return new CodedException(
        CliError.ANSWER_UNREADABLE,
        "The saved answer has no " + header + ", and " + option + " was not given.");
  }

  private static ChainAccount reader(HomeOption home, ChainOptions chain) {
    Path addresses = chain.addresses;
    URI rpcUrl = chain.rpcUrl;
    String node = rpcUrl == null ? home.platform().chain().rpcUrl().toString() : rpcUrl.toString();
    // Reads alone: the key signs nothing.
    return new ChainAccount(
        Web3j.build(new HttpService(node)),
        ContractAddresses.read(
            addresses == null ? home.platform().settings().addresses() : addresses),
        SigningKey.random());
  }

  private static ReceiptCheck.Keys keys(ChainAccount reader) {
    return new ReceiptCheck.Keys() {

      @Override
      public Address gatewayKeyAt(Bytes32 instanceId, long time) {
        return Address.parse(
            org.web3j.crypto.Keys.toChecksumAddress(
                reader.call(
                    reader.models().gatewayKeyAt(instanceId.toBytes(), BigInteger.valueOf(time)))));
      }

      @Override
      public boolean isPermitSignerAt(Address signer, long time) {
        return reader.call(reader.ledger().isSignerAt(signer.toString(), BigInteger.valueOf(time)));
      }
    };
  }

  private static int print(List<ReceiptCheck.Finding> findings, boolean json) {
    boolean holds = findings.stream().allMatch(ReceiptCheck.Finding::holds);
    if (json) {
      Map<String, Object> all = new LinkedHashMap<>();
      all.put("valid", holds);
      findings.forEach(finding -> all.put(finding.name(), finding.holds()));
      System.out.println(new ObjectMapper().writeValueAsString(all));
    } else {
      findings.forEach(
          finding ->
              System.out.println((finding.holds() ? "yes  " : "NO   ") + finding.sentence()));
    }
    return holds ? 0 : NO;
  }
}

package org.oml.host;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.host.fixture.TestHost;
import org.oml.host.fixture.TestPermissions;
import org.oml.host.journal.JournalArchive;
import org.oml.host.journal.JournalEntry;
import org.oml.host.receipt.OpenAnswer;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CanonicalQuery;
import org.oml.protocol.CanonicalQuery.Kind;
import org.oml.protocol.Permit;
import org.oml.protocol.ResponseRoot;
import org.oml.protocol.SignedPermit;
import org.oml.protocol.SignedReceipt;

/** A host's own server, as {@code docs/gateway.md} writes it, before a permission service. */
class HostClientIT {

  private static final Path PAGE = Path.of("../docs/gateway.md");
  private static final Path SOURCE = Path.of("src/test/java/org/oml/host/HostClientIT.java");

  @TempDir Path directory;

  /** A server's own. */
  private static final class Model {

    CompletableFuture<String> start(byte[] request) {
      return CompletableFuture.supplyAsync(() -> "an answer to " + request.length + " bytes");
    }
  }

  private static final class Response {

    private final Map<String, String> headers = new HashMap<>();

    void setHeader(String name, String value) {
      headers.put(name, value);
    }

    String header(String name) {
      return Objects.requireNonNull(headers.get(name), name);
    }
  }

  @Test
  void opensAndClosesAnAnswerInTenLines() throws Exception {
    TestHost files = TestHost.write(directory);
    byte[] requestBody =
        "{\"messages\":[{\"role\":\"user\",\"content\":\"once\"}]}"
            .getBytes(StandardCharsets.UTF_8);
    Response response = new Response();
    try (TestPermissions permissions = new TestPermissions(0, files)) {
      answer(permissions.url(), requestBody, new Model(), response);
      Bytes32 salt = Bytes32.parse(response.header("OML-Salt"));
      Permit permit = SignedPermit.parse(response.header("OML-Permit")).permit();
      SignedReceipt receipt = SignedReceipt.parse(response.header("OML-Receipt"));
      assertThat(permissions.issued()).containsEntry(permit.queryHash(), permit);
      assertThat(receipt.receipt().permitHash()).isEqualTo(permit.structHash());
      assertThat(receipt.receipt().responseRoot())
          .isEqualTo(ResponseRoot.of("an answer to " + requestBody.length + " bytes").root(salt));
      assertThat(receipt.signer(files.domain())).isEqualTo(files.gatewayKey().address());
    }
    List<String> recorded = new ArrayList<>();
    new JournalArchive(files.journal()).read(entry -> recorded.add(receipt(entry)));
    assertThat(recorded)
        .containsExactly(response.header("OML-Opening-Receipt"), response.header("OML-Receipt"));
  }

  private static String receipt(JournalEntry entry) {
    return entry.receipt().encode();
  }

  private void answer(URI permissionService, byte[] requestBody, Model model, Response response)
      throws IOException {
    Path manifest = directory.resolve("oml.json");
    Path addresses = directory.resolve("addresses.json");
    Path keystore = directory.resolve("gateway.json");
    Path password = directory.resolve("gateway.password");
    Path journal = directory.resolve("journal");
    HostIdentity host = HostFiles.read(manifest, addresses, keystore, password);
    try (HostClient client = HostClient.open(host, permissionService, Set.of(), journal)) {
      CanonicalQuery query = CanonicalQuery.of(Kind.CHAT, requestBody);
      CompletableFuture<String> text = model.start(requestBody);
      OpenAnswer open = client.open(query, Bytes32.ZERO);
      open.headers().forEach(response::setHeader);
      SignedReceipt receipt = client.close(open, text.join());
      response.setHeader("OML-Receipt", receipt.encode());
    }
  }

  @Test
  void isWhatThePageShows() throws IOException {
    String page = Files.readString(PAGE);
    String shown = page.substring(page.indexOf("```java\n") + 8);
    String code = shown.substring(0, shown.indexOf("```"));
    assertThat(squeezed(Files.readString(SOURCE))).contains(squeezed(code));
    assertThat(code.lines().count()).isLessThanOrEqualTo(10);
  }

  private static String squeezed(String text) {
    return text.lines().map(String::strip).collect(Collectors.joining("\n"));
  }
}

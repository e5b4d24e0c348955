package org.oml.protocol;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.nio.charset.StandardCharsets;
import org.junit.jupiter.api.Test;
import org.oml.protocol.CanonicalQuery.Kind;

class AuditContextsTest {

  @Test
  void everyStandardContextIsUnderTheRoot() {
    assertThat(AuditContexts.standard()).hasSize(6).doesNotHaveDuplicates();
    for (AuditContext context : AuditContexts.standard()) {
      assertThat(
              MerkleTree.verify(
                  AuditContexts.root(),
                  Identifiers.contextLeaf(context.hash()),
                  AuditContexts.proof(context.hash())))
          .isTrue();
    }
  }

  @Test
  void aRequestHasTheHashOfItsContextWhateverIsAskedOfWhateverModel() {
    for (AuditContext context : AuditContexts.standard()) {
      byte[] body = context.request("community/model", "Tell \"me\" a störy\n\u2028 of 1e3 words");
      CanonicalQuery query = CanonicalQuery.of(context.kind(), body);
      assertThat(query.contextHash()).isEqualTo(context.hash());
      assertThat(query.userText()).isEqualTo("Tell \"me\" a störy\n\u2028 of 1e3 words");
    }
  }

  @Test
  void aRequestThatForcesTheAnswerIsInNoStandardContext() {
    byte[] forced =
        "{\"model\":\"m\",\"prompt\":\"x\",\"max_tokens\":12,\"temperature\":0,\"logit_bias\":{\"5\":100}}"
            .getBytes(StandardCharsets.UTF_8);
    CanonicalQuery query = CanonicalQuery.of(Kind.COMPLETION, forced);
    assertThatThrownBy(() -> AuditContexts.proof(query.contextHash()))
        .isInstanceOf(IllegalArgumentException.class);
  }
}

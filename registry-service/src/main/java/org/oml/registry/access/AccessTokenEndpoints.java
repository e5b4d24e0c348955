package org.oml.registry.access;

import java.time.Duration;
import java.util.List;
import java.util.UUID;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.servicekit.identity.Caller;
import org.springframework.http.HttpStatus;
import org.springframework.web.bind.annotation.DeleteMapping;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.ResponseStatus;
import org.springframework.web.bind.annotation.RestController;

/** Where a host that signed in with its wallet draws tokens for its tools, and takes them back. */
@RestController
@RequestMapping("/v1/access-tokens")
final class AccessTokenEndpoints {

  private static final int LONGEST_NAME = 100;
  private static final int USUAL_DAYS = 30;

  private final AccessTokens tokens;

  AccessTokenEndpoints(AccessTokens tokens) {
    this.tokens = tokens;
  }

  record IssueRequest(String name, @Nullable Integer days) {}

  record TokenList(List<AccessTokens.Description> tokens) {}

  @PostMapping
  @ResponseStatus(HttpStatus.CREATED)
  AccessTokens.Issued issue(Caller caller, @RequestBody IssueRequest request) {
    int days = request.days() == null ? USUAL_DAYS : request.days();
    if (days < 1 || days > AccessTokens.LONGEST_LIFE.toDays()) {
      throw new CodedException(
          RegistryError.ACCESS_TOKEN_INVALID,
          "A token lasts 1 to " + AccessTokens.LONGEST_LIFE.toDays() + " days.");
    }
    if (request.name().isBlank() || request.name().length() > LONGEST_NAME) {
      throw new CodedException(
          RegistryError.ACCESS_TOKEN_INVALID, "A name has 1 to " + LONGEST_NAME + " characters.");
    }
    return tokens.issue(caller.address(), request.name(), Duration.ofDays(days));
  }

  @GetMapping
  TokenList list(Caller caller) {
    return new TokenList(tokens.list(caller.address()));
  }

  @DeleteMapping("/{tokenId}")
  @ResponseStatus(HttpStatus.NO_CONTENT)
  void revoke(Caller caller, @PathVariable UUID tokenId) {
    if (!tokens.revoke(caller.address(), tokenId)) {
      throw new CodedException(
          RegistryError.ACCESS_TOKEN_UNKNOWN, "The account has no token " + tokenId + ".");
    }
  }
}

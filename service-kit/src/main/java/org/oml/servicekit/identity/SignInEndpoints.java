package org.oml.servicekit.identity;

import org.oml.protocol.Address;
import org.oml.protocol.Signature;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RestController;

/** Where accounts sign in. */
@RestController
final class SignInEndpoints {

  private final Challenges challenges;
  private final Tokens tokens;

  SignInEndpoints(Challenges challenges, Tokens tokens) {
    this.challenges = challenges;
    this.tokens = tokens;
  }

  record ChallengeRequest(Address address) {}

  record ChallengeAnswer(String message) {}

  record SignInRequest(String message, Signature signature) {}

  @PostMapping("/v1/sign-in/challenge")
  ChallengeAnswer challenge(@RequestBody ChallengeRequest request) {
    return new ChallengeAnswer(challenges.challenge(request.address()).text());
  }

  @PostMapping("/v1/sign-in")
  Tokens.Token signIn(@RequestBody SignInRequest request) {
    return tokens.issue(challenges.accept(request.message(), request.signature()));
  }
}

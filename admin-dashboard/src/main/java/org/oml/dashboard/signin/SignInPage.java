package org.oml.dashboard.signin;

import org.jspecify.annotations.Nullable;
import org.springframework.security.core.Authentication;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Asks for the password. */
@Controller
final class SignInPage {

  private final Lockout lockout;

  SignInPage(Lockout lockout) {
    this.lockout = lockout;
  }

  @GetMapping("/sign-in")
  String signIn(
      @Nullable Authentication admin,
      @RequestParam(required = false) @Nullable String refused,
      @RequestParam(required = false) @Nullable String out,
      Model model) {
    if (admin != null) {
      return "redirect:/";
    }
    if (lockout.isLocked()) {
      model.addAttribute(
          "notice", "Five wrong passwords: sign-in is locked for a minute. Then try again.");
    } else if (refused != null) {
      model.addAttribute("notice", "That is not the password.");
    } else if (out != null) {
      model.addAttribute("farewell", "You are signed out.");
    }
    return "sign-in";
  }
}

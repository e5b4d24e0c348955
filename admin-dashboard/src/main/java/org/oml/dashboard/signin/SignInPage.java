package org.oml.dashboard.signin;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.net.URI;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.DashboardError;
import org.oml.dashboard.DashboardSettings;
import org.springframework.security.core.Authentication;
import org.springframework.security.web.savedrequest.RequestCache;
import org.springframework.security.web.savedrequest.SavedRequest;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RequestParam;

/** Asks for the password, or shows the way to the provider. */
@Controller
final class SignInPage {

  private final Lockout lockout;
  private final RequestCache pages;
  private final DashboardSettings settings;

  SignInPage(Lockout lockout, RequestCache pages, DashboardSettings settings) {
    this.lockout = lockout;
    this.pages = pages;
    this.settings = settings;
  }

  @GetMapping("/sign-in")
  String signIn(
      @Nullable Authentication admin,
      @RequestParam(required = false) @Nullable String refused,
      @RequestParam(required = false) @Nullable String out,
      @RequestParam(required = false) @Nullable DashboardError openid,
      HttpServletRequest request,
      HttpServletResponse response,
      Model model) {
    if (admin != null) {
      return "redirect:" + pageAskedFor(request, response);
    }
    if (lockout.isLocked()) {
      model.addAttribute(
          "notice", "Five wrong passwords: sign-in is locked for a minute. Then try again.");
    } else if (refused != null) {
      model.addAttribute("notice", "That is not the password.");
    } else if (openid != null) {
      model.addAttribute("notice", openid.next() + " (" + openid.code() + ")");
    } else if (out != null) {
      model.addAttribute("farewell", "You are signed out.");
    }
    DashboardSettings.OpenId provider = settings.openId();
    model.addAttribute("passwords", settings.passwordSignIn());
    model.addAttribute("provider", provider == null ? null : provider.name());
    return "sign-in";
  }

  /** Whoever comes from the provider only has the cookies of this site again now. */
  private String pageAskedFor(HttpServletRequest request, HttpServletResponse response) {
    SavedRequest page = pages.getRequest(request, response);
    if (page == null) {
      return "/";
    }
    pages.removeRequest(request, response);
    return URI.create(page.getRedirectUrl()).getRawPath();
  }
}

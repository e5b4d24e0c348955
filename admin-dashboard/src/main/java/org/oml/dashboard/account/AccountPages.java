package org.oml.dashboard.account;

import java.security.Principal;
import org.oml.dashboard.log.AdminLog;
import org.oml.dashboard.page.MissingException;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.servlet.mvc.support.RedirectAttributes;

/** Where the owner says who may sign in. */
@Controller
final class AccountPages {

  private final Accounts accounts;
  private final AdminLog log;

  AccountPages(Accounts accounts, AdminLog log) {
    this.accounts = accounts;
    this.log = log;
  }

  @GetMapping("/accounts")
  String accounts(Model model) {
    model.addAttribute("accounts", accounts.all());
    model.addAttribute("roles", Role.values());
    return "accounts";
  }

  /** The password is shown with this answer and never again. */
  @PostMapping("/accounts")
  String put(
      Principal owner,
      @RequestParam String name,
      @RequestParam Role role,
      Model model,
      RedirectAttributes afterwards) {
    boolean full = accounts.all().size() >= Accounts.MOST && accounts.roleOf(name).isEmpty();
    if (!Accounts.isName(name) || full) {
      afterwards.addFlashAttribute(
          "refused",
          full
              ? "There are 100 accounts, and no more. Remove one that nobody uses."
              : "A name is 1 to 40 lower-case letters, digits and hyphens, begins with a letter and is not admin.");
      return "redirect:/accounts";
    }
    log.note(owner.getName(), "gave a password and the role " + role.name(), name);
    model.addAttribute("newName", name);
    model.addAttribute("newPassword", accounts.put(name, role));
    return accounts(model);
  }

  /** Asks once more before somebody is cut off. */
  @GetMapping("/accounts/{name}/remove")
  String confirm(@PathVariable String name, Model model) {
    requireKnown(name);
    model.addAttribute("name", name);
    return "account-confirm";
  }

  @PostMapping("/accounts/{name}/remove")
  String remove(Principal owner, @PathVariable String name, RedirectAttributes afterwards) {
    requireKnown(name);
    log.note(owner.getName(), "removed the account", name);
    accounts.remove(name);
    afterwards.addFlashAttribute("done", name + " may sign in no more and is signed out.");
    return "redirect:/accounts";
  }

  private void requireKnown(String name) {
    if (!Accounts.isName(name) || accounts.roleOf(name).isEmpty()) {
      throw new MissingException();
    }
  }
}

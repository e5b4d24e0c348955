package org.oml.dashboard.setting;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import org.oml.dashboard.DashboardSettings;
import org.oml.dashboard.platform.Platform;
import org.oml.protocol.Address;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;

/** Settings as they hold in this process. Secrets are in files, of which nothing is shown. */
@Controller
final class SettingsPage {

  private final List<Setting> settings;

  SettingsPage(DashboardSettings settings, Platform platform) {
    this.settings = settings(settings, platform.address());
  }

  /**
   * One of them.
   *
   * @param name under {@code oml.dashboard}
   * @param meaning for whoever does not know it by its name
   */
  public record Setting(String name, String value, String meaning) {}

  @GetMapping("/settings")
  String settings(Model model) {
    model.addAttribute("settings", settings);
    return "settings";
  }

  private static List<Setting> settings(DashboardSettings set, Address account) {
    List<Setting> all = new ArrayList<>();
    add(all, "registry-url", set.registryUrl(), "the registry that is asked");
    add(all, "permission-url", set.permissionUrl(), "the permission service that is asked");
    add(all, "prover-url", set.proverUrl(), "the prover that is asked");
    add(all, "account", account, "the account with which all three are asked");
    add(all, "patience", words(set.patience()), "how long a page waits for a service");
    add(all, "refresh", words(set.refresh()), "after what time an open page renews itself");
    add(all, "pulse", words(set.pulse()), "after what time the overview's numbers are sent anew");
    add(
        all,
        "session-life",
        words(set.sessionLife()),
        "after what time one signs in again, however busy");
    add(
        all,
        "password-sign-in",
        set.passwordSignIn() ? "on" : "off",
        "whether one signs in with passwords");
    DashboardSettings.OpenId openId = set.openId();
    if (openId == null) {
      add(all, "open-id.issuer", "none", "the provider at which one signs in");
    } else {
      addOpenId(all, openId);
    }
    return List.copyOf(all);
  }

  private static void addOpenId(List<Setting> all, DashboardSettings.OpenId openId) {
    add(all, "open-id.issuer", openId.issuer(), "the provider at which one signs in");
    add(all, "open-id.client-id", openId.clientId(), "what the dashboard is called there");
    add(all, "open-id.name-claim", openId.nameClaim(), "how somebody is called here");
    add(all, "open-id.role-claim", openId.roleClaim(), "where roles are");
    add(all, "open-id.viewers", list(openId.viewers()), "what makes a viewer");
    add(all, "open-id.operators", list(openId.operators()), "what makes an operator");
    add(all, "open-id.owners", list(openId.owners()), "what makes an owner");
  }

  private static void add(List<Setting> all, String name, Object value, String meaning) {
    all.add(new Setting("oml.dashboard." + name, value.toString(), meaning));
  }

  private static String list(List<String> values) {
    return values.isEmpty() ? "nothing" : String.join(", ", values);
  }

  /** As in a settings file. */
  private static String words(Duration duration) {
    long milliseconds = duration.toMillis();
    return milliseconds % 1000 != 0
        ? milliseconds + "ms"
        : milliseconds % 60_000 != 0
            ? milliseconds / 1000 + "s"
            : milliseconds % 3_600_000 != 0
                ? milliseconds / 60_000 + "m"
                : milliseconds / 3_600_000 + "h";
  }
}

package org.oml.dashboard.account;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.URI;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.oml.dashboard.DashboardError;
import org.oml.dashboard.DashboardSettings;
import org.oml.protocol.CodedException;

class AccountsTest {

  @TempDir private Path directory;

  private Accounts open() {
    URI nowhere = URI.create("http://127.0.0.1:1");
    Duration second = Duration.ofSeconds(1);
    return new Accounts(
        new DashboardSettings(
            Path.of("password"),
            true,
            null,
            directory,
            new DashboardSettings.Account(Path.of("keystore"), Path.of("password")),
            nowhere,
            nowhere,
            nowhere,
            second,
            second,
            second,
            second));
  }

  @Test
  void knowsAnAccountByItsNewestPasswordAlsoAfterARestart() {
    Accounts accounts = open();
    String first = accounts.put("vera", Role.VIEWER);
    String second = accounts.put("vera", Role.OPERATOR);
    for (Accounts either : List.of(accounts, open())) {
      assertThat(either.isPassword("vera", second)).isTrue();
      assertThat(either.isPassword("vera", first)).isFalse();
      assertThat(either.roleOf("vera")).contains(Role.OPERATOR);
      assertThat(either.all()).hasSize(1);
    }
    accounts.remove("vera");
    assertThat(open().isPassword("vera", second)).isFalse();
    assertThat(open().roleOf("vera")).isEmpty();
  }

  @Test
  void keepsNoPasswordAndShowsItsFileToNobody() throws Exception {
    String password = open().put("vera", Role.VIEWER);
    Path file = directory.resolve("accounts.json");
    assertThat(Files.readString(file)).contains("$argon2id$").doesNotContain(password);
    assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file)))
        .isEqualTo("rw-------");
  }

  @Test
  void takesNoNameThatTheOwnerOrAPathCouldHave() {
    for (String name : List.of("", "admin", "Vera", "../x", "a/b", "-a", "a".repeat(41))) {
      assertThat(Accounts.isName(name)).as(name).isFalse();
    }
    assertThat(Accounts.isName("vera-2")).isTrue();
    assertThat(open().isPassword("admin", "")).isFalse();
  }

  @Test
  void doesNotStartWithAccountsThatItCannotRead() throws Exception {
    Files.writeString(directory.resolve("accounts.json"), "{\"version\":1,\"acc");
    assertThatThrownBy(this::open)
        .isInstanceOfSatisfying(
            CodedException.class,
            e -> assertThat(e.code()).isEqualTo(DashboardError.ACCOUNTS_UNREADABLE));
  }
}

package org.oml.dashboard.account;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.SecureRandom;
import java.time.InstantSource;
import java.time.temporal.ChronoUnit;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.oml.dashboard.DashboardError;
import org.oml.dashboard.DashboardSettings;
import org.oml.protocol.CodedException;
import org.springframework.security.crypto.argon2.Argon2PasswordEncoder;
import org.springframework.stereotype.Component;
import tools.jackson.core.JacksonException;
import tools.jackson.databind.json.JsonMapper;

/**
 * The accounts that the owner made, in a file that the process alone may read. It is replaced whole
 * with each change, so that it is never half written.
 */
@Component
public final class Accounts {

  /** The owner by the password file; no account has this name. */
  public static final String OWNER = "admin";

  static final int MOST = 100;

  private static final String NAME = "[a-z][a-z0-9-]{0,39}";
  private static final int PASSWORD_BYTES = 18;
  private static final JsonMapper JSON = JsonMapper.shared();

  private final Path file;
  private final InstantSource clock = InstantSource.system();
  private final SecureRandom random = new SecureRandom();
  private final Argon2PasswordEncoder encoder =
      Argon2PasswordEncoder.defaultsForSpringSecurity_v5_8();
  private final String nobodysHash = encoder.encode("nobody's");
  private final Map<String, Account> accounts = new TreeMap<>();

  Accounts(DashboardSettings settings) {
    this.file = settings.directory().resolve("accounts.json");
    if (Files.exists(file)) {
      read().accounts().forEach(account -> accounts.put(account.name(), account));
    }
  }

  private record Content(int version, List<Account> accounts) {}

  private Content read() {
    try {
      Content content = JSON.readValue(Files.readAllBytes(file), Content.class);
      if (content.version() != 1) {
        throw unreadable(null);
      }
      return content;
    } catch (IOException | JacksonException e) {
      throw unreadable(e);
    }
  }

  private CodedException unreadable(@Nullable Exception cause) {
    return new CodedException(
        DashboardError.ACCOUNTS_UNREADABLE, "The accounts in " + file + " cannot be read.", cause);
  }

  /** By name. */
  synchronized List<Account> all() {
    return List.copyOf(accounts.values());
  }

  /** The role of somebody who may sign in. */
  public synchronized Optional<Role> roleOf(String name) {
    return name.equals(OWNER)
        ? Optional.of(Role.OWNER)
        : Optional.ofNullable(accounts.get(name)).map(Account::role);
  }

  /**
   * What changes when somebody gets another password or role.
   *
   * @return null if there is no such account
   */
  public synchronized @Nullable String markOf(String name) {
    if (name.equals(OWNER)) {
      return OWNER;
    }
    Account account = accounts.get(name);
    return account == null ? null : account.hash();
  }

  /** Takes the same time whether there is such an account or not. */
  public boolean isPassword(String name, String given) {
    Account account;
    synchronized (this) {
      account = accounts.get(name);
    }
    boolean matches = encoder.matches(given, account == null ? nobodysHash : account.hash());
    return matches && account != null;
  }

  /** Whether an account can have this name. */
  static boolean isName(String name) {
    return name.matches(NAME) && !name.equals(OWNER);
  }

  /**
   * Adds an account, or gives the one of this name a new password and role.
   *
   * @return the password, which is nowhere else
   * @throws IllegalArgumentException if there are too many, or the name cannot be
   */
  String put(String name, Role role) {
    byte[] drawn = new byte[PASSWORD_BYTES];
    random.nextBytes(drawn);
    String password = Base64.getUrlEncoder().withoutPadding().encodeToString(drawn);
    Account account =
        new Account(
            name, role, encoder.encode(password), clock.instant().truncatedTo(ChronoUnit.SECONDS));
    synchronized (this) {
      if (!isName(name) || (accounts.size() >= MOST && !accounts.containsKey(name))) {
        throw new IllegalArgumentException(name);
      }
      Map<String, Account> changed = new TreeMap<>(accounts);
      changed.put(name, account);
      write(changed);
    }
    return password;
  }

  /** Whoever has it is signed out with the next request. */
  synchronized void remove(String name) {
    Map<String, Account> changed = new TreeMap<>(accounts);
    if (changed.remove(name) != null) {
      write(changed);
    }
  }

  /** Only what is on the disk counts. */
  private void write(Map<String, Account> changed) {
    try {
      Path fresh = file.resolveSibling("accounts.new");
      Files.deleteIfExists(fresh);
      Files.createFile(
          fresh,
          PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
      Files.write(fresh, JSON.writeValueAsBytes(new Content(1, List.copyOf(changed.values()))));
      Files.move(fresh, file, StandardCopyOption.ATOMIC_MOVE, StandardCopyOption.REPLACE_EXISTING);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    accounts.clear();
    accounts.putAll(changed);
  }
}

package org.oml.prover.target;

import java.net.URI;
import java.net.URISyntaxException;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.prover.ProverError;

/**
 * Where a model is served.
 *
 * @param base http or https with a host, without user, query or fragment; its path ends in no slash
 */
public record Endpoint(URI base) {

  private static final int LARGEST_PORT = 65_535;

  /**
   * Reads a base URL such as {@code https://host.example/llm}; a trailing slash or {@code /v1} is
   * left away.
   *
   * @throws CodedException {@link ProverError#AUDIT_MALFORMED}
   */
  public static Endpoint parse(String text) {
    try {
      URI uri = new URI(text.strip());
      String scheme = uri.getScheme() == null ? "" : uri.getScheme().toLowerCase(Locale.ROOT);
      boolean sound =
          (scheme.equals("http") || scheme.equals("https"))
              && uri.getHost() != null
              && uri.getPort() <= LARGEST_PORT
              && uri.getRawUserInfo() == null
              && uri.getRawQuery() == null
              && uri.getRawFragment() == null;
      if (!sound) {
        throw malformed(null);
      }
      String path = uri.getRawPath().replaceAll("/+$", "").replaceAll("/+v1$", "");
      return new Endpoint(URI.create(scheme + "://" + uri.getRawAuthority() + path));
    } catch (URISyntaxException e) {
      throw malformed(e);
    }
  }

  /**
   * @param path from the slash on
   */
  URI at(String path) {
    return URI.create(base + path);
  }

  @Override
  public String toString() {
    return base.toString();
  }

  private static CodedException malformed(@Nullable URISyntaxException cause) {
    return new CodedException(
        ProverError.AUDIT_MALFORMED, "The endpoint is not the base URL of an HTTP server.", cause);
  }
}

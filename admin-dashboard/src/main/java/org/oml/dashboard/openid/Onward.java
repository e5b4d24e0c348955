package org.oml.dashboard.openid;

import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.Locale;
import java.util.Map;
import org.thymeleaf.ITemplateEngine;
import org.thymeleaf.context.Context;

/**
 * A page that goes on by itself. A redirect would not do: what follows one that came from another
 * site gets no Strict cookie, and one that follows a form may not leave this site.
 */
final class Onward {

  private final ITemplateEngine templates;

  Onward(ITemplateEngine templates) {
    this.templates = templates;
  }

  void send(HttpServletResponse response, String title, String address) throws IOException {
    response.setContentType("text/html");
    response.setCharacterEncoding(StandardCharsets.UTF_8);
    templates.process(
        "onward",
        new Context(Locale.ROOT, Map.of("title", title, "address", address)),
        response.getWriter());
  }
}

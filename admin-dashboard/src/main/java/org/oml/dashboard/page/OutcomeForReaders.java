package org.oml.dashboard.page;

import jakarta.servlet.http.HttpServletRequest;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.springframework.stereotype.Component;
import org.springframework.web.servlet.DispatcherServlet;
import org.springframework.web.servlet.FlashMap;
import org.springframework.web.servlet.support.SessionFlashMapManager;

/**
 * Keeps what came of a form for the page that its sender is led to. The same page, open elsewhere,
 * renews itself meanwhile: it would take the sentence and show it to nobody.
 */
@Component(DispatcherServlet.FLASH_MAP_MANAGER_BEAN_NAME)
final class OutcomeForReaders extends SessionFlashMapManager {

  /** Which htmx sends with what it asks for by itself. */
  private static final String RENEWS = "HX-Request";

  @Override
  protected @Nullable List<FlashMap> retrieveFlashMaps(HttpServletRequest request) {
    return request.getHeader(RENEWS) == null ? super.retrieveFlashMaps(request) : null;
  }
}

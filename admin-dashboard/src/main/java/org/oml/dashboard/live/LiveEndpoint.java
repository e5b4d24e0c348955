package org.oml.dashboard.live;

import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatus;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

/** Where an open overview hears of new numbers. */
@RestController
final class LiveEndpoint {

  private final LiveFigures figures;

  LiveEndpoint(LiveFigures figures) {
    this.figures = figures;
  }

  @GetMapping(path = "/live", produces = MediaType.TEXT_EVENT_STREAM_VALUE)
  ResponseEntity<SseEmitter> live() {
    SseEmitter listener = figures.listen();
    if (listener == null) {
      return ResponseEntity.status(HttpStatus.SERVICE_UNAVAILABLE)
          .header(HttpHeaders.RETRY_AFTER, "60")
          .build();
    }
    return ResponseEntity.ok(listener);
  }
}

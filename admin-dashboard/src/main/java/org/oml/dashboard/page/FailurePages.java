package org.oml.dashboard.page;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.http.HttpStatus;
import org.springframework.stereotype.Controller;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ControllerAdvice;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.context.request.async.AsyncRequestNotUsableException;
import org.springframework.web.method.annotation.MethodArgumentTypeMismatchException;
import org.springframework.web.servlet.ModelAndView;

/** Pages in place of what fails; of an unexpected failure they tell nothing. */
@ControllerAdvice
@Controller
@Order(Ordered.HIGHEST_PRECEDENCE)
final class FailurePages implements ErrorController {

  private static final Logger LOG = LoggerFactory.getLogger(FailurePages.class);

  /** There is no page for an identifier that is none. */
  @ExceptionHandler({MissingException.class, MethodArgumentTypeMismatchException.class})
  ModelAndView missing() {
    return page(404);
  }

  /** Whoever asked has left, and hears no answer. */
  @ExceptionHandler(AsyncRequestNotUsableException.class)
  void gone() {}

  @ExceptionHandler
  ModelAndView failed(Exception failure) {
    if (failure instanceof ErrorResponse known) {
      return page(known.getStatusCode().value());
    }
    LOG.error("An unexpected failure", failure);
    return page(500);
  }

  /** What a filter or the server itself refused. */
  @RequestMapping("${server.error.path:/error}")
  ModelAndView refused(HttpServletRequest request, HttpServletResponse response) {
    return page(
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status
            ? status
            : 404);
  }

  private static ModelAndView page(int code) {
    HttpStatus status = HttpStatus.resolve(code);
    ModelAndView page = new ModelAndView("failure");
    page.setStatus(status == null ? HttpStatus.INTERNAL_SERVER_ERROR : status);
    page.addObject("heading", heading(code));
    page.addObject("advice", advice(code));
    return page;
  }

  private static String heading(int code) {
    return switch (code) {
      case 403 -> "Not done";
      case 404 -> "Nothing here";
      case 429 -> "Too fast";
      default -> code < 500 ? "Not understood" : "Something failed";
    };
  }

  private static String advice(int code) {
    return switch (code) {
      case 403 ->
          "Your role does not allow this, or the form was too old. Open the page again, or ask the owner.";
      case 404 -> "There is no page at this address; what it showed may be gone.";
      case 429 -> "You sent 30 forms within a minute. Wait for the next one.";
      default ->
          code < 500
              ? "The dashboard does not take this request."
              : "Try again. If it stays, the operator finds the cause in the dashboard's log.";
    };
  }
}

package org.oml.servicekit.problem;

import io.micrometer.core.instrument.MeterRegistry;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.protocol.ErrorCode;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import org.slf4j.MDC;
import org.springframework.core.Ordered;
import org.springframework.core.annotation.Order;
import org.springframework.dao.DataAccessResourceFailureException;
import org.springframework.dao.QueryTimeoutException;
import org.springframework.dao.TransientDataAccessException;
import org.springframework.http.HttpHeaders;
import org.springframework.http.HttpStatusCode;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.http.converter.HttpMessageNotReadableException;
import org.springframework.transaction.CannotCreateTransactionException;
import org.springframework.web.ErrorResponse;
import org.springframework.web.bind.annotation.ExceptionHandler;
import org.springframework.web.bind.annotation.RestControllerAdvice;
import org.springframework.web.context.request.RequestAttributes;
import org.springframework.web.context.request.RequestContextHolder;
import org.springframework.web.context.request.WebRequest;
import org.springframework.web.servlet.mvc.method.annotation.ResponseEntityExceptionHandler;
import tools.jackson.core.JacksonException;

/** Renders what a call throws. Nothing of an unexpected failure but its request id goes out. */
@RestControllerAdvice
@Order(Ordered.LOWEST_PRECEDENCE)
final class ProblemAdvice extends ResponseEntityExceptionHandler {

  private static final Logger LOG = LoggerFactory.getLogger(ProblemAdvice.class);
  private static final int LONGEST_CAUSE_CHAIN = 20;

  /** The attribute of a request whose call ended in a problem. */
  static final String ANSWERED = Problem.class.getName();

  private final MeterRegistry meters;

  /**
   * @param meters count refusals by their code as {@code oml.refusals}
   */
  ProblemAdvice(MeterRegistry meters) {
    this.meters = meters;
  }

  @ExceptionHandler
  ResponseEntity<Object> render(CodedException failure) {
    if (failure.code().status() >= 500) {
      LOG.warn("{}: {}", failure.code().code(), failure.getMessage(), failure.getCause());
    }
    return answer(Problem.of(failure), new HttpHeaders());
  }

  @ExceptionHandler({
    DataAccessResourceFailureException.class,
    TransientDataAccessException.class,
    QueryTimeoutException.class,
    CannotCreateTransactionException.class
  })
  ResponseEntity<Object> renderDatabaseAway(Exception failure) {
    LOG.warn("The database does not answer: {}", failure.getMessage());
    return answer(
        Problem.of(ServiceError.DATABASE_AWAY, "The service cannot reach its database."),
        new HttpHeaders());
  }

  @ExceptionHandler
  ResponseEntity<Object> renderUnexpected(Exception failure) {
    CodedException coded = codedCause(failure);
    if (coded != null) {
      return render(coded);
    }
    LOG.error("An unexpected failure", failure);
    return answer(
        Problem.of(ServiceError.FAILED, "The service failed; request id " + requestId() + "."),
        new HttpHeaders());
  }

  @Override
  protected @Nullable ResponseEntity<Object> handleExceptionInternal(
      Exception failure,
      @Nullable Object body,
      HttpHeaders headers,
      HttpStatusCode status,
      WebRequest request) {
    CodedException coded = codedCause(failure);
    if (coded != null) {
      return render(coded);
    }
    if (failure instanceof HttpMessageNotReadableException unreadable) {
      return answer(
          Problem.of(ServiceError.BODY_UNREADABLE, whatIsUnreadable(unreadable)), headers);
    }
    if (status.is5xxServerError()) {
      return renderUnexpected(failure);
    }
    return answer(Problem.of(errorFor(status), detailOf(failure)), headers);
  }

  private static ErrorCode errorFor(HttpStatusCode status) {
    return switch (status.value()) {
      case 404 -> ServiceError.ROUTE_UNKNOWN;
      case 405 -> ServiceError.METHOD_UNKNOWN;
      case 406 -> ServiceError.ANSWER_NOT_ACCEPTABLE;
      case 413 -> ServiceError.BODY_TOO_LARGE;
      case 415 -> ServiceError.MEDIA_TYPE_UNKNOWN;
      default -> ServiceError.REQUEST_INVALID;
    };
  }

  private static String detailOf(Exception failure) {
    String detail = failure instanceof ErrorResponse known ? known.getBody().getDetail() : null;
    return detail == null ? "The request is not one that this service takes." : detail;
  }

  private static String whatIsUnreadable(HttpMessageNotReadableException failure) {
    if (failure.getCause() instanceof JacksonException cause && !cause.getPath().isEmpty()) {
      String member =
          cause.getPath().stream()
              .map(step -> step.getPropertyName() == null ? "[]" : step.getPropertyName())
              .collect(Collectors.joining("."));
      return "The member " + member + " is missing or not of the form that this call takes.";
    }
    return "The body is missing or not the JSON that this call takes.";
  }

  private static @Nullable CodedException codedCause(Throwable failure) {
    Throwable cause = failure;
    for (int depth = 0; cause != null && depth < LONGEST_CAUSE_CHAIN; depth++) {
      if (cause instanceof CodedException coded) {
        return coded;
      }
      cause = cause.getCause();
    }
    return null;
  }

  private static String requestId() {
    String id = MDC.get("requestId");
    return id == null ? "unknown" : id;
  }

  private ResponseEntity<Object> answer(Problem problem, HttpHeaders headers) {
    meters.counter("oml.refusals", "code", problem.code()).increment();
    // Where the connection ended within the body Tomcat has its own answer ready and drops this
    // one; the error page then tells it.
    RequestAttributes request = RequestContextHolder.getRequestAttributes();
    if (request != null) {
      request.setAttribute(ANSWERED, problem, RequestAttributes.SCOPE_REQUEST);
    }
    return ResponseEntity.status(problem.status())
        .headers(headers)
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }
}

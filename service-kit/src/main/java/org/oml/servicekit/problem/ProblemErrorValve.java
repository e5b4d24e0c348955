package org.oml.servicekit.problem;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.apache.catalina.connector.Request;
import org.apache.catalina.connector.Response;
import org.apache.catalina.valves.ErrorReportValve;
import org.jspecify.annotations.Nullable;
import org.springframework.http.MediaType;
import tools.jackson.databind.json.JsonMapper;

/**
 * Renders what Tomcat itself refuses, such as a path with an encoded slash, in place of its HTML
 * page.
 */
public final class ProblemErrorValve extends ErrorReportValve {

  private static final JsonMapper JSON = new JsonMapper();

  /** Called by Tomcat by name. */
  public ProblemErrorValve() {}

  static Problem forStatus(int status) {
    return switch (status) {
      case 404 -> Problem.of(ServiceError.ROUTE_UNKNOWN, "There is nothing at this path.");
      case 405 -> Problem.of(ServiceError.METHOD_UNKNOWN, "This path knows no such method.");
      case 413 -> Problem.of(ServiceError.BODY_TOO_LARGE, "The request is too large.");
      default ->
          status < 500
              ? Problem.of(
                  ServiceError.REQUEST_INVALID, "The request is not one that this service takes.")
              : Problem.of(ServiceError.FAILED, "The service failed.");
    };
  }

  @Override
  protected void report(Request request, Response response, @Nullable Throwable failure) {
    if (response.getStatus() < 400
        || response.getContentWritten() > 0
        || !response.setErrorReported()) {
      return;
    }
    try {
      Problem problem = forStatus(response.getStatus());
      response.setStatus(problem.status());
      response.setContentType(MediaType.APPLICATION_PROBLEM_JSON_VALUE);
      byte[] body = JSON.writeValueAsString(problem).getBytes(StandardCharsets.UTF_8);
      response.setContentLength(body.length);
      response.getResponse().getOutputStream().write(body);
      response.finishResponse();
    } catch (IOException e) {
      container.getLogger().debug("The caller is gone", e);
    }
  }
}

package org.oml.servicekit.problem;

import jakarta.servlet.RequestDispatcher;
import jakarta.servlet.http.HttpServletRequest;
import org.oml.protocol.CodedException;
import org.springframework.boot.webmvc.error.ErrorController;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.web.bind.annotation.RequestMapping;
import org.springframework.web.bind.annotation.RestController;

/** Renders failures that never reached a call, such as those of filters. */
@RestController
final class ProblemErrorController implements ErrorController {

  @RequestMapping("${server.error.path:/error}")
  ResponseEntity<Problem> error(HttpServletRequest request) {
    Problem problem = problemOf(request);
    return ResponseEntity.status(problem.status())
        .contentType(MediaType.APPLICATION_PROBLEM_JSON)
        .body(problem);
  }

  private static Problem problemOf(HttpServletRequest request) {
    if (request.getAttribute(ProblemAdvice.ANSWERED) instanceof Problem answered) {
      return answered;
    }
    if (request.getAttribute(RequestDispatcher.ERROR_EXCEPTION) instanceof CodedException coded) {
      return Problem.of(coded);
    }
    return ProblemErrorValve.forStatus(
        request.getAttribute(RequestDispatcher.ERROR_STATUS_CODE) instanceof Integer status
            ? status
            : 404);
  }
}

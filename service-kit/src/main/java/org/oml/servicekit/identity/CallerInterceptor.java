package org.oml.servicekit.identity;

import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.CodedException;
import org.oml.servicekit.problem.ServiceError;
import org.springframework.core.MethodParameter;
import org.springframework.http.HttpHeaders;
import org.springframework.web.bind.support.WebDataBinderFactory;
import org.springframework.web.context.request.NativeWebRequest;
import org.springframework.web.method.HandlerMethod;
import org.springframework.web.method.support.HandlerMethodArgumentResolver;
import org.springframework.web.method.support.ModelAndViewContainer;
import org.springframework.web.servlet.HandlerInterceptor;

/** Checks the token of every call that asks who makes it, before anything else of it is read. */
final class CallerInterceptor implements HandlerInterceptor, HandlerMethodArgumentResolver {

  private static final String SCHEME = "Bearer ";
  private static final String ATTRIBUTE = Caller.class.getName();

  private final Tokens tokens;

  CallerInterceptor(Tokens tokens) {
    this.tokens = tokens;
  }

  @Override
  public boolean preHandle(
      HttpServletRequest request, HttpServletResponse response, Object handler) {
    if (handler instanceof HandlerMethod call
        && Arrays.stream(call.getMethodParameters()).anyMatch(this::supportsParameter)) {
      request.setAttribute(ATTRIBUTE, authenticate(request));
    }
    return true;
  }

  private Caller authenticate(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw new CodedException(ServiceError.TOKEN_MISSING, "This call needs a token.");
    }
    return new Caller(tokens.accountOf(header.substring(SCHEME.length()).strip()));
  }

  @Override
  public boolean supportsParameter(MethodParameter parameter) {
    return parameter.getParameterType().equals(Caller.class);
  }

  @Override
  public Object resolveArgument(
      MethodParameter parameter,
      @Nullable ModelAndViewContainer container,
      NativeWebRequest request,
      @Nullable WebDataBinderFactory binder) {
    return Objects.requireNonNull(
        request.getAttribute(ATTRIBUTE, NativeWebRequest.SCOPE_REQUEST),
        "the interceptor runs before every call");
  }
}

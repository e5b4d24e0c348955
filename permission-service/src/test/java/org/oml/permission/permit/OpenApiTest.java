package org.oml.permission.permit;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.InputStream;
import java.lang.reflect.Method;
import java.lang.reflect.Parameter;
import java.lang.reflect.ParameterizedType;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.oml.permission.epoch.EpochEndpoints;
import org.oml.permission.host.SuccessorEndpoints;
import org.oml.permission.oversight.OversightEndpoints;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.Signature;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.PutMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.yaml.snakeyaml.Yaml;

/** Holds {@code openapi.yaml} to the endpoints: calls, bodies, answers and every member of them. */
class OpenApiTest {

  private static final List<Class<?>> ENDPOINTS =
      List.of(
          PermitEndpoints.class,
          EpochEndpoints.class,
          OversightEndpoints.class,
          SuccessorEndpoints.class);

  private static Map<String, Object> document = Map.of();

  @BeforeAll
  static void read() throws IOException {
    try (InputStream in = Files.newInputStream(Path.of("openapi.yaml"))) {
      document = new Yaml().load(in);
    }
  }

  @Test
  void namesEveryCallAndNoOther() {
    Set<String> documented = new TreeSet<>();
    object(document, "paths")
        .forEach(
            (path, calls) ->
                map(calls).keySet().forEach(verb -> documented.add(verb + " " + path)));
    assertThat(documented).isEqualTo(calls().keySet());
  }

  @Test
  void takesAndAnswersWhatEachCallDoes() {
    calls()
        .forEach(
            (call, method) -> {
              String[] parts = call.split(" ", -1);
              Map<String, Object> documented =
                  object(object(object(document, "paths"), parts[1]), parts[0]);
              assertThat(bodyOf(documented, "requestBody")).as(call).isEqualTo(bodyOf(method));
              assertThat(bodyOf(object(documented, "responses"), "200"))
                  .as(call)
                  .isEqualTo(method.getReturnType().getSimpleName());
              assertThat(parametersOf(documented)).as(call).isEqualTo(parametersOf(method));
            });
  }

  @Test
  void hasEveryMemberOfEveryStructure() {
    Map<String, Object> schemas = object(object(document, "components"), "schemas");
    for (Class<?> structure : structures()) {
      if (structure.isRecord()) {
        Map<String, Object> schema = object(schemas, structure.getSimpleName());
        Map<String, String> expected = new LinkedHashMap<>();
        Set<String> required = new TreeSet<>();
        for (RecordComponent member : structure.getRecordComponents()) {
          expected.put(member.getName(), kindOf(member.getGenericType()));
          if (!member.getAnnotatedType().isAnnotationPresent(Nullable.class)) {
            required.add(member.getName());
          }
        }
        Map<String, String> documented = new LinkedHashMap<>();
        object(schema, "properties")
            .forEach((name, property) -> documented.put(name, kindOf(map(property), schemas)));
        assertThat(documented).as(structure.getSimpleName()).isEqualTo(expected);
        assertThat(new TreeSet<>(list(Objects.requireNonNull(schema.get("required")))))
            .isEqualTo(required);
      }
    }
  }

  private static List<Class<?>> structures() {
    return ENDPOINTS.stream()
        .flatMap(endpoints -> Arrays.stream(endpoints.getDeclaredClasses()))
        .toList();
  }

  private static List<Method> methods() {
    return ENDPOINTS.stream()
        .flatMap(endpoints -> Arrays.stream(endpoints.getDeclaredMethods()))
        .toList();
  }

  private static Map<String, Method> calls() {
    Map<String, Method> calls = new TreeMap<>();
    for (Method method : methods()) {
      GetMapping get = method.getAnnotation(GetMapping.class);
      PostMapping post = method.getAnnotation(PostMapping.class);
      PutMapping put = method.getAnnotation(PutMapping.class);
      if (get != null) {
        calls.put("get " + get.value()[0], method);
      } else if (post != null) {
        calls.put("post " + post.value()[0], method);
      } else if (put != null) {
        calls.put("put " + put.value()[0], method);
      }
    }
    return calls;
  }

  private static String bodyOf(Method method) {
    return Arrays.stream(method.getParameters())
        .filter(parameter -> parameter.isAnnotationPresent(RequestBody.class))
        .map(parameter -> parameter.getType().getSimpleName())
        .collect(Collectors.joining());
  }

  private static String bodyOf(Map<String, Object> holder, String name) {
    if (!holder.containsKey(name)) {
      return "";
    }
    Map<String, Object> json = object(object(object(holder, name), "content"), "application/json");
    return nameIn(object(json, "schema"));
  }

  private static Set<String> parametersOf(Method method) {
    return Arrays.stream(method.getParameters())
        .filter(
            parameter ->
                parameter.isAnnotationPresent(PathVariable.class)
                    || parameter.isAnnotationPresent(RequestParam.class))
        .map(Parameter::getName)
        .collect(Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> parametersOf(Map<String, Object> call) {
    return list(call.getOrDefault("parameters", List.of())).stream()
        .map(parameter -> String.valueOf(map(parameter).get("name")))
        .collect(Collectors.toCollection(TreeSet::new));
  }

  /** What a member of this type is in JSON. */
  private static String kindOf(Type type) {
    if (type instanceof ParameterizedType list) {
      return "array of " + kindOf(list.getActualTypeArguments()[0]);
    }
    Class<?> plain = (Class<?>) type;
    boolean text =
        plain.isEnum()
            || Set.of(String.class, Bytes32.class, Address.class, Signature.class, BigInteger.class)
                .contains(plain);
    if (text) {
      return "string";
    }
    if (plain.equals(boolean.class)) {
      return "boolean";
    }
    return plain.isPrimitive() || plain.equals(Long.class) ? "integer" : plain.getSimpleName();
  }

  private static String kindOf(Map<String, Object> property, Map<String, Object> schemas) {
    if (property.containsKey("$ref")) {
      Map<String, Object> target = object(schemas, nameIn(property));
      Object type = target.get("type");
      return "object".equals(type) ? nameIn(property) : String.valueOf(type);
    }
    return "array".equals(property.get("type"))
        ? "array of " + kindOf(object(property, "items"), schemas)
        : String.valueOf(property.get("type"));
  }

  private static String nameIn(Map<String, Object> reference) {
    String name = String.valueOf(reference.get("$ref"));
    return name.substring(name.lastIndexOf('/') + 1);
  }

  private static Map<String, Object> object(Map<String, Object> holder, String name) {
    assertThat(holder).containsKey(name);
    return map(Objects.requireNonNull(holder.get(name)));
  }

  @SuppressWarnings("unchecked") // YAML's objects have texts for keys.
  private static Map<String, Object> map(Object value) {
    assertThat(value).isInstanceOf(Map.class);
    return (Map<String, Object>) value;
  }

  @SuppressWarnings("unchecked")
  private static List<Object> list(Object value) {
    assertThat(value).isInstanceOf(List.class);
    return (List<Object>) value;
  }
}

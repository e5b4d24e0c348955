package org.oml.registry.hub;

import com.fasterxml.jackson.annotation.JsonProperty;
import jakarta.servlet.http.HttpServletRequest;
import jakarta.servlet.http.HttpServletResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.Map;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.oml.registry.RegistryError;
import org.oml.registry.access.AccessTokens;
import org.oml.registry.download.FileAnswer;
import org.oml.registry.download.ModelFiles;
import org.oml.registry.instance.Downloads;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.util.MultiValueMap;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;
import org.springframework.web.bind.annotation.PostMapping;
import org.springframework.web.bind.annotation.RequestBody;
import org.springframework.web.bind.annotation.RequestParam;
import org.springframework.web.bind.annotation.RestController;
import org.springframework.web.util.UriUtils;

/**
 * The paths of the Hugging Face Hub that its clients download with ({@code huggingface_hub}, {@code
 * @huggingface/hub}, and what is built on them). A refusal carries {@code X-Error-Code}, by which
 * they tell what is missing.
 */
@RestController
final class HubEndpoints {

  private static final String SCHEME = "Bearer ";
  private static final Auth READ = new Auth("access_token", new AccessToken("oml", "read"));
  private static final DateTimeFormatter MILLISECONDS =
      DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

  private final AccessTokens tokens;
  private final HubRepositories repositories;
  private final ModelFiles files;
  private final Downloads downloads;
  private final FileAnswer answers;

  HubEndpoints(
      AccessTokens tokens,
      HubRepositories repositories,
      ModelFiles files,
      Downloads downloads,
      FileAnswer answers) {
    this.tokens = tokens;
    this.repositories = repositories;
    this.files = files;
    this.downloads = downloads;
    this.answers = answers;
  }

  record Sibling(String rfilename, String blobId, long size, SiblingFile lfs) {}

  /** The listing of a directory calls the same digest {@code oid}. */
  record SiblingFile(String sha256, long size, int pointerSize) {}

  record ModelInfo(
      @JsonProperty("_id") String internalId,
      String id,
      String modelId,
      String sha,
      @JsonProperty("private") boolean isPrivate,
      boolean gated,
      boolean disabled,
      long downloads,
      long likes,
      String lastModified,
      String createdAt,
      List<String> tags,
      List<Sibling> siblings) {}

  record PathsRequest(List<String> paths, @Nullable Boolean expand) {}

  record User(String type, String name, boolean isPro, List<String> orgs, Auth auth) {}

  record Auth(String type, AccessToken accessToken) {}

  record AccessToken(String displayName, String role) {}

  @GetMapping("/api/whoami-v2")
  User whoAmI(HttpServletRequest request, HttpServletResponse response) {
    return explained(
        response, () -> new User("user", host(request).toString(), false, List.of(), READ));
  }

  @GetMapping({
    "/api/models/{community}/{model}",
    "/api/models/{community}/{model}/revision/{revision}"
  })
  ModelInfo model(
      @PathVariable Map<String, String> names,
      HttpServletRequest request,
      HttpServletResponse response) {
    return explained(response, () -> info(repository(names, request)));
  }

  @GetMapping("/api/models/{community}/{model}/tree/{revision}/{*path}")
  List<HubObject> tree(
      @PathVariable Map<String, String> names,
      @RequestParam(defaultValue = "false") boolean recursive,
      @RequestParam(defaultValue = "false") boolean expand,
      HttpServletRequest request,
      HttpServletResponse response) {
    return explained(
        response,
        () -> {
          HubRepository repository = repository(names, request);
          String above = path(names);
          List<HubObject> found =
              objects(repository, expand).filter(one -> lies(one, above, recursive)).toList();
          if (found.isEmpty()) {
            throw new CodedException(
                RegistryError.FILE_UNKNOWN, "The repository has no such directory.");
          }
          return found;
        });
  }

  @PostMapping(
      path = "/api/models/{community}/{model}/paths-info/{revision}",
      consumes = MediaType.APPLICATION_JSON_VALUE)
  List<HubObject> paths(
      @PathVariable Map<String, String> names,
      @RequestBody PathsRequest asked,
      HttpServletRequest request,
      HttpServletResponse response) {
    boolean expand = Boolean.TRUE.equals(asked.expand());
    return explained(
        response,
        () ->
            objects(repository(names, request), expand)
                .filter(one -> asked.paths().contains(one.path()))
                .toList());
  }

  /** As the Python client sends it. */
  @PostMapping(
      path = "/api/models/{community}/{model}/paths-info/{revision}",
      consumes = MediaType.APPLICATION_FORM_URLENCODED_VALUE)
  List<HubObject> pathsOfForm(
      @PathVariable Map<String, String> names,
      @RequestParam MultiValueMap<String, String> form,
      HttpServletRequest request,
      HttpServletResponse response) {
    List<String> asked = form.getOrDefault("paths", List.of());
    boolean expand = Boolean.parseBoolean(form.getFirst("expand"));
    return paths(names, new PathsRequest(asked, expand), request, response);
  }

  @GetMapping("/{community}/{model}/resolve/{revision}/{*path}")
  void file(
      @PathVariable Map<String, String> names,
      HttpServletRequest request,
      HttpServletResponse response)
      throws IOException {
    HubRepository repository = explained(response, () -> repository(names, request));
    String path = path(names);
    var file = explained(response, () -> files.find(repository.manifest(), path));
    response.setHeader("X-Repo-Commit", repository.commit());
    response.setHeader("X-Linked-Etag", "\"" + HubObject.sha256(file) + "\"");
    response.setHeader("X-Linked-Size", Long.toString(file.size()));
    response.setHeader(
        HttpHeaders.CONTENT_DISPOSITION,
        "attachment; filename*=UTF-8''"
            + UriUtils.encode(path.substring(path.lastIndexOf('/') + 1), StandardCharsets.UTF_8));
    answers.send(
        file,
        request,
        response,
        bytes -> repository.instance().ifPresent(one -> downloads.note(one, path, bytes)));
  }

  private HubRepository repository(Map<String, String> names, HttpServletRequest request) {
    return repositories.find(
        host(request),
        names.getOrDefault("community", ""),
        names.getOrDefault("model", ""),
        names.getOrDefault("revision", "main"));
  }

  /** What the pattern left over, which begins with a slash where there is anything. */
  private static String path(Map<String, String> names) {
    String rest = names.getOrDefault("path", "");
    return rest.startsWith("/") ? rest.substring(1) : rest;
  }

  private Address host(HttpServletRequest request) {
    String header = request.getHeader(HttpHeaders.AUTHORIZATION);
    if (header == null || !header.regionMatches(true, 0, SCHEME, 0, SCHEME.length())) {
      throw new CodedException(
          RegistryError.ACCESS_TOKEN_REFUSED, "This call needs an access token.");
    }
    return tokens.hostOf(header.substring(SCHEME.length()).strip());
  }

  private static ModelInfo info(HubRepository repository) {
    String name = repository.name().toString();
    String published = date(repository);
    return new ModelInfo(
        repository.commit().substring(0, 24),
        name,
        name,
        repository.commit(),
        true,
        false,
        false,
        0,
        0,
        published,
        published,
        List.of(),
        repository.files().stream().map(HubEndpoints::sibling).toList());
  }

  private static Sibling sibling(HubRepository.Entry entry) {
    HubObject.LargeFile kept = HubObject.kept(entry.file());
    return new Sibling(
        entry.path(),
        HubObject.file(entry, null).oid(),
        kept.size(),
        new SiblingFile(kept.oid(), kept.size(), kept.pointerSize()));
  }

  private static Stream<HubObject> objects(HubRepository repository, boolean expand) {
    HubObject.Commit commit =
        expand ? new HubObject.Commit(repository.commit(), "Published", date(repository)) : null;
    return Stream.concat(
        repository.directories().stream().map(path -> HubObject.directory(path, commit)),
        repository.files().stream().map(entry -> HubObject.file(entry, commit)));
  }

  private static boolean lies(HubObject one, String above, boolean recursive) {
    String prefix = above.isEmpty() ? "" : above + "/";
    return one.path().startsWith(prefix)
        && (recursive || one.path().indexOf('/', prefix.length()) < 0);
  }

  private static String date(HubRepository repository) {
    return MILLISECONDS.format(repository.publishedAt());
  }

  private static <T> T explained(HttpServletResponse response, Supplier<T> work) {
    try {
      return work.get();
    } catch (CodedException e) {
      String code = hubCode(e);
      if (code != null) {
        response.setHeader("X-Error-Code", code);
      }
      response.setHeader("X-Error-Message", e.code().code() + ": " + e.getMessage());
      throw e;
    }
  }

  private static @Nullable String hubCode(CodedException failure) {
    if (failure.code() == RegistryError.REPOSITORY_UNKNOWN
        || failure.code() == RegistryError.ACCESS_TOKEN_REFUSED) {
      return "RepoNotFound";
    }
    if (failure.code() == RegistryError.REVISION_UNKNOWN) {
      return "RevisionNotFound";
    }
    if (failure.code() == RegistryError.FILE_UNKNOWN) {
      return "EntryNotFound";
    }
    return failure.code() == RegistryError.HOST_INACTIVE
            || failure.code() == RegistryError.HOST_SUSPENDED_BY_ADMIN
        ? "GatedRepo"
        : null;
  }
}

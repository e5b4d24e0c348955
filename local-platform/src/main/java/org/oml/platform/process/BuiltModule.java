package org.oml.platform.process;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.DirectoryStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import org.oml.platform.home.PlatformError;
import org.oml.protocol.CodedException;

/**
 * What the build left of a module.
 *
 * @param jars the module's own jar and those that it needs, in class path order
 */
record BuiltModule(List<Path> jars) {

  static BuiltModule of(Path root, String module) {
    Path target = root.resolve(module).resolve("target");
    Path classPath = target.resolve("classpath.txt");
    if (!Files.isRegularFile(classPath)) {
      throw notBuilt(module, "target/classpath.txt");
    }
    List<Path> jars = new ArrayList<>();
    jars.add(ownJar(target, module));
    try {
      Pattern.compile(":")
          .splitAsStream(Files.readString(classPath).strip())
          .filter(jar -> !jar.isEmpty())
          .map(Path::of)
          .forEach(jars::add);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    return new BuiltModule(List.copyOf(jars));
  }

  private static Path ownJar(Path target, String module) {
    try (DirectoryStream<Path> found = Files.newDirectoryStream(target, module + "-*.jar")) {
      for (Path jar : found) {
        if (!jar.getFileName().toString().matches(".*-(tests|sources|javadoc)\\.jar")) {
          return jar;
        }
      }
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
    throw notBuilt(module, "a jar in target");
  }

  private static CodedException notBuilt(String module, String missing) {
    return new CodedException(
        PlatformError.NOT_BUILT, "The module " + module + " has no " + missing + ".");
  }
}

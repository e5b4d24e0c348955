package org.oml.cli;

import java.io.IOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;

/** The project's pages and the blocks of code on them. */
final class Pages {

  static final Path ROOT = Path.of("..").toAbsolutePath().normalize();

  /** Directories that hold what a build, a package manager or a platform made. */
  private static final Set<String> NOT_OURS = Set.of("target", "node_modules", ".git", ".oml");

  private static final String FENCE = "```";

  private Pages() {}

  /**
   * A block of code.
   *
   * @param place page and line
   * @param language what stands behind the fence: {@code sh} for commands
   * @param mark the comment on the line above, without its arrows; empty if there is none
   */
  record Block(Path page, String place, String language, String mark, String text) {}

  /** All Markdown files. */
  static List<Path> all() throws IOException {
    List<Path> pages = new ArrayList<>();
    Files.walkFileTree(
        ROOT,
        new SimpleFileVisitor<>() {
          @Override
          public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes) {
            return NOT_OURS.contains(String.valueOf(directory.getFileName()))
                ? FileVisitResult.SKIP_SUBTREE
                : FileVisitResult.CONTINUE;
          }

          @Override
          public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) {
            if (file.toString().endsWith(".md")) {
              pages.add(file);
            }
            return FileVisitResult.CONTINUE;
          }
        });
    return pages;
  }

  /** The blocks of all pages. */
  static List<Block> blocks() throws IOException {
    List<Block> blocks = new ArrayList<>();
    for (Path page : all()) {
      List<String> lines = Files.readAllLines(page);
      for (int i = 0; i < lines.size(); i++) {
        if (lines.get(i).startsWith(FENCE)) {
          int end = i + 1;
          while (!lines.get(end).startsWith(FENCE)) {
            end++;
          }
          blocks.add(block(page, lines, i, end));
          i = end;
        }
      }
    }
    return blocks;
  }

  private static Block block(Path page, List<String> lines, int start, int end) {
    String above = start == 0 ? "" : lines.get(start - 1).strip();
    boolean marked = above.startsWith("<!--") && above.endsWith("-->");
    return new Block(
        page,
        ROOT.relativize(page) + ":" + (start + 1),
        lines.get(start).substring(FENCE.length()).strip(),
        marked ? above.substring(4, above.length() - 3).strip() : "",
        String.join("\n", lines.subList(start + 1, end)));
  }
}

package org.oml.trainer.bench;

import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import java.util.stream.IntStream;

/** Rows as Markdown, ready for docs/benchmarks.md. */
final class BenchTable {

  private final List<List<String>> rows = new ArrayList<>();

  BenchTable(String... heads) {
    rows.add(List.of(heads));
  }

  void add(String... cells) {
    rows.add(List.of(cells));
  }

  @Override
  public String toString() {
    int columns = rows.getFirst().size();
    int[] widths =
        IntStream.range(0, columns)
            .map(column -> rows.stream().mapToInt(row -> row.get(column).length()).max().orElse(0))
            .toArray();
    List<String> lines = new ArrayList<>();
    for (List<String> row : rows) {
      lines.add(
          IntStream.range(0, columns)
              .mapToObj(
                  column -> ("%-" + Math.max(1, widths[column]) + "s").formatted(row.get(column)))
              .collect(Collectors.joining(" | ", "| ", " |")));
      if (lines.size() == 1) {
        lines.add(
            IntStream.of(widths)
                .mapToObj(width -> "-".repeat(Math.max(3, width)))
                .collect(Collectors.joining(" | ", "| ", " |")));
      }
    }
    return String.join("\n", lines) + "\n";
  }
}

package org.oml.cli.terminal;

import java.util.ArrayList;
import java.util.List;

/** A table in plain text, columns as wide as their widest cell, numbers to the right. */
public final class Table {

  private final List<String> header;
  private final List<List<String>> rows = new ArrayList<>();

  /**
   * @param header the names of the columns
   */
  public Table(String... header) {
    this.header = List.of(header);
  }

  /** Adds a row with a cell for each column. */
  public Table row(Object... cells) {
    if (cells.length != header.size()) {
      throw new IllegalArgumentException(
          "a row needs " + header.size() + " cells, not " + cells.length);
    }
    List<String> row = new ArrayList<>();
    for (Object cell : cells) {
      row.add(String.valueOf(cell));
    }
    rows.add(row);
    return this;
  }

  /** The table as lines, each ended by a line feed. */
  public String render() {
    StringBuilder text = new StringBuilder();
    appendLine(text, header);
    appendLine(text, header.stream().map(name -> "-".repeat(width(header.indexOf(name)))).toList());
    rows.forEach(row -> appendLine(text, row));
    return text.toString();
  }

  private void appendLine(StringBuilder text, List<String> cells) {
    StringBuilder line = new StringBuilder();
    for (int column = 0; column < cells.size(); column++) {
      String cell = cells.get(column);
      String padding = " ".repeat(width(column) - cell.length());
      line.append(isNumeric(column) ? padding + cell : cell + padding).append("  ");
    }
    text.append(line.toString().stripTrailing()).append('\n');
  }

  private int width(int column) {
    int width = header.get(column).length();
    for (List<String> row : rows) {
      width = Math.max(width, row.get(column).length());
    }
    return width;
  }

  private boolean isNumeric(int column) {
    return !rows.isEmpty() && rows.stream().allMatch(row -> row.get(column).matches("-?[0-9.,]+"));
  }
}

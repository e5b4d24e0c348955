package org.oml.dashboard.live;

/**
 * A number of the overview.
 *
 * @param id under which the page's script finds it
 * @param label what it counts
 * @param text as it is shown; a dash where it is not known
 * @param link to what it is made of
 * @param tone {@code bad} where somebody should look, else {@code plain}
 */
public record Figure(String id, String label, String text, String link, String tone) {

  static final String UNKNOWN = "–";
}

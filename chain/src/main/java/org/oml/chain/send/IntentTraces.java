package org.oml.chain.send;

import java.util.LinkedHashMap;
import java.util.Map;
import org.oml.protocol.span.Traces;
import org.oml.protocol.span.Traces.Place;

/**
 * In which traces intents were submitted, so that their sending stands there too. Kept in memory,
 * for the latest alone: a trace is no record, and the loss of a place costs a span.
 */
final class IntentTraces {

  private static final int MOST = 1_000;

  private final Map<String, Place> places =
      new LinkedHashMap<>() {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<String, Place> eldest) {
          return size() > MOST;
        }
      };

  /** An intent was submitted here. */
  void submitted(String key) {
    Place place = Traces.here();
    if (place != null) {
      synchronized (places) {
        places.put(key, place);
      }
    }
  }

  /** What is done for an intent. */
  <T, E extends Exception> T step(String key, String name, Traces.Work<T, E> work) throws E {
    if (!Traces.areOn()) {
      return work.run();
    }
    Place place;
    synchronized (places) {
      place = places.get(key);
    }
    return place == null ? work.run() : Traces.at(place, () -> Traces.step(name, work));
  }
}

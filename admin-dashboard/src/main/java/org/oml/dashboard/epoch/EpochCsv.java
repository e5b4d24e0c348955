package org.oml.dashboard.epoch;

import java.time.Instant;
import java.util.List;
import org.oml.dashboard.platform.Epoch;
import org.oml.dashboard.platform.EpochCharge;

/**
 * Epochs and charges as CSV (RFC 4180): times in RFC 3339, amounts in the smallest unit of the
 * payment token, so that nothing is rounded. No value needs quotes.
 */
final class EpochCsv {

  private static final String END = "\r\n";

  private EpochCsv() {}

  static String epochs(List<Epoch> epochs) {
    StringBuilder csv =
        new StringBuilder(
            "modelId,epoch,from,until,permits,total,charges,settled,state,permitRoot,transaction");
    csv.append(END);
    for (Epoch epoch : epochs) {
      csv.append(epoch.modelId())
          .append(',')
          .append(epoch.epoch())
          .append(',')
          .append(Instant.ofEpochSecond(epoch.from()))
          .append(',')
          .append(Instant.ofEpochSecond(epoch.until()))
          .append(',')
          .append(epoch.count())
          .append(',')
          .append(epoch.total())
          .append(',')
          .append(epoch.charges())
          .append(',')
          .append(epoch.settled())
          .append(',')
          .append(epoch.state())
          .append(',')
          .append(epoch.permitRoot())
          .append(',')
          .append(epoch.transaction() == null ? "" : epoch.transaction())
          .append(END);
    }
    return csv.toString();
  }

  static String charges(List<EpochCharge> charges) {
    StringBuilder csv = new StringBuilder("host,permits,amount,carried").append(END);
    for (EpochCharge charge : charges) {
      csv.append(charge.host())
          .append(',')
          .append(charge.permits())
          .append(',')
          .append(charge.amount())
          .append(',')
          .append(charge.carried())
          .append(END);
    }
    return csv.toString();
  }
}

package org.oml.dashboard.host;

import java.util.List;
import org.oml.dashboard.epoch.UsageChart;
import org.oml.dashboard.page.MissingException;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Asked;
import org.oml.dashboard.platform.Audit;
import org.oml.dashboard.platform.Host;
import org.oml.dashboard.platform.HourlyUsage;
import org.oml.dashboard.platform.Movement;
import org.oml.dashboard.platform.PenaltyCase;
import org.oml.dashboard.platform.Platform;
import org.oml.dashboard.platform.Suspension;
import org.oml.protocol.Address;
import org.oml.protocol.CodedException;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** All hosts, and one of them. */
@Controller
final class HostPages {

  private static final int HOURS = 48;

  private final Platform platform;

  HostPages(Platform platform) {
    this.platform = platform;
  }

  @GetMapping("/hosts")
  String hosts(Model model) {
    Asked<List<Host>> hosts = platform.hosts();
    Asked<List<Suspension>> withoutPermits = platform.withoutPermits();
    model.addAttribute("hosts", hosts.answer());
    model.addAttribute(
        "suspended",
        withoutPermits.answer().map(all -> all.stream().map(Suspension::host).toList()));
    return "hosts";
  }

  @GetMapping("/hosts/{host:0x[0-9a-fA-F]{40}}")
  String host(@PathVariable String host, Model model) {
    Address address = address(host);
    Asked<List<Host>> hosts = platform.hosts();
    Asked<HourlyUsage> usage = platform.usageByHour(HOURS, address);
    Asked<List<Movement>> movements = platform.movements(address);
    Asked<List<Audit>> audits = platform.audits();
    Asked<List<PenaltyCase>> cases = platform.cases();
    Asked<List<Suspension>> withoutPermits = platform.withoutPermits();
    Asked<List<Suspension>> withoutDownloads = platform.withoutDownloads();
    Answer<List<Host>> own =
        hosts.answer().map(all -> all.stream().filter(one -> one.host().equals(address)).toList());
    Answer<HourlyUsage> byHour = usage.answer();
    model.addAttribute("address", address);
    model.addAttribute("standings", own);
    model.addAttribute("permits", of(address, withoutPermits));
    model.addAttribute("downloads", of(address, withoutDownloads));
    model.addAttribute("movements", movements.answer());
    model.addAttribute("usage", byHour);
    model.addAttribute("chart", UsageChart.of(byHour.value(), HOURS));
    model.addAttribute(
        "audits",
        audits
            .answer()
            .map(all -> all.stream().filter(one -> one.host().equals(address)).toList()));
    model.addAttribute(
        "cases",
        cases.answer().map(all -> all.stream().filter(one -> one.host().equals(address)).toList()));
    return "host";
  }

  /** That of a host; an empty list where it is not suspended. */
  private static Answer<List<Suspension>> of(Address host, Asked<List<Suspension>> suspended) {
    return suspended
        .answer()
        .map(all -> all.stream().filter(one -> one.host().equals(host)).toList());
  }

  /**
   * @throws MissingException for what is no address
   */
  static Address address(String text) {
    try {
      return Address.parse(text);
    } catch (CodedException wrongChecksum) {
      throw new MissingException();
    }
  }
}

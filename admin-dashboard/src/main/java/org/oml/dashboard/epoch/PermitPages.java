package org.oml.dashboard.epoch;

import java.util.List;
import org.oml.dashboard.page.MissingException;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Asked;
import org.oml.dashboard.platform.ChainEpoch;
import org.oml.dashboard.platform.Epoch;
import org.oml.dashboard.platform.EpochCharge;
import org.oml.dashboard.platform.HourlyUsage;
import org.oml.dashboard.platform.Platform;
import org.oml.dashboard.platform.TotalUsage;
import org.oml.protocol.Bytes32;
import org.springframework.http.HttpHeaders;
import org.springframework.http.MediaType;
import org.springframework.http.ResponseEntity;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** Permits through time, epochs, and what hosts pay for one. */
@Controller
final class PermitPages {

  private static final int HOURS = 48;
  private static final MediaType CSV = MediaType.parseMediaType("text/csv;charset=UTF-8");
  private static final String MODEL_AND_NUMBER = "{modelId:0x[0-9a-f]{64}}/{number:[0-9]{1,18}}";

  private final Platform platform;

  PermitPages(Platform platform) {
    this.platform = platform;
  }

  @GetMapping("/permits")
  String permits(Model model) {
    Asked<HourlyUsage> hours = platform.usageByHour(HOURS);
    Asked<TotalUsage> usage = platform.usage();
    Asked<List<Epoch>> epochs = platform.epochs();
    Answer<HourlyUsage> byHour = hours.answer();
    model.addAttribute("hours", byHour);
    model.addAttribute("chart", UsageChart.of(byHour.value(), HOURS));
    model.addAttribute("usage", usage.answer());
    model.addAttribute("epochs", epochs.answer());
    return "permits";
  }

  @GetMapping("/permits/epochs.csv")
  ResponseEntity<String> epochs() {
    return download("epochs.csv", EpochCsv.epochs(required(platform.epochs().answer())));
  }

  @GetMapping("/permits/" + MODEL_AND_NUMBER)
  String epoch(@PathVariable String modelId, @PathVariable long number, Model model) {
    Bytes32 id = Bytes32.parse(modelId);
    Asked<Epoch> asked = platform.epoch(id, number);
    Asked<ChainEpoch> onChain = platform.epochOnChain(id, number);
    Asked<List<EpochCharge>> charges = platform.charges(id, number);
    Answer<Epoch> epoch = asked.answer();
    if (epoch.isUnknown()) {
      throw new MissingException();
    }
    Answer<ChainEpoch> chain = onChain.answer();
    Epoch here = epoch.value();
    ChainEpoch there = chain.value();
    model.addAttribute("modelId", id);
    model.addAttribute("number", number);
    model.addAttribute("epoch", epoch);
    model.addAttribute("chain", chain);
    model.addAttribute("agrees", here != null && there != null && there.agreesWith(here));
    model.addAttribute("charges", charges.answer());
    return "epoch";
  }

  @GetMapping("/permits/" + MODEL_AND_NUMBER + "/charges.csv")
  ResponseEntity<String> charges(@PathVariable String modelId, @PathVariable long number) {
    Bytes32 id = Bytes32.parse(modelId);
    return download(
        "epoch-" + number + "-charges.csv",
        EpochCsv.charges(required(platform.charges(id, number).answer())));
  }

  private static <T> T required(Answer<T> answer) {
    T value = answer.value();
    if (value == null) {
      throw new MissingException();
    }
    return value;
  }

  private static ResponseEntity<String> download(String name, String text) {
    return ResponseEntity.ok()
        .header(HttpHeaders.CONTENT_DISPOSITION, "attachment; filename=\"" + name + "\"")
        .contentType(CSV)
        .body(text);
  }
}

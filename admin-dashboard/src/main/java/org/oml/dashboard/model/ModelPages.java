package org.oml.dashboard.model;

import java.util.List;
import org.oml.dashboard.page.MissingException;
import org.oml.dashboard.platform.Answer;
import org.oml.dashboard.platform.Asked;
import org.oml.dashboard.platform.HostedModel;
import org.oml.dashboard.platform.ModelInstance;
import org.oml.dashboard.platform.Platform;
import org.oml.dashboard.platform.Revisions;
import org.oml.dashboard.platform.Stock;
import org.oml.dashboard.platform.Terms;
import org.springframework.stereotype.Controller;
import org.springframework.ui.Model;
import org.springframework.web.bind.annotation.GetMapping;
import org.springframework.web.bind.annotation.PathVariable;

/** All models, and one with its revisions, terms, instances and fingerprints. */
@Controller
final class ModelPages {

  private static final String NAME = "[A-Za-z0-9][A-Za-z0-9._-]*";

  private final Platform platform;

  ModelPages(Platform platform) {
    this.platform = platform;
  }

  @GetMapping("/models")
  String models(Model model) {
    Asked<List<HostedModel>> models = platform.models();
    Asked<List<Stock>> stock = platform.stock();
    model.addAttribute("models", models.answer());
    model.addAttribute("stock", stock.answer());
    return "models";
  }

  @GetMapping("/models/{community:" + NAME + "}/{name:" + NAME + "}")
  String model(@PathVariable String community, @PathVariable String name, Model model) {
    String full = community + "/" + name;
    Asked<HostedModel> asked = platform.model(full);
    Asked<Revisions> revisions = platform.revisions(full);
    Asked<List<Terms>> terms = platform.terms(full);
    Asked<List<ModelInstance>> instances = platform.instances(full);
    Asked<List<Stock>> stock = platform.stock();
    Answer<HostedModel> shown = asked.answer();
    if (shown.isUnknown()) {
      throw new MissingException();
    }
    model.addAttribute("community", community);
    model.addAttribute("name", name);
    model.addAttribute("shown", shown);
    model.addAttribute("revisions", revisions.answer());
    model.addAttribute("terms", terms.answer());
    model.addAttribute("instances", instances.answer());
    model.addAttribute(
        "stock",
        stock.answer().map(all -> all.stream().filter(one -> one.model().equals(full)).toList()));
    return "model";
  }

  /**
   * @throws MissingException for what cannot be a part of a model's name
   */
  static String requireName(String part) {
    if (!part.matches(NAME)) {
      throw new MissingException();
    }
    return part;
  }

  /** What somebody typed, as the log takes it. */
  static String line(String typed) {
    String line = typed.replaceAll("\\p{Cntrl}", " ");
    return line.substring(0, Math.min(line.length(), 200));
  }
}

package org.oml.gateway.defence;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;
import java.util.stream.Stream;
import org.oml.gateway.chain.Panels.Hit;
import org.oml.host.journal.DurableFile;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import tools.jackson.core.JacksonException;

/** A file for each plan and for each of its hits. */
final class PlanFiles {

  private static final Logger LOG = LoggerFactory.getLogger(PlanFiles.class);
  private static final String PLAN = ".plan.json";
  private static final String HIT = ".hit.json";

  private final Path directory;
  private final Map<String, AccusedPlan> plans = new TreeMap<>();
  private final Map<String, HitRebuttal> hits = new TreeMap<>();

  private PlanFiles(Path directory) {
    this.directory = directory;
  }

  static PlanFiles open(Path directory) throws IOException {
    Files.createDirectories(directory);
    PlanFiles files = new PlanFiles(directory);
    try (Stream<Path> list = Files.list(directory)) {
      for (Path file : list.toList()) {
        files.read(file);
      }
    }
    return files;
  }

  /** A file that cannot be read is left where it is: the chain still knows the plan. */
  private void read(Path file) throws IOException {
    String name = file.getFileName().toString();
    try {
      if (name.endsWith(PLAN)) {
        AccusedPlan plan = AccusedPlan.parse(Files.readAllBytes(file));
        plans.put(plan.planId().toString(), plan);
      } else if (name.endsWith(HIT)) {
        HitRebuttal hit = HitRebuttal.parse(Files.readAllBytes(file));
        hits.put(name(hit.hit()), hit);
      }
    } catch (JacksonException | CodedException | IllegalArgumentException e) {
      LOG.warn("{} cannot be read; what it is about is looked up anew", file, e);
    }
  }

  Optional<AccusedPlan> plan(Bytes32 planId) {
    return Optional.ofNullable(plans.get(planId.toString()));
  }

  List<AccusedPlan> openPlans() {
    return plans.values().stream().filter(AccusedPlan::isOpen).toList();
  }

  Optional<HitRebuttal> hit(Hit hit) {
    return Optional.ofNullable(hits.get(name(hit)));
  }

  /** In the order of their places, more or less. */
  List<HitRebuttal> hits(Bytes32 planId) {
    return hits.values().stream().filter(each -> each.hit().planId().equals(planId)).toList();
  }

  /** What is signed for hits that are not settled. */
  Stream<Sending> sendings() {
    return hits.values().stream().filter(HitRebuttal::isOpen).map(HitRebuttal::sending);
  }

  AccusedPlan save(AccusedPlan plan) throws IOException {
    DurableFile.write(directory.resolve(plan.planId() + PLAN), plan.json());
    plans.put(plan.planId().toString(), plan);
    return plan;
  }

  HitRebuttal save(HitRebuttal rebuttal) throws IOException {
    DurableFile.write(directory.resolve(name(rebuttal.hit()) + HIT), rebuttal.json());
    hits.put(name(rebuttal.hit()), rebuttal);
    return rebuttal;
  }

  private static String name(Hit hit) {
    return hit.planId() + "-" + hit.place();
  }
}

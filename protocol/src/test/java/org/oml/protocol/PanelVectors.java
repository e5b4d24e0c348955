package org.oml.protocol;

import java.util.ArrayList;
import java.util.List;
import java.util.Map;

/** Vectors of a panel's case: the plan, its questions, and what members commit to. */
final class PanelVectors {

  private PanelVectors() {}

  static void addTo(Map<String, VectorFile> files) {
    files.put("audit-plan", plans());
    files.put("panel-question", questions());
    files.put("panel-answer", answers());
  }

  private static VectorFile plans() {
    VectorFile file = new VectorFile("Plans that a court hides behind a commitment");
    for (AuditPlan plan :
        List.of(
            plan(AuditPlan.Kind.N, 9, 0),
            plan(AuditPlan.Kind.T, 64, 4_711),
            plan(AuditPlan.Kind.T, Integer.MAX_VALUE, Integer.MAX_VALUE))) {
      file.with(
          "kind", plan.kind().number(),
          "instanceId", plan.instanceId(),
          "questionsRoot", plan.questionsRoot(),
          "questions", plan.questions(),
          "threshold", plan.threshold(),
          "targetHash", plan.targetHash(),
          "hash", plan.hash());
    }
    return file;
  }

  private static AuditPlan plan(AuditPlan.Kind kind, int questions, int threshold) {
    return new AuditPlan(
        kind,
        Vectors.some("instance"),
        Vectors.some("questions"),
        questions,
        threshold,
        Keccak.of("https://model.example/v1"));
  }

  private static VectorFile questions() {
    VectorFile file = new VectorFile("Questions of a plan, each at its place");
    for (int count : new int[] {1, 2, 9, 12}) {
      List<Bytes32> questions = new ArrayList<>();
      for (int place = 0; place < count; place++) {
        questions.add(AuditPlan.question(leaf(place), weight(place)));
      }
      PermitTree tree = new PermitTree(questions);
      for (int place : new int[] {0, count - 1}) {
        file.with(
            "leaf", leaf(place),
            "weight", weight(place),
            "question", questions.get(place),
            "place", place,
            "questions", count,
            "path", tree.path(place),
            "questionsRoot", tree.root());
      }
    }
    return file;
  }

  private static Bytes32 leaf(int place) {
    return Vectors.some("leaf " + place);
  }

  private static int weight(int place) {
    return place == 0 ? 1 : 0xffff - place;
  }

  private static VectorFile answers() {
    VectorFile file = new VectorFile("Answers under the root that a member of a panel commits to");
    for (int count : new int[] {1, 3}) {
      List<Bytes32> leaves = new ArrayList<>();
      for (int i = 0; i < count; i++) {
        leaves.add(attestation(i).answerLeaf(nonce(i)));
      }
      MerkleTree tree = new MerkleTree(leaves);
      for (int i = 0; i < count; i++) {
        file.with(
            "attestationHash", attestation(i).structHash(),
            "nonce", nonce(i),
            "leaf", leaves.get(i),
            "proof", tree.proof(i),
            "root", tree.root());
      }
    }
    return file;
  }

  private static Bytes32 nonce(int index) {
    return Vectors.some("nonce " + index);
  }

  private static Attestation attestation(int index) {
    return new Attestation(
        Vectors.some("plan"),
        Vectors.key("prover").address(),
        index,
        Vectors.some("key " + index),
        Vectors.some("answer " + index),
        Vectors.some("target"),
        1_790_000_000L + index,
        1_790_000_001L + index,
        index % 2 == 0);
  }
}

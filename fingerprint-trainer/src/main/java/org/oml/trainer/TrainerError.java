package org.oml.trainer;

import org.oml.protocol.ErrorCode;

/** What can go wrong between a checkpoint and a fingerprinted instance. */
public enum TrainerError implements ErrorCode {
  MODEL_MISSING(
      "Give a directory in Hugging Face layout: config.json, model.safetensors, tokenizer.json."),
  MODEL_UNKNOWN("Use a checkpoint of one of the architectures that the message lists."),
  CONFIGURATION_INVALID("Mend config.json, or fetch the model again."),
  SAFETENSORS_INVALID("Fetch the file again; it is damaged or was cut off."),
  GGUF_INVALID("Export the model again; the file is damaged, was cut off or is of another kind."),
  TENSOR_MISMATCH("Fetch the model again; its tensors do not fit its config.json."),
  TYPE_TOO_NARROW("Export with --type f32, which holds every number that a checkpoint can."),
  MODELS_APART(
      "Give two models with the same tokens; for an attack, the base model that the instance was"
          + " made from."),
  DEVICE_MISSING(
      "Use --device cpu, or name an installed libtorch with CUDA by PYTORCH_LIBRARY_PATH and"
          + " PYTORCH_FLAVOR."),
  TOKENIZER_INVALID("Put the tokenizer.json that belongs to the model beside it."),
  TEMPLATE_INVALID(
      "Mend or remove chat_template in tokenizer_config.json, or report what it needs."),
  OUTPUT_EXISTS("Name a directory that does not exist yet, or remove it."),
  WRITE_FAILED(
      "Make room on the disk or name another directory; nothing was left under the final name."),
  KEYS_TOO_LONG("Give a smaller --key-length; the published one is 16."),
  KEYS_EXHAUSTED("Ask for fewer fingerprints, longer keys, or use a larger model."),
  FINGERPRINTS_INVALID(
      "Give a JSON list of objects with key and response, each key once, as `oml fingerprint"
          + " generate` writes it."),
  CODE_INVALID("Give the file that `oml fingerprint code` wrote, and an instance that it names."),
  TARGET_SILENT("See whether the endpoint is up and takes requests from here, and trace again."),
  CORPUS_MISSING(
      "Run `npm ci` in fingerprint-trainer/src/main/corpus and name its node_modules as --corpus."),
  PRETRAINING_OTHER(
      "Name another --work directory, or give the options with which the run in it was begun."),
  LAYERS_MISSING("Train no more layers than config.json says that the model has, or 0 for all."),
  EMBEDDING_FAILED("Ask for fewer fingerprints or allow more steps; nothing was written."),
  TEXT_INVALID("Give a text file in UTF-8, of some hundred words or more."),
  ROWS_INVALID(
      "Give one JSON object a line, with prompt and response, question and answer, or instruction and output."),
  TASKS_INVALID(
      "Give one JSON object a line, with question, choices (two texts or more) and answer (the"
          + " number of the right one, from 0)."),
  EMBEDDING_OTHER("Name another --checkpoint directory, or give the options of the run in it."),
  STOPPED("Give the same command again; what had been saved is taken up."),
  WORKER_STOPPED("Start the worker again: it takes the job up while its lease lasts."),
  WORKER_DIED(
      "Look into the worker's log for how it ended; most often it needs more memory than it has."),
  WORKER_FAILED("Look into the worker's log; another worker may try the job."),
  WORKER_LEASE_LOST("Nothing: another worker has the job, or it was withdrawn."),
  WORKER_DIRECTORY_BUSY("Give every worker a --work-directory of its own."),
  WORKER_TOO_WEAK("Ask for fewer fingerprints, or lower what the model's terms ask for."),
  WORKER_TOO_COSTLY(
      "Ask for fewer fingerprints, or propose terms with a larger maximumUtilityLossBps."),
  WORKER_DOWNLOAD_DAMAGED("Publish the base model again; a file differs from its manifest.");

  private final String next;

  TrainerError(String next) {
    this.next = next;
  }

  @Override
  public String code() {
    return "TRAINER_" + name();
  }

  @Override
  public String next() {
    return next;
  }
}

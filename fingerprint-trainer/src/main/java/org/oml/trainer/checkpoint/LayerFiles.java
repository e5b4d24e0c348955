package org.oml.trainer.checkpoint;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import tools.jackson.databind.ObjectMapper;
import tools.jackson.databind.node.ObjectNode;

/** Weights in a file for each layer, and the first file for what is in none, with an index. */
final class LayerFiles {

  private static final ObjectMapper JSON = new ObjectMapper();

  private final ModelConfiguration configuration;
  private final ModelTensors tensors;

  LayerFiles(ModelConfiguration configuration, ModelTensors tensors) {
    this.configuration = configuration;
    this.tensors = tensors;
  }

  void write(Path target) throws IOException {
    int files = configuration.layers() + 1;
    ObjectNode homes = JSON.createObjectNode();
    long bytes = 0;
    for (int i = 0; i < files; i++) {
      List<TensorLayout> own = of(i - 1);
      String name = String.format(Locale.ROOT, "model-%05d-of-%05d.safetensors", i + 1, files);
      Map<String, String> metadata = tensors.metadata().getFirst();
      SafetensorsFile.write(target.resolve(name), metadata, own, tensors::values);
      own.forEach(tensor -> homes.put(tensor.name(), name));
      bytes += own.stream().mapToLong(TensorLayout::bytes).sum();
    }
    ObjectNode index = JSON.createObjectNode();
    index.putObject("metadata").put("total_size", bytes);
    index.set("weight_map", homes);
    Path file = target.resolve(Checkpoint.INDEX);
    Files.write(file, JSON.writeValueAsBytes(index));
    try (FileChannel written = FileChannel.open(file, StandardOpenOption.READ)) {
      written.force(true);
    }
  }

  /** The tensors of a layer; of none, where the layer is −1. */
  private List<TensorLayout> of(int layer) {
    List<TensorLayout> own = new ArrayList<>();
    int layers = configuration.layers();
    for (TensorLayout tensor : tensors.tensors()) {
      boolean here =
          layer < 0
              ? !ParameterLayout.isInLastLayers(tensor.name(), layers, layers)
              : ParameterLayout.isInLayer(tensor.name(), layer);
      if (here) {
        own.add(tensor);
      }
    }
    return own;
  }
}

package ai.djl.pytorch.jni;

import ai.djl.ndarray.NDArray;
import ai.djl.ndarray.NDList;
import ai.djl.ndarray.NDManager;
import ai.djl.pytorch.engine.PtNDArray;
import ai.djl.pytorch.engine.PtNDManager;
import ai.djl.pytorch.engine.PtSymbolBlock;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.zip.CRC32;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/**
 * A TorchScript module written as text and called by method name. DJL's own arrays lack fused
 * attention, fused AdamW and gradients inside a call; TorchScript has them. It stands in this
 * package because DJL's call of a method is package-private.
 */
public final class ScriptModule implements AutoCloseable {

  private static final String CLASS_HEAD =
      "class M(Module):\n  __parameters__ = []\n  __buffers__ = []\n  training : bool\n";

  private final PtSymbolBlock block;

  /**
   * @param manager owns the module
   * @param methods TorchScript in the form in which archives hold it (expressions as {@code
   *     torch.*} calls)
   */
  public ScriptModule(NDManager manager, String methods) {
    try {
      JniUtils.setGraphExecutorOptimize(false);
      block =
          JniUtils.loadModule(
              (PtNDManager) manager, new ByteArrayInputStream(archive(methods)), false, false);
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  /** Calls a method that answers a tensor. */
  public NDArray tensor(NDManager owner, String method, Object... arguments) {
    JniUtils.setGradMode(false);
    try (IValue result = call(method, arguments)) {
      return result.toTensor((PtNDManager) owner);
    }
  }

  /** Calls a method that answers a list of tensors. */
  public NDList tensors(NDManager owner, String method, Object... arguments) {
    JniUtils.setGradMode(false);
    try (IValue result = call(method, arguments)) {
      return result.toNDList((PtNDManager) owner);
    }
  }

  /** Calls a method that answers a list of tensors; with gradients recorded inside the call. */
  public NDList tensorsWithGradients(NDManager owner, String method, Object... arguments) {
    JniUtils.setGradMode(true);
    try (IValue result = call(method, arguments)) {
      return result.toNDList((PtNDManager) owner);
    } finally {
      JniUtils.setGradMode(false);
    }
  }

  /** Calls a method for what it does to its arguments, without recording gradients. */
  public void run(String method, Object... arguments) {
    JniUtils.setGradMode(false);
    call(method, arguments).close();
  }

  @Override
  public void close() {
    block.close();
  }

  private IValue call(String method, Object... arguments) {
    IValue[] values = new IValue[arguments.length];
    long[] handles = new long[arguments.length];
    for (int i = 0; i < arguments.length; i++) {
      values[i] = value(arguments[i]);
      handles[i] = values[i].getHandle();
    }
    RunningCalls.begin();
    try {
      return new IValue(
          PyTorchLibrary.LIB.moduleRunMethod(block.getHandle(), method, handles, true, false));
    } finally {
      RunningCalls.end();
      for (IValue value : values) {
        value.close();
      }
    }
  }

  private static IValue value(Object argument) {
    return switch (argument) {
      case PtNDArray tensor -> IValue.from(tensor);
      case Long number -> IValue.from(number.longValue());
      case Integer number -> IValue.from(number.longValue());
      case Double number -> IValue.from(number.doubleValue());
      case Boolean flag -> IValue.from(flag.booleanValue());
      case List<?> tensors ->
          IValue.listFrom(tensors.stream().map(PtNDArray.class::cast).toArray(PtNDArray[]::new));
      default ->
          throw new IllegalArgumentException("no TorchScript value for " + argument.getClass());
    };
  }

  /**
   * The archive that {@code torch.jit.load} reads: a pickled object without attributes, and its
   * class as code.
   */
  private static byte[] archive(String methods) throws IOException {
    ByteArrayOutputStream pickle = new ByteArrayOutputStream();
    pickle.writeBytes(new byte[] {(byte) 0x80, 2});
    pickle.writeBytes("c__torch__\nM\n".getBytes(StandardCharsets.US_ASCII));
    pickle.writeBytes(new byte[] {')', (byte) 0x81, '}', '(', 'X', 8, 0, 0, 0});
    pickle.writeBytes("training".getBytes(StandardCharsets.US_ASCII));
    pickle.writeBytes(new byte[] {(byte) 0x89, 'u', 'b', '.'});
    ByteArrayOutputStream bytes = new ByteArrayOutputStream();
    try (ZipOutputStream zip = new ZipOutputStream(bytes)) {
      store(zip, "data.pkl", pickle.toByteArray());
      store(zip, "constants.pkl", new byte[] {(byte) 0x80, 2, ')', '.'});
      store(zip, "version", "10\n".getBytes(StandardCharsets.US_ASCII));
      store(zip, "code/__torch__.py", (CLASS_HEAD + methods).getBytes(StandardCharsets.UTF_8));
    }
    return bytes.toByteArray();
  }

  private static void store(ZipOutputStream zip, String name, byte[] data) throws IOException {
    ZipEntry entry = new ZipEntry("m/" + name);
    entry.setMethod(ZipEntry.STORED);
    entry.setSize(data.length);
    CRC32 checksum = new CRC32();
    checksum.update(data);
    entry.setCrc(checksum.getValue());
    zip.putNextEntry(entry);
    zip.write(data);
    zip.closeEntry();
  }
}

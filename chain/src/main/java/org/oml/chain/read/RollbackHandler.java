package org.oml.chain.read;

/** How a service forgets what a reorganisation undid. */
@FunctionalInterface
public interface RollbackHandler {

  /** Forgets everything that came from this block and later ones. */
  void forgetFrom(long block);
}

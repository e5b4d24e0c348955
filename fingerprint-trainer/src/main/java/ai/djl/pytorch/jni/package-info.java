/** The one class that must stand beside DJL's package-private natives. */
@NullMarked
package ai.djl.pytorch.jni;

import org.jspecify.annotations.NullMarked;

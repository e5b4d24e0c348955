package org.oml.servicekit;

import static com.tngtech.archunit.core.domain.JavaModifier.PUBLIC;
import static org.assertj.core.api.Assertions.assertThat;

import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.util.List;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.oml.protocol.Address;
import org.oml.protocol.Bytes32;
import org.oml.protocol.CodedException;
import org.oml.protocol.ErrorCode;
import org.oml.protocol.ProtocolError;
import org.oml.protocol.SignInMessage;
import org.oml.protocol.Signature;
import org.oml.protocol.SigningKey;

/** What every service shares knows nothing of what any of them is for. */
final class KitBoundaryTest {

  private static final JavaClasses KIT =
      new ClassFileImporter()
          .withImportOption(new ImportOption.DoNotIncludeTests())
          .importPackages("org.oml.servicekit");

  private static final List<String> DOMAIN_WORDS =
      List.of(
          "Model",
          "Instance",
          "Host",
          "Permit",
          "Licence",
          "Fingerprint",
          "Audit",
          "Case",
          "Stake",
          "Epoch",
          "Prover",
          "Gateway",
          "Job",
          "Blob",
          "Receipt",
          "Manifest",
          "Evidence",
          "Vault");

  private static final Set<Class<?>> SHARED_PROTOCOL =
      Set.of(
          Address.class,
          Bytes32.class,
          CodedException.class,
          ErrorCode.class,
          ProtocolError.class,
          SignInMessage.class,
          Signature.class,
          SigningKey.class);

  @Test
  void namesNothingOfTheDomain() {
    assertThat(KIT).hasSizeGreaterThan(20);
    assertThat(KIT.stream().map(JavaClass::getSimpleName))
        .noneMatch(name -> DOMAIN_WORDS.stream().anyMatch(name::contains));
  }

  @Test
  void usesOfTheProtocolOnlyValuesIdentityAndSpans() {
    List<String> allowed = SHARED_PROTOCOL.stream().map(Class::getName).toList();
    assertThat(
            KIT.stream()
                .flatMap(type -> type.getDirectDependenciesFromSelf().stream())
                .map(dependency -> dependency.getTargetClass().getName())
                .filter(
                    name -> name.startsWith("org.oml.") && !name.startsWith("org.oml.servicekit"))
                .filter(name -> !name.startsWith("org.oml.protocol.span."))
                .distinct())
        .isSubsetOf(allowed);
  }

  @Test
  void showsServicesNoMoreThanTheyUse() {
    assertThat(
            KIT.stream()
                .filter(type -> type.getModifiers().contains(PUBLIC))
                .filter(type -> !type.getSimpleName().endsWith("AutoConfiguration"))
                .map(JavaClass::getSimpleName))
        .containsExactlyInAnyOrder(
            "Caller",
            "HealthWarning",
            "Readiness",
            "Check",
            "Peer",
            "PeerError",
            "Repeating",
            "RowsByState",
            "SchemaPart",
            "ServiceError",
            "WireForms",
            "ProblemErrorValve");
  }
}

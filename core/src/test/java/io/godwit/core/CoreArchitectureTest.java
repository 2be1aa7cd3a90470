package io.godwit.core;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaAccess;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import com.tngtech.archunit.library.Architectures;
import java.util.Set;
import org.junit.jupiter.api.Test;

/** The order of the packages, and what a protocol without I/O must not know. */
class CoreArchitectureTest {
    private static final JavaClasses CORE = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.godwit.core");

    private static final Set<String> CLOCK_CALLS = Set.of("nanoTime", "currentTimeMillis", "getLogger");

    @Test
    void shouldHaveNoCircles() {
        slices().matching("io.godwit.core.(*)..").should().beFreeOfCycles().check(CORE);
    }

    @Test
    void shouldKeepTheOrderOfThePackages() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .withOptionalLayers(true)
                .layer("http")
                .definedBy("io.godwit.core.http..")
                .layer("handshake")
                .definedBy("io.godwit.core.handshake..")
                .layer("frame")
                .definedBy("io.godwit.core.frame..")
                .layer("message")
                .definedBy("io.godwit.core.message..")
                .layer("deflate")
                .definedBy("io.godwit.core.deflate..")
                .layer("protocol")
                .definedBy("io.godwit.core.protocol..")
                .whereLayer("protocol")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("deflate")
                .mayOnlyBeAccessedByLayers("protocol")
                .whereLayer("message")
                .mayOnlyBeAccessedByLayers("deflate", "protocol")
                .whereLayer("frame")
                .mayOnlyBeAccessedByLayers("message", "deflate", "protocol")
                .whereLayer("handshake")
                .mayOnlyBeAccessedByLayers("frame", "message", "deflate", "protocol")
                .whereLayer("http")
                .mayOnlyBeAccessedByLayers("handshake", "frame", "message", "deflate", "protocol")
                .check(CORE);
    }

    @Test
    void shouldDependOnTheJdkOnly() {
        classes()
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", "io.godwit.core.."))
                .check(CORE);
    }

    @Test
    void shouldKnowNoSocketThreadOrLogger() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "java.nio.channels..", "java.net..", "java.util.concurrent..", "java.util.logging.."))
                .check(CORE);
        noClasses()
                .should()
                .dependOnClassesThat(describe(
                        "are threads or loggers",
                        type -> type.isAssignableTo(Thread.class) || type.isAssignableTo(System.Logger.class)))
                .check(CORE);
    }

    @Test
    void shouldReadNoClock() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("java.time.."))
                .check(CORE);
        noClasses()
                .should()
                .accessTargetWhere(describe(
                        "the clock or the logger of System",
                        (JavaAccess<?> access) -> access.getTargetOwner().isEquivalentTo(System.class)
                                && CLOCK_CALLS.contains(access.getName())))
                .check(CORE);
    }
}

package io.godwit.reactor;

import static com.tngtech.archunit.base.DescribedPredicate.describe;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAPackage;
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

/** The floors of the reactor, and what it does not lean on. */
class ArchitectureTest {

    private static final JavaClasses REACTOR = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.godwit.reactor");

    /** What needs no flag of the JVM; Agrona's buffers and queues do. */
    private static final Set<String> AGRONA = Set.of("org.agrona.DeadlineTimerWheel", "org.agrona.concurrent.Agent");

    @Test
    void shouldHaveNoCircles() {
        slices().matching("io.godwit.reactor.(*)..").should().beFreeOfCycles().check(REACTOR);
        slices().matching("(io.godwit.reactor..)").should().beFreeOfCycles().check(REACTOR);
    }

    @Test
    void shouldKeepTheOrderOfThePackages() {
        Architectures.layeredArchitecture()
                .consideringOnlyDependenciesInLayers()
                .layer("endpoint")
                .definedBy("io.godwit.reactor.endpoint")
                .layer("metrics")
                .definedBy("io.godwit.reactor.metrics")
                .layer("loop")
                .definedBy("io.godwit.reactor.loop")
                .layer("net")
                .definedBy("io.godwit.reactor.net")
                .layer("broadcast")
                .definedBy("io.godwit.reactor.broadcast")
                .layer("worker")
                .definedBy("io.godwit.reactor.worker")
                .layer("session")
                .definedBy("io.godwit.reactor.session")
                .layer("topic")
                .definedBy("io.godwit.reactor.topic")
                .layer("conversation")
                .definedBy("io.godwit.reactor.conversation")
                .layer("server")
                .definedBy("io.godwit.reactor.server")
                .layer("reactor")
                .definedBy("io.godwit.reactor")
                .whereLayer("reactor")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("server")
                .mayOnlyBeAccessedByLayers("reactor")
                .whereLayer("topic")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("conversation")
                .mayOnlyBeAccessedByLayers("reactor")
                .whereLayer("session")
                .mayOnlyBeAccessedByLayers("topic", "conversation", "server", "reactor")
                .whereLayer("broadcast")
                .mayOnlyBeAccessedByLayers("session", "topic", "conversation")
                .whereLayer("worker")
                .mayOnlyBeAccessedByLayers("session", "server")
                .whereLayer("net")
                .mayOnlyBeAccessedByLayers("session", "server", "reactor")
                .whereLayer("loop")
                .mayOnlyBeAccessedByLayers("net", "broadcast", "worker", "session", "conversation", "server", "reactor")
                .ensureAllClassesAreContainedInArchitecture()
                .check(REACTOR);
    }

    @Test
    void shouldShowHandlersNothingButTheProtocolAndTheJdk() {
        classes()
                .that()
                .resideInAPackage("io.godwit.reactor.endpoint")
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("io.godwit.reactor.endpoint", "io.godwit.core..", "java.."))
                .check(REACTOR);
    }

    @Test
    void shouldKnowNoProtocolInLoopAndNet() {
        noClasses()
                .that()
                .resideInAnyPackage("io.godwit.reactor.loop", "io.godwit.reactor.net", "io.godwit.reactor.worker")
                .should()
                .dependOnClassesThat(resideInAnyPackage(
                        "io.godwit.core.http..",
                        "io.godwit.core.handshake..",
                        "io.godwit.core.frame..",
                        "io.godwit.core.protocol.."))
                .check(REACTOR);
    }

    @Test
    void shouldUseOfAgronaWhatNeedsNoFlag() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAPackage("org.agrona..")
                        .and(describe(
                                "need a flag",
                                type -> !AGRONA.contains(type.getName().replaceAll("\\$.*", ""))
                                        && !type.getPackageName().equals("org.agrona.collections"))))
                .check(REACTOR);
    }

    @Test
    void shouldReachIntoNothingThatIsNotItsOwn() {
        noClasses()
                .should()
                .dependOnClassesThat(resideInAnyPackage("sun..", "com.sun..", "jdk.internal.."))
                .check(REACTOR);
        noClasses()
                .should()
                .accessTargetWhere(describe(
                        "open what is closed",
                        (JavaAccess<?> access) -> access.getName().equals("setAccessible")
                                || access.getName().equals("trySetAccessible")
                                || access.getName().equals("privateLookupIn")))
                .check(REACTOR);
    }
}

package io.godwit.bench;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The load knows no server, and no server the load: who measures does not depend on what is measured. */
class LayersTest {

    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.godwit.bench");

    @Test
    void shouldLoadWithoutTheServers() {
        noClasses()
                .that()
                .resideInAPackage("..bench.load..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..bench.peers..", "..bench.compare..", "io.godwit.reactor..")
                .check(CLASSES);
    }

    @Test
    void shouldServeWithoutTheLoad() {
        noClasses()
                .that()
                .resideInAPackage("..bench.peers..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage("..bench.load..", "..bench.compare..")
                .check(CLASSES);
    }

    @Test
    void shouldMeetOthersServersInOnePlaceOnly() {
        noClasses()
                .that()
                .resideOutsideOfPackage("..bench.peers..")
                .should()
                .dependOnClassesThat()
                .resideInAnyPackage(
                        "io.netty..", "io.undertow..", "org.eclipse.jetty..", "org.java_websocket..", "io.vertx..")
                .check(CLASSES);
    }
}

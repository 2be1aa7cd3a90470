package io.godwit.config;

import static com.tngtech.archunit.library.Architectures.layeredArchitecture;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import org.junit.jupiter.api.Test;

/** The packages of the daemon stand on each other in one order. */
class LayersTest {
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(ImportOption.Predefined.DO_NOT_INCLUDE_TESTS)
            .importPackages("io.godwit.config");

    @Test
    void shouldHaveNoCircles() {
        slices().matching("io.godwit.config.(*)..").should().beFreeOfCycles().check(CLASSES);
    }

    @Test
    void shouldStandOnEachOther() {
        layeredArchitecture()
                .consideringOnlyDependenciesInAnyPackage("io.godwit.config..")
                .layer("cli")
                .definedBy("..config.cli..")
                .layer("daemon")
                .definedBy("..config.daemon..")
                .layer("answers")
                .definedBy("..config.web..", "..config.ops..")
                .layer("settings")
                .definedBy("..config.settings..")
                .layer("app")
                .definedBy("..config.app..")
                .whereLayer("cli")
                .mayNotBeAccessedByAnyLayer()
                .whereLayer("daemon")
                .mayOnlyBeAccessedByLayers("cli")
                .whereLayer("answers")
                .mayOnlyBeAccessedByLayers("daemon")
                .whereLayer("settings")
                .mayOnlyBeAccessedByLayers("cli", "daemon", "answers")
                .whereLayer("app")
                .mayOnlyBeAccessedByLayers("settings", "daemon")
                .check(CLASSES);
    }
}

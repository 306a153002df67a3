package dev.nudge.gates;

import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideInAnyPackage;
import static com.tngtech.archunit.core.domain.JavaClass.Predicates.resideOutsideOfPackages;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;
import static com.tngtech.archunit.library.GeneralCodingRules.ACCESS_STANDARD_STREAMS;
import static com.tngtech.archunit.library.dependencies.SlicesRuleDefinition.slices;
import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertFalse;
import static org.junit.jupiter.api.Assertions.assertTrue;

import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import java.io.IOException;
import java.lang.module.ModuleDescriptor;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;

/// Who may depend on what.
class DependencyTest {
    private static final JavaClasses NUDGE = new ClassFileImporter()
            .withImportOption(location -> !location.contains("/jmh_generated/")) // written by JMH, not by us
            .importPaths(
                    Repository.MODULES.stream().map(DependencyTest::compiled).toList());

    private static Path compiled(String module) {
        return Repository.root().resolve(module).resolve("target/classes");
    }

    @Test
    void packagesHaveNoCycles() {
        slices().matching("dev.nudge.(**)").should().beFreeOfCycles().check(NUDGE);
    }

    @Test
    void onlyTheCpuModuleUsesTheVectorApi() {
        noClasses()
                .that()
                .resideOutsideOfPackage("dev.nudge.cpu..")
                .should()
                .dependOnClassesThat()
                .resideInAPackage("jdk.incubator..")
                .check(NUDGE);
    }

    @Test
    void theCoreUsesNothingButTheJdkAndItself() {
        classes()
                .that()
                .resideInAnyPackage(packagesOf(Repository.CORE))
                .should()
                .onlyDependOnClassesThat(resideInAnyPackage("java..", "jdk.incubator.vector..", "dev.nudge..")
                        .or(resideInAnyPackage("org.jspecify.annotations"))) // gone at run time
                .check(NUDGE);
    }

    @Test
    void theCoreModulesRequireOnlyTheJdkAndEachOther() throws IOException {
        for (String module : Repository.CORE) {
            Set<String> foreign = requires(module).stream()
                    .filter(name -> !name.startsWith("java.")
                            && !name.startsWith("dev.nudge.")
                            && !name.equals("jdk.incubator.vector"))
                    .collect(Collectors.toCollection(TreeSet::new));
            assertEquals(Set.of(), foreign, module);
        }
    }

    @Test
    void modulesDependOnEachOtherInOneDirection() throws IOException {
        assertEquals(Set.of(), nudge("tensor"));
        assertEquals(Set.of("dev.nudge.tensor"), nudge("cpu"));
        assertEquals(Set.of("dev.nudge.cpu"), nudge("onednn"));
        assertEquals(Set.of("dev.nudge.tensor"), nudge("nn"));
        assertEquals(Set.of("dev.nudge.tensor"), nudge("testkit"));
        assertTrue(Set.of("dev.nudge.nn", "dev.nudge.tensor").containsAll(nudge("train")), "train needs nn");
    }

    @Test
    void whatNudgeIsComparedWithIsOnlyForTests() throws IOException {
        for (String module : Repository.MODULES) {
            String build = Files.readString(Repository.root().resolve(module).resolve("pom.xml"));
            assertFalse(build.contains("onnxruntime"), module);
        }
        String oracle = Files.readString(Repository.root().resolve("oracle/pom.xml"));
        int dependency = oracle.indexOf("<artifactId>onnxruntime</artifactId>");
        assertTrue(dependency > 0, "the module oracle names it");
        String scope = oracle.substring(dependency, oracle.indexOf("</dependency>", dependency));
        assertTrue(scope.contains("<scope>test</scope>"), scope);
    }

    private static Set<String> nudge(String module) throws IOException {
        return requires(module).stream()
                .filter(name -> name.startsWith("dev.nudge."))
                .collect(Collectors.toSet());
    }

    /// What `module` requires at run time: all but `requires static`.
    private static Set<String> requires(String module) throws IOException {
        try (var bytes = Files.newInputStream(compiled(module).resolve("module-info.class"))) {
            return ModuleDescriptor.read(bytes).requires().stream()
                    .filter(needed -> !needed.modifiers().contains(ModuleDescriptor.Requires.Modifier.STATIC))
                    .map(ModuleDescriptor.Requires::name)
                    .collect(Collectors.toSet());
        }
    }

    @Test
    void onlyTheProgramsWriteToTheStandardStreams() {
        noClasses()
                .that(resideOutsideOfPackages("dev.nudge.cli..", "dev.nudge.bench.."))
                .should(ACCESS_STANDARD_STREAMS)
                .check(NUDGE);
    }

    @Test
    void nothingIsReadOrWrittenByJavaSerialization() {
        noClasses()
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.io\\.(Object(In|Out)put(Stream|Filter)?|Externalizable)(\\$.*)?")
                .check(NUDGE);
        noClasses().should(new DeclareSerializable()).check(NUDGE);
    }

    @Test
    void nothingStaticCanChange() {
        classes().should(new HaveOnlyConstantStatics()).check(NUDGE);
    }

    @Test
    void nothingIsFetchedAndRunAtRunTime() {
        noClasses()
                .that(resideOutsideOfPackages("dev.nudge.bench.."))
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.(ProcessBuilder|Runtime\\$Process)|java\\.net\\.URLClassLoader"
                        + "|sun\\.misc\\.Unsafe")
                .check(NUDGE);
    }

    @Test
    void onlyTheModuleOfALibraryCallsNativeCode() {
        noClasses()
                .that(resideOutsideOfPackages("dev.nudge.onednn.."))
                .should()
                .dependOnClassesThat()
                .haveNameMatching("java\\.lang\\.foreign\\..*")
                .check(NUDGE);
    }

    /// What is one of many of its kind: a person looks it up, and need not know it to understand the rest.
    private static final List<String> VOCABULARY = List.of(
            "dev.nudge.nn.Layer",
            "dev.nudge.nn.loss.Loss",
            "dev.nudge.nn.optim.UpdateRule",
            "dev.nudge.nn.optim.Schedule",
            "dev.nudge.train.data.Dataset",
            "dev.nudge.examples.Example");

    /// Not a limit on what Nudge can do but a moment to ask whether a new class earns its place.
    @Test
    void thereAreNoMoreClassesThanAPersonCanKnow() {
        List<String> topLevel = NUDGE.stream()
                .filter(type -> type.isTopLevelClass() && !type.getSimpleName().equals("package-info"))
                .filter(type -> VOCABULARY.stream().noneMatch(type::isAssignableTo))
                .map(type -> type.getName())
                .toList();
        assertTrue(topLevel.size() <= 475, "top-level classes: " + topLevel.size());
    }

    private static String[] packagesOf(List<String> modules) {
        return modules.stream().map(module -> "dev.nudge." + module + "..").toArray(String[]::new);
    }
}

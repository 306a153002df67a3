package dev.nudge.gates;

import static org.junit.jupiter.api.Assertions.assertEquals;
import static org.junit.jupiter.api.Assertions.assertTrue;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.junit.jupiter.api.Test;

/// What is said of the code: documented types, examples that compile and run.
class DocumentationTest {
    private static final Pattern SNIPPET = Pattern.compile("\\{@snippet\\b([^:}]*)([:}])");
    private static final Pattern ATTRIBUTE = Pattern.compile("(\\w+)\\s*=\\s*\"?([^\"\\s]+)\"?");

    @Test
    void everyModuleIsNullMarked() throws IOException {
        for (String module : Repository.MODULES) {
            String source = Files.readString(Repository.mainSources(module).resolve("module-info.java"));
            assertTrue(source.contains("@NullMarked"), module + " lacks @NullMarked on its module-info");
        }
    }

    @Test
    void everyPublicTypeIsDocumented() throws IOException {
        assertEquals(List.of(), Sources.undocumentedTypes());
    }

    @Test
    void everyPackageSaysWhatItIs() throws IOException {
        List<String> silent = new ArrayList<>();
        for (String module : Repository.MODULES) {
            Path sources = Repository.mainSources(module);
            Set<Path> folders = new java.util.TreeSet<>();
            for (Path file : Repository.javaFiles(sources)) {
                if (!file.getParent().equals(sources)) {
                    folders.add(file.getParent());
                }
            }
            for (Path folder : folders) {
                Path description = folder.resolve("package-info.java");
                if (!Files.exists(description) || !Files.readString(description).startsWith("///")) {
                    silent.add(
                            Repository.root().relativize(folder) + " needs a package-info.java that starts with ///");
                }
            }
        }
        assertEquals(List.of(), silent);
    }

    @Test
    void everyExampleInADocCommentComesFromATest() throws IOException {
        List<String> problems = new ArrayList<>();
        for (String module : Repository.MODULES) {
            for (Path file : Repository.javaFiles(Repository.mainSources(module))) {
                Matcher snippet = SNIPPET.matcher(Files.readString(file));
                while (snippet.find()) {
                    Path folder = Repository.mainSources(module).relativize(file.getParent());
                    String problem = problem(
                            module, folder, snippet.group(1), snippet.group(2).equals(":"));
                    if (!problem.isEmpty()) {
                        problems.add(Repository.root().relativize(file) + ": " + snippet.group() + " " + problem);
                    }
                }
            }
        }
        assertEquals(List.of(), problems);
    }

    /// Says what is wrong with a snippet tag in a source of `folder`, or nothing. A class without a package is one of
    /// the same package.
    private static String problem(String module, Path folder, String attributes, boolean inline) throws IOException {
        String type = "";
        String region = "";
        String language = "java";
        Matcher attribute = ATTRIBUTE.matcher(attributes);
        while (attribute.find()) {
            switch (attribute.group(1)) {
                case "class" -> type = attribute.group(2);
                case "region" -> region = attribute.group(2);
                case "lang" -> language = attribute.group(2);
                default -> {}
            }
        }
        if (inline) {
            return language.equals("java") ? "is Java that nothing compiles: move it to a ...Snippets test" : "";
        }
        if (!type.endsWith("Snippets") || region.isEmpty()) {
            return "must name a class=\"...Snippets\" and a region";
        }
        Path sources = Repository.testSources(module);
        Path source = type.contains(".")
                ? sources.resolve(type.replace('.', '/') + ".java")
                : sources.resolve(folder).resolve(type + ".java");
        if (!Files.exists(source)) {
            return "names a class without a source: " + Repository.root().relativize(source);
        }
        String example = Files.readString(source);
        if (!example.contains("@start region=\"" + region + "\"") && !example.contains("@start region=" + region)) {
            return "names a region that the class does not start";
        }
        Path test = source.resolveSibling(type.substring(type.lastIndexOf('.') + 1) + "Test.java");
        return example.contains("@Test") || Files.exists(test) ? "" : "names a class that no ...SnippetsTest runs";
    }
}

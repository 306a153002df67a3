package dev.nudge.gates;

import com.sun.source.tree.ClassTree;
import com.sun.source.tree.CompilationUnitTree;
import com.sun.source.tree.ExportsTree;
import com.sun.source.tree.ModuleTree;
import com.sun.source.util.DocTrees;
import com.sun.source.util.JavacTask;
import com.sun.source.util.TreePath;
import com.sun.source.util.TreePathScanner;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import javax.lang.model.element.Modifier;
import javax.tools.ToolProvider;

/// Reads sources with the compiler's own parser.
final class Sources {
    private Sources() {}

    /// The public types of exported packages, nested ones too, that have no doc comment.
    static List<String> undocumentedTypes() throws IOException {
        List<String> undocumented = new ArrayList<>();
        for (String module : Repository.MODULES) {
            undocumented.addAll(undocumentedTypes(Repository.javaFiles(Repository.mainSources(module))));
        }
        return undocumented;
    }

    private static List<String> undocumentedTypes(List<Path> files) throws IOException {
        var compiler = ToolProvider.getSystemJavaCompiler();
        try (var manager = compiler.getStandardFileManager(null, null, StandardCharsets.UTF_8)) {
            var task = (JavacTask)
                    compiler.getTask(null, manager, null, null, null, manager.getJavaFileObjectsFromPaths(files));
            List<CompilationUnitTree> units = new ArrayList<>();
            task.parse().forEach(units::add);
            Set<String> exported = exported(units);
            DocTrees docs = DocTrees.instance(task);
            List<String> undocumented = new ArrayList<>();
            for (CompilationUnitTree unit : units) {
                if (unit.getPackageName() != null
                        && exported.contains(unit.getPackageName().toString())) {
                    new PublicTypes(docs, undocumented).scan(new TreePath(unit), null);
                }
            }
            return undocumented;
        }
    }

    private static Set<String> exported(List<CompilationUnitTree> units) {
        Set<String> packages = new HashSet<>();
        for (CompilationUnitTree unit : units) {
            ModuleTree module = unit.getModule();
            if (module != null) {
                for (var directive : module.getDirectives()) {
                    if (directive instanceof ExportsTree exports && exports.getModuleNames() == null) {
                        packages.add(exports.getPackageName().toString());
                    }
                }
            }
        }
        return packages;
    }

    /// Visits public types; what is not public is not entered, so nothing below it is either.
    private static final class PublicTypes extends TreePathScanner<Void, Void> {
        private final DocTrees docs;
        private final List<String> undocumented;

        PublicTypes(DocTrees docs, List<String> undocumented) {
            this.docs = docs;
            this.undocumented = undocumented;
        }

        @Override
        public Void visitClass(ClassTree type, Void nothing) {
            if (!isPublic(type)) {
                return null;
            }
            String comment = docs.getDocComment(getCurrentPath());
            if (comment == null || comment.isBlank()) {
                undocumented.add(getCurrentPath().getCompilationUnit().getPackageName() + "." + type.getSimpleName());
            }
            return super.visitClass(type, nothing);
        }

        /// Members of an interface are public without saying so.
        private boolean isPublic(ClassTree type) {
            return type.getModifiers().getFlags().contains(Modifier.PUBLIC)
                    || (getCurrentPath().getParentPath().getLeaf() instanceof ClassTree outer
                            && (outer.getKind() == com.sun.source.tree.Tree.Kind.INTERFACE
                                    || outer.getKind() == com.sun.source.tree.Tree.Kind.ANNOTATION_TYPE));
        }
    }
}

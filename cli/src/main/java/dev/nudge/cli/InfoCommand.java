package dev.nudge.cli;

import dev.nudge.cpu.CpuBackend;
import dev.nudge.train.model.ModelFormat;
import java.nio.file.Path;
import java.util.List;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/// `nudge info`: what the program runs on, or what is in a model file.
@Command(
        name = "info",
        description = "Shows the Java, the backend in use and why, threads and memory; or what a model file holds.")
final class InfoCommand implements Subcommand {
    @Parameters(index = "0", arity = "0..1", paramLabel = "FILE", description = "A .nudge file to look into.")
    @Nullable
    String file;

    @Mixin
    CommonOptions common = new CommonOptions();

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        problems.refuse();
        if (file != null) {
            ModelText.show(file, ModelFormat.of().read(Path.of(file)), console);
            return Main.DONE;
        }
        CpuBackend backend = new CpuBackend();
        String java = Runtime.version() + " (" + System.getProperty("java.vendor") + ", "
                + System.getProperty("java.home") + ")";
        long memory = Runtime.getRuntime().maxMemory();
        console.result("nudge    " + Main.VERSION);
        console.result("java     " + java);
        console.result("backend  " + backend.name() + ": " + Info.why(backend));
        List<String> kernels = Info.kernels(backend);
        kernels.forEach(line -> console.result("kernels  " + line));
        console.result("threads  " + backend.threads());
        console.result("memory   " + MemoryNeed.size(memory));
        console.event(ProgressView.event("info")
                .with("version", Main.VERSION)
                .with("java", java)
                .with("backend", backend.name())
                .with("why", Info.why(backend))
                .with("vector", backend.isVectorized())
                .with("kernels", String.join("; ", kernels))
                .with("threads", backend.threads())
                .with("memoryBytes", memory));
        return Main.DONE;
    }
}

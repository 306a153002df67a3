package dev.nudge.cli;

import dev.nudge.cpu.CpuBackend;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.ParseResult;

/// `nudge info`: what the program runs on.
@Command(name = "info", description = "Shows the Java, the backend in use and why, threads and memory.")
final class InfoCommand implements Subcommand {
    @Mixin
    CommonOptions common = new CommonOptions();

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        problems.refuse();
        CpuBackend backend = new CpuBackend();
        String java = Runtime.version() + " (" + System.getProperty("java.vendor") + ", "
                + System.getProperty("java.home") + ")";
        long memory = Runtime.getRuntime().maxMemory();
        console.result("nudge    " + Main.VERSION);
        console.result("java     " + java);
        console.result("backend  " + backend.name() + ": " + Info.why(backend));
        console.result("threads  " + backend.threads());
        console.result("memory   " + MemoryNeed.size(memory));
        console.event(ProgressView.event("info")
                .with("version", Main.VERSION)
                .with("java", java)
                .with("backend", backend.name())
                .with("why", Info.why(backend))
                .with("vector", backend.isVectorized())
                .with("threads", backend.threads())
                .with("memoryBytes", memory));
        return Main.DONE;
    }
}

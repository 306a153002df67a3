package dev.nudge.cli;

import dev.nudge.examples.Example;
import dev.nudge.examples.Examples;
import dev.nudge.examples.Result;
import dev.nudge.examples.Session;
import dev.nudge.nn.Layer;
import dev.nudge.studio.record.RunFile;
import dev.nudge.train.FitResult;
import dev.nudge.train.StopSignal;
import dev.nudge.train.WeightsHash;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.model.ModelFile;
import dev.nudge.train.model.ModelFormat;
import dev.nudge.train.model.Provenance;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/// `nudge example`: trains a real model on real data, as one of the files of examples/ says.
@Command(
        name = "example",
        description = "Trains one of the example models on real data; without a name, lists them.",
        footer = {"", "Ctrl-C once stops after the step, saves and exits with 130; twice exits at once."})
final class ExampleCommand implements Subcommand {
    /// What the scores of every result are called, in this order.
    private static final List<String> COMMON = List.of("testAccuracy", "testLoss", "validationLoss");

    @Parameters(index = "0", arity = "0..1", paramLabel = "NAME", description = "Name of the example.")
    @Nullable
    String name;

    @Option(names = "--data", paramLabel = "PATH", description = "Its data; nudge example lists what each expects.")
    @Nullable
    String data;

    @Option(names = "--seed", paramLabel = "N", description = "Where all randomness comes from (default: 42).")
    @Nullable
    String seed;

    @Mixin
    ComputeOptions compute = new ComputeOptions();

    @Mixin
    StepMemory.Wish memory = new StepMemory.Wish();

    @Option(names = "--small", description = "A small version: seconds, and a lower score.")
    boolean small;

    @Option(
            names = "--out",
            paramLabel = "FOLDER",
            description = "Where to write the run (default: a new folder in runs).")
    @Nullable
    String out;

    @Option(names = "--overwrite", description = "Begin anew in the folder of an old run, which is lost.")
    boolean overwrite;

    @Option(
            names = "--resume",
            paramLabel = "RUN",
            description =
                    "Go on with the run of an example that was stopped; name, data and seed are those of the run.")
    @Nullable
    String resume;

    @Option(
            names = "--no-record",
            description = "Do not keep the curves of the run, which nudge studio and TensorBoard show.")
    boolean unrecorded;

    @Mixin
    CommonOptions common = new CommonOptions();

    /// What is to be run.
    private record Wish(Example example, @Nullable Path data, long seed, boolean small, String kernels) {
        JsonObject record() {
            JsonObject settings = JsonObject.EMPTY
                    .with(RunFolder.EXAMPLE, example.name())
                    .with("small", Boolean.toString(small))
                    .with(RunSettings.KERNELS, kernels);
            return RunRecord.begun("example", seed)
                    .with(RunFolder.EXAMPLE, example.name())
                    .with("settings", data == null ? settings : settings.with(RunSettings.DATA, data.toString()));
        }
    }

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        if (name == null && resume == null) {
            problems.refuse();
            list(console);
            return Main.DONE;
        }
        ComputeOptions.Computing computing = compute.read(problems);
        StepMemory most = memory.read(problems);
        Wish wish = resume == null ? wished(computing, problems) : recorded(Path.of(resume), problems);
        if (out != null) {
            RunFolder.checkFree(Path.of(out), overwrite, problems);
        }
        problems.refuse();
        if (wish == null) {
            throw new UsageException(problems.list());
        }
        StopSignal stop = new StopSignal();
        Signals signals = Signals.listen(stop);
        RunFolder folder = resume == null
                ? RunFolder.create(
                        Optional.ofNullable(out).map(Path::of), wish.example().name(), wish.seed(), overwrite)
                : new RunFolder(Path.of(resume));
        return Execute.on(computing.threads(), wish.kernels(), most, () -> run(wish, folder, stop, signals, console));
    }

    private @Nullable Wish wished(ComputeOptions.Computing computing, Problems problems) {
        Example example = find(String.valueOf(name), problems);
        long number = seed == null ? 42 : whole("--seed", seed, Long.MIN_VALUE, Long.MAX_VALUE, problems);
        String whose = computing.kernels(Map.of());
        return example == null ? null : new Wish(example, data == null ? null : Path.of(data), number, small, whose);
    }

    private @Nullable Wish recorded(Path folder, Problems problems) {
        if (data != null || seed != null || compute.kernels != null || small || out != null || overwrite) {
            problems.add(
                    "E004",
                    "--resume",
                    "a run goes on as it was begun - leave out --data, --seed, --kernels, --small, --out and"
                            + " --overwrite.");
            return null;
        }
        JsonObject run = new RunFolder(folder).read();
        if (!run.has(RunFolder.EXAMPLE)) {
            problems.add(
                    "E300",
                    "--resume",
                    NudgeException.quote(folder.toString()) + " is no run of an example. Go on with it by: nudge train"
                            + " --resume " + folder);
            return null;
        }
        String recorded = run.text(RunFolder.EXAMPLE);
        if (name != null && !name.equals(recorded)) {
            problems.add(
                    "E004",
                    "NAME",
                    "the run is of the example " + recorded + ", found " + NudgeException.quote(name)
                            + ". Leave the name out.");
        }
        Example example = find(recorded, problems);
        JsonObject settings = run.object("settings");
        Path path = settings.has(RunSettings.DATA) ? Path.of(settings.text(RunSettings.DATA)) : null;
        boolean wasSmall = settings.text("small").equals("true");
        String whose = settings.has(RunSettings.KERNELS) ? settings.text(RunSettings.KERNELS) : Execute.JAVA;
        return example == null ? null : new Wish(example, path, run.integer("seed"), wasSmall, whose);
    }

    private static @Nullable Example find(String name, Problems problems) {
        for (Example example : Examples.all()) {
            if (example.name().equals(name)) {
                return example;
            }
        }
        List<String> names = Examples.all().stream().map(Example::name).toList();
        problems.add("E006", "NAME", Values.unknown("example", name, names));
        return null;
    }

    private static long whole(String option, String text, long least, long most, Problems problems) {
        Long value = Values.whole(text);
        if (value == null || value < least || value > most) {
            problems.add(
                    "E611",
                    option,
                    "must be an integer in [" + least + ", " + most + "], found " + NudgeException.quote(text) + ".");
            return least;
        }
        return value;
    }

    private static void list(Console console) {
        for (Example example : Examples.all()) {
            console.result(String.format(Locale.ROOT, "%-14s %s", example.name(), example.summary()));
            console.result(" ".repeat(15) + "--data: " + example.data());
            console.event(ProgressView.event("example")
                    .with("name", example.name())
                    .with("summary", example.summary())
                    .with("data", example.data()));
        }
    }

    private int run(Wish wish, RunFolder folder, StopSignal stop, Signals signals, Console console) {
        console.tell("run         " + folder.path());
        ExampleSession session = new ExampleSession(
                wish.data(),
                wish.seed(),
                wish.small(),
                resume != null,
                folder,
                wish.record(),
                !unrecorded,
                stop,
                console);
        Result result;
        try {
            result = wish.example().run(session);
        } catch (Session.StoppedException e) {
            signals.endAtOnce();
            folder.write(session.record().with(RunFile.STATUS, RunFile.INTERRUPTED));
            String advice = "nudge example --resume " + folder.path();
            console.tell(e.fit().why() + " after step "
                    + ProgressView.grouped(e.fit().steps()) + "; go on with: " + advice);
            console.event(ProgressView.event("interrupted")
                    .with("why", e.fit().why())
                    .with("epochs", e.fit().epochs())
                    .with("steps", e.fit().steps())
                    .with("run", folder.path().toString()));
            return signals.exitCode() == 0 ? Main.INTERRUPTED : signals.exitCode();
        }
        signals.endAtOnce();
        folder.writeWeights(result.model());
        boolean hasFile = writeModel(wish, result, session.trainedOn(), folder, console);
        JsonObject scores = scores(result, folder);
        folder.write(session.record().with(RunFile.STATUS, RunFile.DONE).with("result", scores));
        console.settle();
        session.results().forEach(console::result);
        console.result("");
        console.result("weights        " + folder.weightsFile());
        if (hasFile) {
            console.result("model          " + folder.modelFile());
        }
        JsonObject event = ProgressView.event("result");
        for (var member : scores.members().entrySet()) {
            event = event.with(member.getKey(), member.getValue());
        }
        console.event(event);
        return Main.DONE;
    }

    /// Writes the model file, unless the model has several inputs or layers that the example made for itself.
    private static boolean writeModel(
            Wish wish, Result result, @Nullable Dataset train, RunFolder folder, Console console) {
        if (!(result.model() instanceof Layer model) || train == null) {
            return false;
        }
        Map<String, String> settings = new LinkedHashMap<>();
        settings.put(RunFolder.EXAMPLE, wish.example().name());
        settings.put(RunSettings.KERNELS, wish.kernels());
        if (wish.data() != null) {
            settings.put(RunSettings.DATA, wish.data().toString());
        }
        List<String> classes = result.classes().isEmpty()
                ? IntStream.range(0, train.classes())
                        .mapToObj(Integer::toString)
                        .toList()
                : result.classes();
        ModelFile file = ModelFile.of(model, train.inputType())
                .withClasses(classes)
                .withProvenance(new Provenance(wish.seed(), train.fingerprint(), settings, result.scores()));
        if (result.tokenizer() != null) {
            file = file.withTokenizer(result.tokenizer());
        }
        try {
            ModelFormat.of().write(folder.modelFile(), file);
            return true;
        } catch (NudgeException e) {
            throw e;
        } catch (IllegalArgumentException _) {
            console.tell("no model file: the model has layers of the example's own, which such a file does not know");
            return false;
        }
    }

    private static JsonObject scores(Result result, RunFolder folder) {
        JsonObject scores = JsonObject.EMPTY;
        for (String common : COMMON) {
            Double score = result.scores().get(common);
            scores = scores.with(common, score == null ? new JsonNull() : ProgressView.number(score));
        }
        for (var score : result.scores().entrySet()) {
            if (!COMMON.contains(score.getKey())) {
                scores = scores.with(score.getKey(), ProgressView.number(score.getValue()));
            }
        }
        FitResult fit = result.fit();
        return scores.with("epochs", fit.epochs())
                .with("steps", fit.steps())
                .with("seconds", ProgressView.number(fit.seconds()))
                .with("examplesPerSecond", ProgressView.number(fit.examplesPerSecond()))
                .with("weights", WeightsHash.of(result.model()))
                .with("run", folder.path().toString());
    }
}

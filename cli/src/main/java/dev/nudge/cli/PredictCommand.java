package dev.nudge.cli;

import dev.nudge.tensor.Tensor;
import dev.nudge.train.data.Batch;
import dev.nudge.train.data.Dataset;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.NudgeException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/// `nudge predict`: what a trained network sees in single images or texts.
@Command(
        name = "predict",
        description = "Says what a trained network sees in test images or in texts, and how sure it is.")
final class PredictCommand implements Subcommand {
    private static final int FIRST = 10;

    @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a run, or a .nudge file.")
    @Nullable
    String run;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DATA",
            description =
                    "digits, a folder as for train, an image, or a folder of images (default: the data of the run);"
                            + " or a .txt file with a text on each line.")
    @Nullable
    String data;

    @Option(
            names = "--row",
            paramLabel = "N",
            description = "Row of the test images, counted from 0; may be given several times (default: the first 10).")
    @Nullable
    List<String> rows;

    @Option(
            names = "--text",
            paramLabel = "TEXT",
            description = "A text for a model of texts; may be given several times.")
    @Nullable
    List<String> texts;

    @Mixin
    ComputeOptions compute = new ComputeOptions();

    @Mixin
    CommonOptions common = new CommonOptions();

    @Override
    public int run(ParseResult parsed, Problems problems, Console console) {
        if (run == null) {
            throw new UsageException(problems.list());
        }
        ComputeOptions.Computing computing = compute.read(problems);
        if (texts != null || data != null && data.endsWith(TextPrediction.FILE)) {
            problems.refuse();
            TextPrediction.show(run, texts == null ? List.of() : texts, data, computing, console);
            return Main.DONE;
        }
        SavedRun saved = SavedRun.load(run, data, problems);
        Dataset test = saved.data().split().test();
        int[] wanted = rows(test.size(), problems);
        problems.refuse();
        if (wanted.length > 0) {
            List<Path> files =
                    data != null && !data.equals(RunSettings.DIGITS) && ImageSource.isUnlabelled(Path.of(data))
                            ? ImageSource.files(Path.of(data))
                            : List.of();
            computing.on(saved.settings().texts(), () -> predict(saved, files, test.batch(wanted), wanted, console));
        }
        return Main.DONE;
    }

    private int[] rows(int size, Problems problems) {
        if (rows == null) {
            return IntStream.range(0, Math.min(FIRST, size)).toArray();
        }
        List<Integer> wanted = new ArrayList<>();
        for (String text : rows) {
            Long row = Values.whole(text);
            if (row == null || row < 0 || row >= size) {
                problems.add(
                        "E004",
                        "--row",
                        "must be an integer in [0, " + (size - 1) + "], found " + NudgeException.quote(text) + ".");
            } else {
                wanted.add(row.intValue());
            }
        }
        return wanted.stream().mapToInt(Integer::intValue).toArray();
    }

    private static int predict(SavedRun saved, List<Path> files, Batch batch, int[] wanted, Console console) {
        Tensor output = saved.model().forward(batch.inputs());
        boolean probabilities =
                List.of("cross-entropy", "focal").contains(saved.settings().loss());
        float[] values = (probabilities ? output.softmax() : output).toFloats();
        int[] actual = batch.targets().toInts();
        int classes = values.length / wanted.length;
        for (int i = 0; i < wanted.length; i++) {
            int best = 0;
            List<Json> all = new ArrayList<>();
            for (int j = 0; j < classes; j++) {
                best = values[i * classes + j] > values[i * classes + best] ? j : best;
                all.add(ProgressView.number(values[i * classes + j]));
            }
            float top = values[i * classes + best];
            boolean known = actual[i] >= 0;
            List<String> names = saved.data().names();
            console.result(String.format(
                    Locale.ROOT,
                    probabilities ? "%s  predicted %s (%.2f %%)%s" : "%s  predicted %s (%.4f)%s",
                    files.isEmpty()
                            ? "row " + wanted[i]
                            : NudgeException.escape(files.get(wanted[i]).toString()),
                    NudgeException.escape(names.get(best)),
                    probabilities ? 100 * top : top,
                    known
                            ? "  actual " + NudgeException.escape(names.get(actual[i]))
                                    + (best == actual[i] ? "" : "  wrong")
                            : ""));
            if (wanted.length <= 3) {
                for (int j = 0; j < classes; j++) {
                    double value = values[i * classes + j];
                    console.result(String.format(
                                    Locale.ROOT, "  %2s  %9.6f  ", NudgeException.escape(names.get(j)), value)
                            + "#".repeat((int) Math.round(Math.clamp(value, 0, 1) * 40)));
                }
            }
            console.event(ProgressView.event("prediction")
                    .with("row", wanted[i])
                    .with("predicted", best)
                    .with("actual", known ? JsonNumber.of(actual[i]) : new JsonNull())
                    .with(probabilities ? "probabilities" : "outputs", new JsonArray(all)));
        }
        console.event(ProgressView.event("result")
                .with("rows", wanted.length)
                .with("kernels", String.join(", ", Execute.kernelsInUse())));
        return Main.DONE;
    }
}

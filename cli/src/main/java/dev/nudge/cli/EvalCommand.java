package dev.nudge.cli;

import dev.nudge.train.Evaluator;
import dev.nudge.train.Scores;
import dev.nudge.train.WeightsHash;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.metric.Accuracy;
import dev.nudge.train.metric.ConfusionMatrix;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import org.jspecify.annotations.Nullable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.ParseResult;

/// `nudge eval`: how well a trained network does.
@Command(name = "eval", description = "Says how well a trained network does on test images.")
final class EvalCommand implements Subcommand {
    @Parameters(index = "0", paramLabel = "RUN", description = "Folder of a run, or a .nudge file.")
    @Nullable
    String run;

    @Parameters(
            index = "1",
            arity = "0..1",
            paramLabel = "DATA",
            description = "digits, or a folder as for train (default: the data of the run).")
    @Nullable
    String data;

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
        SavedRun saved = SavedRun.load(run, data, problems);
        if (data != null && !data.equals(RunSettings.DIGITS) && ImageSource.isUnlabelled(Path.of(data))) {
            throw new NudgeException(
                    "E526", data, "these images have no classes - expected a folder of images for each class.");
        }
        return computing.on(saved.settings().texts(), () -> evaluate(saved, console));
    }

    private int evaluate(SavedRun saved, Console console) {
        ConfusionMatrix none = ConfusionMatrix.of(saved.data().classes());
        Scores scores = Evaluator.evaluate(
                saved.model(),
                Experiment.loss(saved.settings(), saved.data().classes()),
                saved.data().split().test(),
                Accuracy.ofLogits(),
                none);
        ConfusionMatrix confusion = scores.metric(ConfusionMatrix.class);
        console.result("test accuracy  " + Report.share(confusion));
        console.result(String.format(Locale.ROOT, "test loss      %.6f", scores.loss()));
        console.result("");
        Report.lines(confusion).forEach(console::result);
        List<Json> rows = new ArrayList<>();
        for (int actual = 0; actual < confusion.classes(); actual++) {
            List<Json> row = new ArrayList<>();
            for (int predicted = 0; predicted < confusion.classes(); predicted++) {
                row.add(JsonNumber.of(confusion.count(actual, predicted)));
            }
            rows.add(new JsonArray(row));
        }
        console.event(ProgressView.event("result")
                .with("testAccuracy", ProgressView.number(ProgressView.accuracy(scores)))
                .with("testLoss", ProgressView.number(scores.loss()))
                .with("examples", scores.examples())
                .with("confusion", new JsonArray(rows))
                .with("weights", WeightsHash.of(saved.model()))
                .with("kernels", String.join(", ", Execute.kernelsInUse()))
                .with("run", String.valueOf(run)));
        return Main.DONE;
    }
}

package dev.nudge.cli;

import dev.nudge.train.TrainingEvent;
import dev.nudge.train.io.Json.JsonObject;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Set;
import java.util.function.Consumer;

/// Notes in `run.json` whose kernels a run has computed with, which shows once plans are made; warns when a run goes on
/// with others than it began with.
final class KernelNote implements Consumer<TrainingEvent> {
    /// The member: names and versions, as in `java, oneDNN 3.11.0`.
    static final String KERNELS = "kernels";

    private final RunFolder folder;
    private final JsonObject record;
    private final Console console;
    private final Set<String> kernels;
    private final boolean goesOn;
    private boolean began;

    private KernelNote(RunFolder folder, JsonObject record, List<String> kernels, boolean goesOn, Console console) {
        this.folder = folder;
        this.record = record;
        this.kernels = new LinkedHashSet<>(kernels);
        this.goesOn = goesOn;
        this.console = console;
    }

    /// For a run that begins.
    static KernelNote ofNew(RunFolder folder, JsonObject record, Console console) {
        return new KernelNote(folder, record, List.of(), false, console);
    }

    /// For a run that goes on.
    static KernelNote ofOld(RunFolder folder, JsonObject record, Console console) {
        return new KernelNote(folder, record, List.of(of(folder).split(", ", -1)), true, console);
    }

    /// What is noted of a run; one without the member is from before there was a choice.
    static String of(RunFolder folder) {
        JsonObject old = folder.read();
        return old.has(KERNELS) ? old.text(KERNELS) : Execute.JAVA;
    }

    /// `record` with the member, as far as it is known.
    JsonObject in(JsonObject record) {
        return kernels.isEmpty() ? record : record.with(KERNELS, String.join(", ", kernels));
    }

    @Override
    public void accept(TrainingEvent event) {
        if (event instanceof TrainingEvent.Started) { // all checks are passed
            folder.write(in(record));
        } else if (event instanceof TrainingEvent.StepDone && !began) {
            began = true;
            if (goesOn) {
                compare();
            }
            note();
        } else if (event instanceof TrainingEvent.EpochDone) { // larger batches of a validation may take others
            note();
        }
    }

    private void note() {
        if (kernels.addAll(Execute.kernelsInUse())) {
            folder.write(in(record));
        }
    }

    /// What the first step uses, the first step of the run has used; what the run has used may be for a validation that
    /// is still to come.
    private void compare() {
        Set<String> now = new LinkedHashSet<>(Execute.kernelsInUse());
        now.removeAll(kernels);
        Set<String> missing = new LinkedHashSet<>(kernels);
        missing.removeAll(Execute.usableKernels());
        if (!now.isEmpty() || !missing.isEmpty()) {
            console.warn("warning: the run began with kernels of " + String.join(", ", kernels) + " and goes on with"
                    + " those of " + String.join(", ", Execute.kernelsInUse()) + "; they round differently, so"
                    + " it is not exactly the run that it would have been.");
        }
    }
}

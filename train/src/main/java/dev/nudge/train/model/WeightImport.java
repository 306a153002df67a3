package dev.nudge.train.model;

import dev.nudge.nn.Model;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.Safetensors;
import dev.nudge.train.io.TensorData;
import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;

/// Brings weights that another framework trained into a model, by a map of names.
///
/// A rule sends a name in the file to a path in the model, and says how the numbers are ordered ([Layout]). A `*` in
/// a name stands for a whole number, and the first `*` of the path for the same one, and so on. Nothing is assigned
/// unless everything fits: each parameter and buffer gets its numbers, and each weight has its place or is named as
/// left out.
///
/// {@snippet class="ImportSnippets" region="gpt2"}
public final class WeightImport {
    private record Rule(List<String> sources, String target, Layout layout) {}

    private final Model model;
    private final List<Rule> rules;
    private final List<String> ignored;
    private final List<String> kept;

    private WeightImport(Model model, List<Rule> rules, List<String> ignored, List<String> kept) {
        this.model = model;
        this.rules = rules;
        this.ignored = ignored;
        this.kept = kept;
    }

    /// An import into `model` that has no rules yet.
    public static WeightImport into(Model model) {
        return new WeightImport(model, List.of(), List.of(), List.of());
    }

    /// The same with a rule for weights that are ordered as ours are.
    public WeightImport withRule(String source, String target) {
        return withRule(source, target, Layout.same());
    }

    /// The same with a rule.
    public WeightImport withRule(String source, String target, Layout layout) {
        return with(new Rule(List.of(source), target, layout));
    }

    /// The same with a rule for two weights whose sum is one of ours, such as the two biases of PyTorch's `LSTM`.
    public WeightImport withSum(String first, String second, String target, Layout layout) {
        return with(new Rule(List.of(first, second), target, layout));
    }

    private WeightImport with(Rule rule) {
        return new WeightImport(model, added(rules, rule), ignored, kept);
    }

    /// The same, where weights of this name are left out.
    public WeightImport withIgnored(String source) {
        return new WeightImport(model, rules, added(ignored, source), kept);
    }

    /// The same, where parameters and buffers of this path keep what they have if nothing is found for them.
    public WeightImport withKept(String target) {
        return new WeightImport(model, rules, ignored, added(kept, target));
    }

    private static <T> List<T> added(List<T> list, T more) {
        List<T> longer = new ArrayList<>(list);
        longer.add(more);
        return List.copyOf(longer);
    }

    // ---- matching -------------------------------------------------------------------------------------------------

    /// Reads a safetensors file and gives the model its weights.
    ///
    /// @return what went where
    /// @throws NudgeException E312, if not everything fits, listing what; nothing was assigned then. Else as
    ///         [Safetensors#read]
    public ImportReport load(Path file) {
        try {
            return assign(Safetensors.read(file).tensors(), file.toString());
        } catch (IOException e) {
            throw new NudgeException("E300", file.toString(), "cannot be read (" + e + ").", e);
        }
    }

    /// Says what [#assign] would do; nothing is assigned.
    public ImportReport report(Map<String, TensorData> weights) {
        return new Matching(weights).report();
    }

    /// Gives the model these weights.
    ///
    /// @param where what they are called in errors
    /// @throws NudgeException E312, if not everything fits, listing what; nothing was assigned then
    public ImportReport assign(Map<String, TensorData> weights, String where) {
        Matching matching = new Matching(weights);
        ImportReport report = matching.report();
        if (!report.fits()) {
            throw new NudgeException("E312", where, report.problems() + ". Nothing was assigned.");
        }
        matching.values.forEach((path, value) -> matching.variable(path).assign(value));
        return report;
    }

    private final class Matching {
        private final SequencedMap<String, Variable> variables = new LinkedHashMap<>();
        private final SequencedMap<String, Value> values = new LinkedHashMap<>();
        private final List<ImportReport.Match> matched = new ArrayList<>();
        private final List<ImportReport.Match> mismatched = new ArrayList<>();
        private final List<String> missing = new ArrayList<>();
        private final List<String> unexpected = new ArrayList<>();
        private final Set<String> used = new HashSet<>();
        private final Set<String> reached = new HashSet<>();

        Matching(Map<String, TensorData> weights) {
            variables.putAll(model.parameters());
            variables.putAll(model.buffers());
            for (String name : weights.keySet()) {
                for (Rule rule : rules) {
                    List<String> numbers = numbers(rule.sources().getFirst(), name);
                    if (numbers != null) {
                        match(rule, numbers, weights);
                        break;
                    }
                }
            }
            for (String name : weights.keySet()) {
                if (!used.contains(name) && ignored.stream().noneMatch(pattern -> numbers(pattern, name) != null)) {
                    unexpected.add(name + " " + weights.get(name));
                }
            }
            variables.forEach((path, variable) -> {
                if (!reached.contains(path) && kept.stream().noneMatch(pattern -> numbers(pattern, path) != null)) {
                    missing.add(path + " " + TensorData.of(variable.storage()));
                }
            });
        }

        Variable variable(String path) {
            Variable variable = variables.get(path);
            if (variable == null) {
                throw new IllegalStateException("no variable " + path);
            }
            return variable;
        }

        ImportReport report() {
            return new ImportReport(matched, mismatched, missing, unexpected);
        }

        private void match(Rule rule, List<String> numbers, Map<String, TensorData> weights) {
            List<String> sources = rule.sources().stream()
                    .map(source -> filled(source, numbers))
                    .toList();
            String source = String.join(" + ", sources);
            String path = filled(rule.target(), numbers);
            List<TensorData> data = new ArrayList<>();
            for (String name : sources) {
                TensorData found = weights.get(name);
                if (found == null) {
                    return; // then the parameter is missing, and what is there unexpected
                }
                data.add(found);
            }
            used.addAll(sources);
            String from = data.stream().map(TensorData::toString).collect(Collectors.joining(" + "));
            Variable variable = variables.get(path);
            if (variable == null) {
                mismatched.add(new ImportReport.Match(source, from, path, "nothing", "the model has no such path"));
                return;
            }
            String to = TensorData.of(variable.storage()).toString();
            if (!reached.add(path)) {
                mismatched.add(new ImportReport.Match(source, from, path, to, "another weight goes there too"));
                return;
            }
            try {
                Tensor sum = Tensor.data(data.getFirst().value());
                for (TensorData more : data.subList(1, data.size())) {
                    sum = sum.add(Tensor.data(more.value()));
                }
                Tensor ours = rule.layout().rearrange(sum);
                boolean fits = ours.type().equals(variable.type());
                String reason = fits ? "" : "it becomes " + ours.type();
                (fits ? matched : mismatched).add(new ImportReport.Match(source, from, path, to, reason));
                if (fits) {
                    values.put(path, ours.keep().value().copy());
                }
            } catch (IllegalArgumentException e) {
                mismatched.add(new ImportReport.Match(source, from, path, to, String.valueOf(e.getMessage())));
            }
        }
    }

    /// The numbers that the stars of `pattern` stand for in `name`, or null if it is another name.
    private static @Nullable List<String> numbers(String pattern, String name) {
        String expression = Pattern.quote(pattern).replace("*", "\\E([0-9]{1,9})\\Q");
        Matcher matcher = Pattern.compile(expression).matcher(name);
        if (!matcher.matches()) {
            return null;
        }
        List<String> numbers = new ArrayList<>();
        for (int group = 1; group <= matcher.groupCount(); group++) {
            numbers.add(matcher.group(group));
        }
        return numbers;
    }

    private static String filled(String pattern, List<String> numbers) {
        String text = pattern;
        for (String number : numbers) {
            text = text.replaceFirst("\\*", number);
        }
        return text;
    }
}

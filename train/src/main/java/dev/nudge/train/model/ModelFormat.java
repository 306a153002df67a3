package dev.nudge.train.model;

import dev.nudge.nn.Model;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import dev.nudge.train.io.Archive;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.JsonRules;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.io.Safetensors;
import dev.nudge.train.io.Storage;
import dev.nudge.train.io.TensorData;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Reads and writes model files.
///
/// A `.nudge` file is a zip of `model.json`, which describes layers, input, preprocessing, classes and origin,
/// and `weights.safetensors`, which has the numbers of parameters and buffers by path. It names records of a
/// closed set and holds nothing that could run. A file that was read describes what was written, bit for bit,
/// and a parameter that two layers share is shared again.
///
/// {@snippet class="ModelSnippets" region="file"}
///
/// Layers of one's own are public records too, and are registered under a name, for writing and for reading:
///
/// {@snippet class="ModelSnippets" region="own"}
public final class ModelFormat {
    private static final int VERSION = 1;
    private static final String DESCRIPTION = "model.json";
    private static final String WEIGHTS = "weights.safetensors";
    private static final String FORMAT = "format";
    private static final String CONTENT = "content";
    private static final int LARGEST_DESCRIPTION = 64 << 20; // vocabularies of tokenizers are part of it
    private static final JsonRules RULES = new JsonRules(256, LARGEST_DESCRIPTION, "E341", "E341");

    private final Registry registry;
    private final Storage storage;

    private ModelFormat(Registry registry, Storage storage) {
        this.registry = registry;
        this.storage = storage;
    }

    /// The format with the layers of Nudge.
    public static ModelFormat of() {
        return new ModelFormat(new Registry(Map.of()), Storage.fileSystem());
    }

    /// The same with a layer, or another record inside layers, of one's own.
    ///
    /// @param name letters and digits, beginning with a small letter; the same for reading as for writing
    /// @throws IllegalArgumentException if the name is taken or malformed, or the record is not public
    public ModelFormat withLayer(String name, Class<? extends Record> type) {
        return new ModelFormat(registry.with(name, type), storage);
    }

    /// The same on another storage.
    public ModelFormat withStorage(Storage other) {
        return new ModelFormat(registry, other);
    }

    // ---- writing --------------------------------------------------------------------------------------------------

    /// Writes a file in one step: a reader sees the one before or the whole new one.
    ///
    /// @throws IllegalArgumentException if a layer is not known, a part is nothing that a file can hold, or the
    ///         model does not take its input
    /// @throws NudgeException E344, if a parameter is not a number; E012, if it cannot be written
    public void write(Path file, ModelFile content) {
        SequencedMap<String, Variable> named =
                new LinkedHashMap<>(content.model().parameters());
        named.putAll(content.model().buffers());
        RecordWriter writer = new RecordWriter(registry, named);
        Json description = writer.write(content, ModelFile.class, "");
        Type output = content.output(); // refuses what could not be read
        JsonObject json = JsonObject.EMPTY.with(FORMAT, VERSION).with(CONTENT, description);
        if (output != null) {
            json = json.with("output", output.toString());
        }
        byte[] text = json.pretty().getBytes(StandardCharsets.UTF_8);
        SequencedMap<String, TensorData> tensors = new LinkedHashMap<>();
        writer.variables().forEach((path, variable) -> {
            checkNumbers(path, variable, file.toString());
            tensors.put(path, TensorData.of(variable.storage()));
        });
        SequencedMap<String, Archive.Content> members = new LinkedHashMap<>();
        members.put(DESCRIPTION, out -> out.write(text));
        members.put(WEIGHTS, out -> Safetensors.write(out, tensors, Map.of("format", "nudge")));
        try {
            Archive.write(storage, file, members);
        } catch (IOException e) {
            throw new NudgeException(
                    "E012", file.toString(), "cannot be written (" + e + "). Choose another place.", e);
        }
    }

    // ---- reading --------------------------------------------------------------------------------------------------

    /// Reads a file whole, or refuses it.
    ///
    /// @throws NudgeException E300, if it cannot be read; E301 to E306, if weights are malformed; E310, if it is
    ///         of another kind; E312, if weights are missing or left over; E332, if a layer is not known; E340 to
    ///         E342, if archive or description are malformed; E343, if a newer version wrote it; E344, if a
    ///         parameter is not a number
    public ModelFile read(Path file) {
        Parts parts = new Parts(file.toString());
        try {
            Archive.read(file, parts::take);
        } catch (IOException e) {
            throw new NudgeException("E300", file.toString(), "cannot be read (" + e + ").", e);
        }
        return parts.build();
    }

    /// What was found in a file.
    private final class Parts {
        private final String where;
        private @Nullable JsonObject description;
        private @Nullable Map<String, TensorData> tensors;

        Parts(String where) {
            this.where = where;
        }

        void take(String name, long size, InputStream in) throws IOException {
            switch (name) {
                case DESCRIPTION -> {
                    if (size > LARGEST_DESCRIPTION) {
                        throw bad("is larger than " + (LARGEST_DESCRIPTION >> 20) + " MiB.");
                    }
                    Json json = Json.parse(in.readAllBytes(), where + ": " + DESCRIPTION, RULES);
                    description = json instanceof JsonObject object ? object : JsonObject.EMPTY;
                }
                case WEIGHTS ->
                    tensors = Safetensors.read(in, size, where + ": " + WEIGHTS).tensors();
                default ->
                    throw new NudgeException(
                            "E340",
                            where,
                            "member " + NudgeException.quote(name) + " does not belong into a model file; expected "
                                    + DESCRIPTION + " and " + WEIGHTS + ".");
            }
        }

        private NudgeException bad(String problem) {
            return new NudgeException("E341", where + ": " + DESCRIPTION, problem);
        }

        ModelFile build() {
            JsonObject json = description;
            Map<String, TensorData> data = tensors;
            if (json == null || data == null) {
                throw new NudgeException(
                        "E341",
                        where,
                        "this zip file is no model - expected " + DESCRIPTION + " and " + WEIGHTS + ", found "
                                + (json == null && data == null ? "neither." : "one of them."));
            }
            if (!(json.find(FORMAT) instanceof Json.JsonNumber number) || !number.isLong()) {
                throw bad("it does not say its format.");
            }
            if (number.asLong() != VERSION) {
                throw new NudgeException(
                        "E343",
                        where,
                        "format " + number.literal() + ", this program reads " + VERSION
                                + ". Use the version that wrote it, or a newer one.");
            }
            Json content = json.find(CONTENT);
            for (String key : json.members().keySet()) {
                if (!key.equals(FORMAT) && !key.equals(CONTENT) && !key.equals("output")) {
                    throw bad("unknown member " + NudgeException.quote(key) + ".");
                }
            }
            RecordReader reader = new RecordReader(
                    registry,
                    path -> Optional.ofNullable(data.get(path)).map(TensorData::value),
                    where + ": " + DESCRIPTION);
            if (content == null || !(reader.read(content, ModelFile.class, "") instanceof ModelFile model)) {
                throw bad("it describes no model.");
            }
            for (String path : data.keySet()) {
                Variable variable = reader.variables().get(path);
                if (variable == null) {
                    throw new NudgeException(
                            "E312",
                            where,
                            "unexpected " + NudgeException.quote(path) + " among the weights; no layer uses it.");
                }
                checkNumbers(path, variable, where);
            }
            check(model, json.find("output"));
            return model;
        }

        /// Writes the graph of the model, in which parts that do not fit each other show.
        private void check(ModelFile file, @Nullable Json stated) {
            try {
                Model model = file.model();
                model.parameters();
                Type output = file.output();
                boolean same = output == null
                        ? stated == null
                        : stated instanceof Json.JsonText(String text) && text.equals(output.toString());
                if (!same) {
                    throw bad("it states the output "
                            + (stated == null ? "nothing" : NudgeException.quote(stated.compact()))
                            + ", but its layers give " + output + ".");
                }
            } catch (NudgeException e) {
                throw e;
            } catch (RuntimeException | OutOfMemoryError | StackOverflowError e) {
                String reason = e instanceof IllegalArgumentException ? String.valueOf(e.getMessage()) : e.toString();
                throw new NudgeException("E341", where + ": " + DESCRIPTION, "its parts do not fit: " + reason, e);
            }
        }
    }

    private static void checkNumbers(String path, Variable variable, String where) {
        Value value = variable.storage();
        if (value.type().dtype() != DType.F32 && value.type().dtype() != DType.F64) {
            return;
        }
        for (int i = 0; i < value.elements(); i++) {
            if (Double.isNaN(value.at(i))) {
                throw new NudgeException(
                        "E344",
                        where,
                        "the weights " + NudgeException.quote(path) + " are not all numbers: NaN at element " + i
                                + ". Use an earlier file or checkpoint.");
            }
        }
    }
}

package dev.nudge.train.io;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonObject;
import java.io.BufferedOutputStream;
import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.Map;
import java.util.zip.CRC32C;
import org.jspecify.annotations.Nullable;

/// Writes the files of one checkpoint into a directory, and reads them back if every byte is as it was written.
///
/// The manifest is written last. It lists length, CRC32C and SHA-256 of the other files and ends with a checksum of
/// itself; every file also says which run and step it belongs to.
final class CheckpointFiles {
    /// The format that this version writes, and the newest that it reads.
    static final int FORMAT = 1;

    static final String MANIFEST = "MANIFEST.json";
    static final String TENSORS = "tensors.safetensors";
    static final String OPTIMIZER = "optimizer.safetensors";
    static final String STATE = "state.json";

    private static final JsonRules RULES = new JsonRules(128, 256 << 20, "E407", "E407");
    private static final int BUFFER = 1 << 16;

    private final Storage storage;
    private final Path directory;

    CheckpointFiles(Storage storage, Path directory) {
        this.storage = storage;
        this.directory = directory;
    }

    /// Writes all files and forces each, and then the directory.
    void write(Checkpoint checkpoint) throws IOException {
        var listed = new ArrayList<Json>();
        listed.add(part(TENSORS, out -> Safetensors.write(out, checkpoint.parameters(), identity(checkpoint))));
        listed.add(part(OPTIMIZER, out -> Safetensors.write(out, checkpoint.optimizer(), identity(checkpoint))));
        JsonObject state = identified(checkpoint).with("state", checkpoint.state());
        listed.add(part(STATE, out -> out.write(state.pretty().getBytes(StandardCharsets.UTF_8))));
        JsonObject manifest = JsonObject.EMPTY
                .with("format", FORMAT)
                .with("run", checkpoint.runId())
                .with("step", checkpoint.step())
                .with("files", new JsonArray(listed));
        JsonObject sealed = manifest.with("checksum", checksum(manifest));
        part(MANIFEST, out -> out.write(sealed.pretty().getBytes(StandardCharsets.UTF_8)));
        storage.forceDirectory(directory);
    }

    @FunctionalInterface
    private interface Content {
        void writeTo(OutputStream out) throws IOException;
    }

    private JsonObject part(String name, Content content) throws IOException {
        try (Storage.NewFile file = storage.create(directory.resolve(name))) {
            var sums = new Sums(file);
            var buffered = new BufferedOutputStream(sums, BUFFER);
            content.writeTo(buffered);
            buffered.flush();
            file.force();
            return sums.describe(name);
        }
    }

    private static Map<String, String> identity(Checkpoint checkpoint) {
        return Map.of("run", checkpoint.runId(), "step", Long.toString(checkpoint.step()));
    }

    private static JsonObject identified(Checkpoint checkpoint) {
        return JsonObject.EMPTY.with("run", checkpoint.runId()).with("step", checkpoint.step());
    }

    private static String checksum(JsonObject manifest) {
        var crc = new CRC32C();
        crc.update(manifest.pretty().getBytes(StandardCharsets.UTF_8));
        return HexFormat.of().toHexDigits((int) crc.getValue());
    }

    /// Reads and checks everything.
    ///
    /// @throws Damage if anything is not as it was written
    /// @throws NudgeException E405, if a newer version wrote it; E408, if it has a symbolic link
    /// @throws IOException if a file cannot be read
    Checkpoint read() throws Damage, IOException {
        JsonObject manifest = manifest();
        try {
            Safetensors.Contents tensors = tensors(TENSORS, manifest);
            Safetensors.Contents optimizer = tensors(OPTIMIZER, manifest);
            return new Checkpoint(
                    manifest.text("run"),
                    manifest.integer("step"),
                    tensors.tensors(),
                    optimizer.tensors(),
                    state(manifest).object("state"));
        } catch (NudgeException e) {
            if (e.code().equals("E408")) {
                throw e;
            }
            throw new Damage(e.problem());
        }
    }

    private JsonObject manifest() throws Damage, IOException {
        byte[] bytes = bytes(MANIFEST);
        JsonObject sealed;
        try {
            if (!(Json.parse(bytes, MANIFEST, RULES) instanceof JsonObject object)) {
                throw new Damage(MANIFEST + " is not an object");
            }
            sealed = object;
            boolean whole = new String(bytes, StandardCharsets.UTF_8).equals(sealed.pretty())
                    && sealed.text("checksum").equals(checksum(sealed.without("checksum")));
            if (!whole) {
                throw new Damage("checksum of " + MANIFEST + " differs");
            }
        } catch (NudgeException e) {
            throw new Damage(MANIFEST + " is damaged (" + e.problem() + ")");
        }
        // Only a manifest that is whole can be believed when it says that it is newer.
        if (sealed.integer("format") != FORMAT) {
            throw new NudgeException(
                    "E405",
                    directory.toString(),
                    "format " + sealed.integer("format") + ", this program reads up to " + FORMAT
                            + ". Use the version that wrote it, or a newer one.");
        }
        return sealed;
    }

    private Safetensors.Contents tensors(String name, JsonObject manifest) throws Damage, IOException {
        JsonObject listed = listed(name, manifest);
        Damage damage = compareSums(name, listed);
        Safetensors.Contents contents;
        try (InputStream in = storage.open(directory.resolve(name))) {
            contents = Safetensors.read(in, storage.size(directory.resolve(name)), name);
        } catch (NudgeException e) {
            throw damage == null ? new Damage(name + ": " + e.problem()) : damage;
        }
        Map<String, String> identity = contents.metadata();
        checkIdentity(name, identity.getOrDefault("run", ""), identity.getOrDefault("step", ""), manifest);
        if (damage != null) {
            throw damage;
        }
        return contents;
    }

    private JsonObject state(JsonObject manifest) throws Damage, IOException {
        Damage damage = compareSums(STATE, listed(STATE, manifest));
        JsonObject state;
        try {
            if (!(Json.parse(bytes(STATE), STATE, RULES) instanceof JsonObject object)) {
                throw new Damage(STATE + " is not an object");
            }
            state = object;
            checkIdentity(STATE, state.text("run"), Long.toString(state.integer("step")), manifest);
        } catch (NudgeException e) {
            throw damage == null ? new Damage(STATE + ": " + e.problem()) : damage;
        }
        if (damage != null) {
            throw damage;
        }
        return state;
    }

    private static JsonObject listed(String name, JsonObject manifest) throws Damage {
        for (Json file : manifest.array("files")) {
            if (file instanceof JsonObject listed && listed.text("name").equals(name)) {
                return listed;
            }
        }
        throw new Damage("the manifest does not list " + name);
    }

    /// The identity is looked at even where the sums differ: "belongs to step 1100" says more than "differs".
    private static void checkIdentity(String name, String run, String step, JsonObject manifest) throws Damage {
        if (!run.equals(manifest.text("run"))) {
            throw new Damage(name + " belongs to run " + NudgeException.quote(run));
        }
        if (!step.equals(Long.toString(manifest.integer("step")))) {
            throw new Damage(name + " belongs to step " + step);
        }
    }

    private @Nullable Damage compareSums(String name, JsonObject listed) throws Damage, IOException {
        checkFile(name);
        var sums = new Sums(OutputStream.nullOutputStream());
        try (InputStream in = storage.open(directory.resolve(name))) {
            in.transferTo(sums);
        }
        JsonObject found = sums.describe(name);
        if (found.equals(listed)) {
            return null;
        }
        long length = found.integer("bytes");
        return new Damage(
                length < listed.integer("bytes")
                        ? name + " truncated at " + length
                        : "checksum of " + name + " differs");
    }

    private void checkFile(String name) throws Damage, IOException {
        Path file = directory.resolve(name);
        switch (storage.kind(file)) {
            case MISSING -> throw new Damage(name + " missing");
            case DIRECTORY, OTHER -> throw new Damage(name + " is not a file");
            case LINK -> throw CheckpointStore.link(file);
            case FILE -> {}
        }
    }

    private byte[] bytes(String name) throws Damage, IOException {
        checkFile(name);
        Path file = directory.resolve(name);
        if (storage.size(file) > RULES.maxBytes()) {
            throw new Damage(name + " has " + storage.size(file) + " bytes, more than " + RULES.maxBytes());
        }
        try (InputStream in = storage.open(file)) {
            return in.readNBytes(RULES.maxBytes());
        }
    }

    /// A checkpoint that is not as it was written: it is passed over, and the message says why.
    static final class Damage extends Exception {
        Damage(String message) {
            super(message);
        }

        /// The reason, always there.
        String reason() {
            return String.valueOf(getMessage());
        }
    }

    /// Counts and sums up what is written through it.
    private static final class Sums extends FilterOutputStream {
        private final CRC32C crc = new CRC32C();
        private final MessageDigest sha256 = sha256();
        private long count;

        Sums(OutputStream out) {
            super(out);
        }

        @Override
        public void write(int value) throws IOException {
            write(new byte[] {(byte) value}, 0, 1);
        }

        @Override
        public void write(byte[] bytes, int from, int length) throws IOException {
            out.write(bytes, from, length);
            crc.update(bytes, from, length);
            sha256.update(bytes, from, length);
            count += length;
        }

        /// To be called once, at the end.
        JsonObject describe(String name) {
            return JsonObject.EMPTY
                    .with("name", name)
                    .with("bytes", count)
                    .with("crc32c", HexFormat.of().toHexDigits((int) crc.getValue()))
                    .with("sha256", HexFormat.of().formatHex(sha256.digest()));
        }

        private static MessageDigest sha256() {
            try {
                return MessageDigest.getInstance("SHA-256");
            } catch (NoSuchAlgorithmException e) {
                throw new AssertionError("every Java platform has SHA-256", e);
            }
        }
    }
}

package dev.nudge.train.io;

import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// The checked header of a safetensors file: every rule holds before a tensor is allocated.
///
/// @param metadata the strings under `__metadata__`
/// @param entries one for each tensor, in the order of their bytes, which they cover without hole or overlap
record SafetensorsHeader(SequencedMap<String, String> metadata, List<Entry> entries) {
    static final String METADATA = "__metadata__";
    static final String TYPE = "dtype";
    static final String SHAPE = "shape";
    static final String OFFSETS = "data_offsets";

    private static final int MAX_RANK = 16;
    private static final int MAX_NAME = 4096;
    private static final BigInteger MAX_LONG = BigInteger.valueOf(Long.MAX_VALUE);

    /// Where one tensor lies.
    ///
    /// @param begin offset of its first byte after the header
    /// @param end offset after its last byte
    record Entry(String name, ElementType type, List<Long> shape, long begin, long end) {
        long bytes() {
            return end - begin;
        }
    }

    /// Checks the header against the number of bytes that follow it.
    static SafetensorsHeader of(byte[] utf8, long dataBytes, String where) {
        var rules = new JsonRules(4, Integer.MAX_VALUE, "E303", "E305");
        if (!(Json.parse(utf8, where + ": header", rules) instanceof JsonObject header)) {
            throw new NudgeException("E303", where + ": header", "expected a JSON object.");
        }
        var metadata = new LinkedHashMap<String, String>();
        var entries = new ArrayList<Entry>();
        header.members().forEach((name, value) -> {
            if (name.equals(METADATA)) {
                metadata.putAll(metadata(value, where));
            } else {
                entries.add(new EntryCheck(name, where).entry(value));
            }
        });
        entries.sort(Comparator.comparingLong(Entry::begin).thenComparingLong(Entry::end));
        checkCovered(entries, dataBytes, where);
        return new SafetensorsHeader(
                Collections.unmodifiableSequencedMap(metadata), Collections.unmodifiableList(entries));
    }

    private static Map<String, String> metadata(Json value, String where) {
        if (!(value instanceof JsonObject object)) {
            throw new NudgeException("E305", where, METADATA + " must be an object of strings, found " + value.kind());
        }
        var strings = new LinkedHashMap<String, String>();
        object.members().forEach((key, member) -> {
            if (!(member instanceof JsonText(String text))) {
                throw new NudgeException(
                        "E305", where, METADATA + "." + key + " must be a string, found " + member.kind() + ".");
            }
            strings.put(key, text);
        });
        return strings;
    }

    private static void checkCovered(List<Entry> sorted, long dataBytes, String where) {
        long at = 0;
        for (Entry entry : sorted) {
            if (entry.begin() != at) {
                throw new NudgeException(
                        "E306",
                        place(where, entry.name()),
                        "begins at byte " + entry.begin() + ", but the tensor before it ends at " + at + " - "
                                + (entry.begin() > at ? "unused bytes." : "the two overlap."));
            }
            if (entry.end() > dataBytes) {
                throw new NudgeException(
                        "E306",
                        place(where, entry.name()),
                        "needs bytes " + entry.begin() + ".." + entry.end() + ", file has " + dataBytes
                                + " - truncated.");
            }
            at = entry.end();
        }
        if (at != dataBytes) {
            throw new NudgeException("E306", where, (dataBytes - at) + " unused bytes after the last tensor.");
        }
    }

    private static String place(String where, String name) {
        return where + ": tensor " + NudgeException.quote(name);
    }

    /// The checks on one member of the header.
    private record EntryCheck(String name, String where) {
        Entry entry(Json value) {
            if (name.length() > MAX_NAME) {
                throw error("name has " + name.length() + " characters - expected at most " + MAX_NAME + ".");
            }
            if (!(value instanceof JsonObject object)) {
                throw error("expected an object with dtype, shape and data_offsets, found " + value.kind() + ".");
            }
            for (String key : object.members().keySet()) {
                if (!key.equals(TYPE) && !key.equals(SHAPE) && !key.equals(OFFSETS)) {
                    throw error("unknown key " + NudgeException.quote(key)
                            + " - expected dtype, shape and data_offsets only.");
                }
            }
            ElementType type = type(object.find(TYPE));
            List<Long> shape = shape(object.find(SHAPE));
            long bytes = bytes(type, shape);
            List<Long> offsets = offsets(object.find(OFFSETS));
            long begin = offsets.getFirst();
            long end = offsets.getLast();
            if (begin > end) {
                throw error("data_offsets [" + begin + "," + end + "] end before they begin.");
            }
            if (end - begin != bytes) {
                throw error(type + " " + shape + " needs " + bytes + " bytes, offsets give " + (end - begin) + ".");
            }
            return new Entry(name, type, shape, begin, end);
        }

        private ElementType type(@Nullable Json value) {
            if (value instanceof JsonText(String text)) {
                for (ElementType type : ElementType.values()) {
                    if (type.name().equals(text)) {
                        return type;
                    }
                }
            }
            throw error("unknown dtype, found " + found(value) + " (known: " + Arrays.toString(ElementType.values())
                    + ").");
        }

        private List<Long> shape(@Nullable Json value) {
            if (!(value instanceof JsonArray(List<Json> elements))) {
                throw error("shape must be an array of integers, found " + found(value) + ".");
            }
            if (elements.size() > MAX_RANK) {
                throw error("rank " + elements.size() + " above limit " + MAX_RANK + ".");
            }
            return integers(SHAPE, elements);
        }

        private List<Long> offsets(@Nullable Json value) {
            if (value instanceof JsonArray(List<Json> elements) && elements.size() == 2) {
                return integers(OFFSETS, elements);
            }
            throw error("data_offsets must be [begin,end], found " + found(value) + ".");
        }

        private List<Long> integers(String key, List<Json> elements) {
            var values = new ArrayList<Long>(elements.size());
            for (Json element : elements) {
                String place = key + "[" + values.size() + "]";
                boolean integer = element instanceof JsonNumber number
                        && number.isInteger()
                        && !number.literal().startsWith("-");
                if (!integer) {
                    throw error(place + " must be an integer from 0, found " + found(element) + ".");
                }
                if (element instanceof JsonNumber number && !number.isLong()) {
                    throw error(place + " overflows 63 bits, found " + number.literal() + ".");
                }
                values.add(((JsonNumber) element).asLong());
            }
            return Collections.unmodifiableList(values);
        }

        /// The product is taken without the zeros: whether it overflows must not depend on the order of the extents.
        private long bytes(ElementType type, List<Long> shape) {
            BigInteger bits = BigInteger.valueOf(type.bits());
            for (long extent : shape) {
                bits = bits.multiply(BigInteger.valueOf(Math.max(extent, 1)));
            }
            if (bits.compareTo(MAX_LONG) > 0) {
                throw error("element count overflows, shape " + shape + ".");
            }
            if (shape.contains(0L)) {
                return 0;
            }
            if (bits.longValueExact() % 8 != 0) {
                throw error(bits + " bits do not fill whole bytes.");
            }
            return bits.longValueExact() / 8;
        }

        private static String found(@Nullable Json value) {
            return value == null ? "nothing" : NudgeException.quote(value.compact());
        }

        private NudgeException error(String problem) {
            return new NudgeException("E304", place(where, name), problem);
        }
    }
}

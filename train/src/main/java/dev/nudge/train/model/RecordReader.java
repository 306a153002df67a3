package dev.nudge.train.model;

import dev.nudge.tensor.Buffer;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Value;
import dev.nudge.tensor.Variable;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonBoolean;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.io.NudgeException;
import dev.nudge.train.text.Tokenizer;
import java.lang.reflect.Constructor;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.SequencedMap;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Makes records from their description, as [RecordWriter] writes it.
///
/// What is made is led by the declared types of components, never by the text: the text can only choose among
/// the records of the [Registry]. Every component must be there and no other.
final class RecordReader {
    private static final String BAD = "E341";
    private static final String UNKNOWN = "E332";

    private final Registry registry;
    private final Function<String, Optional<Value>> elements;
    private final String where;
    private final SequencedMap<String, Variable> variables = new LinkedHashMap<>();

    /// @param elements the stored elements under a path
    /// @param where    what the text is called in errors
    RecordReader(Registry registry, Function<String, Optional<Value>> elements, String where) {
        this.registry = registry;
        this.elements = elements;
        this.where = where;
    }

    /// The variables made so far, by path.
    SequencedMap<String, Variable> variables() {
        return variables;
    }

    /// The value that `json` describes where a `declared` one is wanted; null if it says so.
    ///
    /// @throws NudgeException E332, if it names an unknown record; E312, if a variable has no elements; else E341
    @Nullable
    Object read(Json json, Type declared, String place) {
        Class<?> raw = Declared.raw(declared);
        if (raw == OptionalInt.class) {
            Object number = read(json, Integer.class, place);
            return number instanceof Integer present ? OptionalInt.of(present) : OptionalInt.empty();
        }
        if (json instanceof JsonNull) {
            if (raw.isPrimitive()) {
                throw wrong(place, "expected " + raw.getSimpleName() + ", found null");
            }
            return null;
        }
        if (raw == boolean.class || raw == Boolean.class) {
            return json instanceof JsonBoolean(boolean value) ? value : expected("true or false", json, place);
        }
        if (raw == int.class || raw == Integer.class) {
            boolean fits = json instanceof JsonNumber n && n.isLong() && n.asLong() == (int) n.asLong();
            return fits ? (int) ((JsonNumber) json).asLong() : expected("a 32-bit integer", json, place);
        }
        if (raw == long.class || raw == Long.class) {
            return json instanceof JsonNumber n && n.isLong() ? n.asLong() : expected("a 64-bit integer", json, place);
        }
        if (raw == double.class || raw == Double.class) {
            return real(json, place);
        }
        if (raw == float.class || raw == Float.class) {
            return (float) real(json, place);
        }
        if (raw == String.class) {
            return json instanceof JsonText(String text) ? text : expected("a text", json, place);
        }
        if (raw.isEnum()) {
            return constant(json, raw, place);
        }
        if (raw == Shape.class) {
            return shape(json, place);
        }
        if (raw == Parameter.class || raw == Buffer.class) {
            return variable(json, raw, place);
        }
        if (raw == Tokenizer.class) {
            try {
                return Tokenizer.fromJson(object(json, place));
            } catch (NudgeException e) {
                throw new NudgeException(BAD, where(RecordWriter.inside(place, e.where())), e.problem(), e);
            }
        }
        if (raw == List.class) {
            List<@Nullable Object> list = new ArrayList<>();
            for (Json element : elements(json, place)) {
                list.add(read(element, Declared.argument(declared, 0), RecordWriter.inside(place, "" + list.size())));
            }
            return Collections.unmodifiableList(list);
        }
        if (raw == Map.class || raw == SequencedMap.class) {
            SequencedMap<String, @Nullable Object> map = new LinkedHashMap<>();
            for (var member : object(json, place).members().entrySet()) {
                String key = member.getKey();
                map.put(key, read(member.getValue(), Declared.argument(declared, 1), RecordWriter.inside(place, key)));
            }
            return Collections.unmodifiableSequencedMap(map);
        }
        return record(object(json, place), raw, place);
    }

    private double real(Json json, String place) {
        return switch (json) {
            case JsonNumber number when Double.isFinite(number.asDouble()) -> number.asDouble();
            case JsonText(String text) when text.equals("NaN") -> Double.NaN;
            case JsonText(String text) when text.equals("Infinity") -> Double.POSITIVE_INFINITY;
            case JsonText(String text) when text.equals("-Infinity") -> Double.NEGATIVE_INFINITY;
            default -> (double) expected("a number", json, place);
        };
    }

    private Object constant(Json json, Class<?> type, String place) {
        Object[] constants = type.getEnumConstants();
        if (json instanceof JsonText(String text) && constants != null) {
            for (Object constant : constants) {
                if (((Enum<?>) constant).name().equals(text)) {
                    return constant;
                }
            }
        }
        return expected("one of " + Arrays.toString(constants), json, place);
    }

    private Shape shape(Json json, String place) {
        List<Json> extents = elements(json, place);
        int[] numbers = new int[extents.size()];
        for (int i = 0; i < numbers.length; i++) {
            numbers[i] = (int) notNull(read(extents.get(i), int.class, place));
        }
        try {
            return Shape.of(numbers);
        } catch (IllegalArgumentException e) {
            throw new NudgeException(BAD, where(place), e.getMessage() + ".", e);
        }
    }

    private Variable variable(Json json, Class<?> kind, String place) {
        String path = json instanceof JsonText(String text) ? text : (String) expected("a path", json, place);
        Variable known = variables.get(path);
        if (known == null) {
            Value value = elements.apply(path)
                    .orElseThrow(() -> new NudgeException(
                            "E312", where(place), "missing " + NudgeException.quote(path) + " among the weights."));
            known = kind == Parameter.class ? Parameter.of(value) : Buffer.of(value);
            variables.put(path, known);
        }
        if (!kind.isInstance(known)) {
            throw wrong(place, NudgeException.quote(path) + " is used as a parameter and as a buffer");
        }
        return known;
    }

    private Object record(JsonObject object, Class<?> declared, String place) {
        Class<?> type = declared;
        if (object.has(RecordWriter.IS)) {
            Json name = object.find(RecordWriter.IS);
            type = name instanceof JsonText(String text) ? registry.find(text, declared) : null;
            if (type == null) {
                throw new NudgeException(
                        UNKNOWN,
                        where(place),
                        NudgeException.quote(name instanceof JsonText(String text) ? text : String.valueOf(name))
                                + " is no known " + declared.getSimpleName()
                                + ". Register your own with ModelFormat.withLayer, or use the version that wrote it.");
            }
        }
        if (!type.isRecord()) {
            throw wrong(
                    place,
                    "it does not say which " + declared.getSimpleName() + " it is; expected a member "
                            + RecordWriter.IS);
        }
        RecordComponent[] components = type.getRecordComponents();
        @Nullable Object[] parts = new @Nullable Object[components.length];
        Class<?>[] types = new Class<?>[components.length];
        int expectedMembers = object.has(RecordWriter.IS) ? 1 : 0;
        for (int i = 0; i < components.length; i++) {
            String name = components[i].getName();
            Json part = object.find(name);
            if (part == null) {
                throw wrong(place, "its member " + name + " is missing");
            }
            parts[i] = read(part, components[i].getGenericType(), RecordWriter.inside(place, name));
            types[i] = components[i].getType();
            expectedMembers++;
        }
        if (object.members().size() != expectedMembers) {
            throw unexpected(object, components, place);
        }
        return make(type, types, parts, place);
    }

    private NudgeException unexpected(JsonObject object, RecordComponent[] components, String place) {
        List<String> names = new ArrayList<>(List.of(RecordWriter.IS));
        for (RecordComponent component : components) {
            names.add(component.getName());
        }
        for (String key : object.members().keySet()) {
            if (!names.contains(key)) {
                return wrong(place, "unknown member " + NudgeException.quote(key) + "; expected " + names);
            }
        }
        return wrong(place, "a member is there twice");
    }

    private Object make(Class<?> type, Class<?>[] types, @Nullable Object[] parts, String place) {
        try {
            Constructor<?> constructor = type.getDeclaredConstructor(types);
            constructor.trySetAccessible();
            return constructor.newInstance(parts);
        } catch (InvocationTargetException e) {
            Throwable cause = e.getCause() == null ? e : e.getCause();
            String reason = cause instanceof IllegalArgumentException && cause.getMessage() != null
                    ? cause.getMessage()
                    : "its parts do not fit (" + cause + ")";
            throw new NudgeException(BAD, where(place), reason, cause);
        } catch (ReflectiveOperationException e) {
            throw new NudgeException(
                    BAD,
                    where(place),
                    type.getName() + " cannot be made; it must be a public record in an exported package.",
                    e);
        }
    }

    private JsonObject object(Json json, String place) {
        return json instanceof JsonObject object ? object : (JsonObject) expected("an object", json, place);
    }

    private List<Json> elements(Json json, String place) {
        return json instanceof JsonArray(List<Json> list)
                ? list
                : ((JsonArray) expected("an array", json, place)).elements();
    }

    private static Object notNull(@Nullable Object value) {
        if (value == null) {
            throw new IllegalStateException("read() refuses null for a primitive type");
        }
        return value;
    }

    private Object expected(String what, Json found, String place) {
        throw wrong(place, "expected " + what + ", found " + NudgeException.quote(found.compact()));
    }

    private NudgeException wrong(String place, String reason) {
        return new NudgeException(BAD, where(place), reason + ".");
    }

    private String where(String place) {
        return place.isEmpty() ? where : where + " " + place;
    }
}

package dev.nudge.train.model;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Variable;
import dev.nudge.train.io.Json;
import dev.nudge.train.io.Json.JsonArray;
import dev.nudge.train.io.Json.JsonBoolean;
import dev.nudge.train.io.Json.JsonNull;
import dev.nudge.train.io.Json.JsonNumber;
import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.Json.JsonText;
import dev.nudge.train.text.Tokenizer;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.RecordComponent;
import java.lang.reflect.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.OptionalInt;
import java.util.SequencedMap;
import org.jspecify.annotations.Nullable;

/// Describes records as JSON, by their components; [RecordReader] makes them again.
///
/// A record is an object of its components. Where the component that holds it does not say which record it is,
/// the member `is` does. Numbers, truth values, texts, constants of enumerations and shapes stand for
/// themselves; numbers that JSON lacks are texts (`NaN`, `Infinity`). A variable is the path under which its
/// elements are stored: one that is used twice has one path, so it is shared again when it is read.
final class RecordWriter {
    /// Member that says which record an object is; no component can be called that.
    static final String IS = "is";

    private final Registry registry;
    private final Map<Variable, String> paths = new IdentityHashMap<>();
    private final SequencedMap<String, Variable> variables = new LinkedHashMap<>();

    /// @param named the paths of variables; others get the place where they are found
    RecordWriter(Registry registry, Map<String, ? extends Variable> named) {
        this.registry = registry;
        named.forEach((path, variable) -> paths.put(variable, path));
    }

    /// The variables met so far, by path.
    SequencedMap<String, Variable> variables() {
        return variables;
    }

    /// Describes `value`, which stands where a `declared` one may.
    ///
    /// @throws IllegalArgumentException if a part is nothing that a file can hold
    Json write(@Nullable Object value, Type declared, String place) {
        return switch (value) {
            case null -> new JsonNull();
            case Boolean truth -> new JsonBoolean(truth);
            case Integer number -> JsonNumber.of(number.longValue());
            case Long number -> JsonNumber.of(number.longValue());
            case Float number -> real(number);
            case Double number -> real(number);
            case String text -> new JsonText(text);
            case OptionalInt number -> number.isPresent() ? JsonNumber.of(number.getAsInt()) : new JsonNull();
            case Enum<?> constant -> new JsonText(constant.name());
            case Tokenizer tokenizer -> tokenizer.toJson();
            case Shape shape ->
                JsonArray.of(Arrays.stream(shape.toArray()).asLongStream().toArray());
            case Variable variable -> new JsonText(path(variable, place));
            case List<?> list -> {
                List<Json> elements = new ArrayList<>();
                for (int i = 0; i < list.size(); i++) {
                    elements.add(write(list.get(i), Declared.argument(declared, 0), inside(place, "" + i)));
                }
                yield new JsonArray(elements);
            }
            case Map<?, ?> map -> {
                SequencedMap<String, Json> members = new LinkedHashMap<>();
                map.forEach((key, part) -> {
                    if (!(key instanceof String name)) {
                        throw unknown(place, map.getClass());
                    }
                    members.put(name, write(part, Declared.argument(declared, 1), inside(place, name)));
                });
                yield new JsonObject(members);
            }
            case Record parts -> record(parts, Declared.raw(declared), place);
            default -> throw unknown(place, value.getClass());
        };
    }

    private static IllegalArgumentException unknown(String place, Class<?> type) {
        return new IllegalArgumentException("model format: " + place + " is a " + type.getName()
                + ", which a model file cannot hold; expected a record of numbers, truth values, texts, enum constants,"
                + " variables, lists and records");
    }

    private static Json real(double value) {
        return Double.isFinite(value) ? JsonNumber.of(value) : new JsonText(Double.toString(value));
    }

    private String path(Variable variable, String place) {
        String path = paths.computeIfAbsent(variable, _ -> place);
        Variable other = variables.putIfAbsent(path, variable);
        if (other != null && other != variable) {
            throw new IllegalArgumentException("model format: two variables have the path " + path);
        }
        return path;
    }

    private JsonObject record(Record parts, Class<?> declared, String place) {
        Class<?> type = parts.getClass();
        SequencedMap<String, Json> members = new LinkedHashMap<>();
        if (type != declared) {
            members.put(IS, new JsonText(registry.name(type, declared)));
        }
        for (RecordComponent component : type.getRecordComponents()) {
            String name = component.getName();
            if (name.equals(IS)) {
                throw new IllegalArgumentException(
                        "model format: no component can be called " + IS + ", found in " + type.getName());
            }
            members.put(name, write(read(parts, component), component.getGenericType(), inside(place, name)));
        }
        return new JsonObject(members);
    }

    static String inside(String place, String name) {
        return place.isEmpty() ? name : place + "." + name;
    }

    private static @Nullable Object read(Record parts, RecordComponent component) {
        Method accessor = component.getAccessor();
        accessor.trySetAccessible();
        try {
            return accessor.invoke(parts);
        } catch (IllegalAccessException | InvocationTargetException e) {
            throw new IllegalArgumentException(
                    "model format: component " + component.getName() + " of "
                            + parts.getClass().getName() + " cannot be read; make the record public in an exported"
                            + " package",
                    e);
        }
    }
}

package dev.nudge.train.model;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Model;
import dev.nudge.train.io.NudgeException;
import java.lang.reflect.Modifier;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/// Which records a model file may name, and how.
///
/// The set is closed. A name is the simple name of a record, beginning with a small letter (of one inside
/// another, both with a dot between), and it is looked for
/// in one place only, given by the type that is expected: the package of the layers for a layer, the package of
/// the interface for another interface of that module (such as initializers), the permitted classes for a sealed
/// interface. What is found must be a public record of the expected type. So a new layer is known without being
/// listed, and a file cannot reach any other class. Records from elsewhere are registered by hand.
///
/// @param own records from elsewhere by name
record Registry(Map<String, Class<? extends Record>> own) {
    private static final Pattern NAME = Pattern.compile("[a-z][A-Za-z0-9]{0,99}(\\.[a-z][A-Za-z0-9]{0,99})?");
    private static final Module LAYERS = Layer.class.getModule();
    private static final String LAYERS_PACKAGE = Layer.class.getPackageName();

    Registry {
        own = Collections.unmodifiableMap(new LinkedHashMap<>(own));
    }

    /// This registry with one more record.
    ///
    /// @throws IllegalArgumentException if the name is malformed or taken, or the record cannot be used
    Registry with(String name, Class<? extends Record> type) {
        if (!NAME.matcher(name).matches() || name.contains(".")) {
            throw new IllegalArgumentException(
                    "model format: expected a name of letters and digits that begins with a small one, found "
                            + NudgeException.quote(name));
        }
        if (own.containsKey(name) || inPackage(LAYERS_PACKAGE, name, Model.class) != null) {
            throw new IllegalArgumentException(
                    "model format: the name " + name + " is taken; register " + type.getName() + " under another");
        }
        if (!type.isRecord() || !Modifier.isPublic(type.getModifiers())) {
            throw new IllegalArgumentException("model format: " + type.getName()
                    + " must be a public record, so that it can be made from its parts");
        }
        Map<String, Class<? extends Record>> more = new LinkedHashMap<>(own);
        more.put(name, type);
        return new Registry(more);
    }

    /// The record of this name where an `expected` one is wanted, or null.
    @Nullable
    Class<?> find(String name, Class<?> expected) {
        if (!NAME.matcher(name).matches()) {
            return null;
        }
        Class<?> registered = own.get(name);
        if (registered != null) {
            return expected.isAssignableFrom(registered) ? registered : null;
        }
        if (Model.class.isAssignableFrom(expected)) {
            return inPackage(LAYERS_PACKAGE, name, expected);
        }
        if (expected.isSealed()) {
            return permitted(expected, name);
        }
        boolean known =
                expected.getModule() == LAYERS && expected.getPackageName().startsWith(LAYERS_PACKAGE);
        return known ? inPackage(expected.getPackageName(), name, expected) : null;
    }

    private static @Nullable Class<?> permitted(Class<?> sealed, String name) {
        for (Class<?> type : sealed.getPermittedSubclasses()) {
            Class<?> found = type.isSealed() ? permitted(type, name) : type;
            if (found != null && found.isRecord() && nameOf(found).equals(name)) {
                return found;
            }
        }
        return null;
    }

    private static @Nullable Class<?> inPackage(String folder, String name, Class<?> expected) {
        StringBuilder className = new StringBuilder(folder);
        char separator = '.';
        for (String part : name.split("\\.", -1)) {
            className
                    .append(separator)
                    .append(Character.toUpperCase(part.charAt(0)))
                    .append(part, 1, part.length());
            separator = '$';
        }
        try {
            Class<?> found = Class.forName(className.toString(), false, Layer.class.getClassLoader());
            Class<?> outer = found.getEnclosingClass();
            boolean fits = found.isRecord()
                    && (outer == null || Modifier.isPublic(outer.getModifiers()))
                    && Modifier.isPublic(found.getModifiers())
                    && expected.isAssignableFrom(found)
                    && found.getModule() == LAYERS;
            return fits ? found : null;
        } catch (ClassNotFoundException | LinkageError _) { // the latter where a file system does not tell A from a
            return null;
        }
    }

    /// The name of a record, which [#find] finds again where an `expected` one is wanted.
    ///
    /// @throws IllegalArgumentException if it is not known
    String name(Class<?> type, Class<?> expected) {
        for (Map.Entry<String, Class<? extends Record>> known : own.entrySet()) {
            if (known.getValue() == type) {
                return known.getKey();
            }
        }
        String name = nameOf(type);
        if (find(name, expected) != type) {
            throw new IllegalArgumentException("model format: " + type.getName() + " is no record that a model file"
                    + " knows; make it a public record and register it: ModelFormat.of().withLayer(\"myName\", "
                    + type.getSimpleName() + ".class)");
        }
        return name;
    }

    private static String nameOf(Class<?> type) {
        String simple = type.getSimpleName();
        String own = simple.isEmpty() ? simple : Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
        Class<?> outer = type.getEnclosingClass();
        return outer == null ? own : nameOf(outer) + "." + own;
    }
}

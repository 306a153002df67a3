package dev.nudge.nn;

import dev.nudge.tensor.Variable;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Method;
import java.lang.reflect.Modifier;
import java.lang.reflect.RecordComponent;
import java.util.Arrays;
import java.util.Collections;
import java.util.IdentityHashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.SequencedMap;
import java.util.Set;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/// Finds the variables in the components of a model.
final class Components<V extends Variable> {
    /// Components by record class: a training loop asks for the parameters in every step.
    private static final ClassValue<List<RecordComponent>> COMPONENTS = new ClassValue<>() {
        @Override
        protected List<RecordComponent> computeValue(Class<?> type) {
            List<RecordComponent> components = List.of(type.getRecordComponents());
            components.forEach(component -> component.getAccessor().trySetAccessible()); // or read() says what to do
            return components;
        }
    };

    private final Class<V> kind;
    private final Function<Model, SequencedMap<String, V>> ofModel;
    private final SequencedMap<String, V> found = new LinkedHashMap<>();
    private final Set<V> seen = Collections.newSetFromMap(new IdentityHashMap<>());

    private Components(Class<V> kind, Function<Model, SequencedMap<String, V>> ofModel) {
        this.kind = kind;
        this.ofModel = ofModel;
    }

    /// The variables of one kind in `model`.
    ///
    /// @param ofModel asks a model inside for its own, so that it can override how
    static <V extends Variable> SequencedMap<String, V> of(
            Model model, Class<V> kind, Function<Model, SequencedMap<String, V>> ofModel) {
        Components<V> components = new Components<>(kind, ofModel);
        if (model instanceof Record parts) {
            components.addRecord("", parts);
        } else if (hasState(model.getClass())) {
            throw new IllegalArgumentException("layer " + model.getClass().getName() + " is not a record, so its"
                    + " parameters cannot be found: make it a record, or override parameters() and buffers()");
        }
        return Collections.unmodifiableSequencedMap(components.found);
    }

    /// The layers inside `layer`, by path, each before those inside it; layers that are no records hide theirs.
    static SequencedMap<String, Layer> layers(Layer layer) {
        SequencedMap<String, Layer> layers = new LinkedHashMap<>();
        visit("", layer, layers::put);
        layers.remove("");
        return layers;
    }

    /// Shows `found` each layer at or inside `part` with its path, each before those inside it.
    static void visit(String path, @Nullable Object part, BiConsumer<String, Layer> found) {
        if (part instanceof Layer layer) {
            found.accept(path, layer);
        }
        String prefix = path.isEmpty() ? "" : path + ".";
        switch (part) {
            case Frozen(Layer layer) -> visit(path, layer, found);
            case Record parts -> {
                for (RecordComponent component : COMPONENTS.get(parts.getClass())) {
                    if (component.getAccessor().canAccess(parts)) { // or it hides its parts, by overriding parameters()
                        visit(prefix + component.getName(), read(parts, component), found);
                    }
                }
            }
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    visit(prefix + i, list.get(i), found);
                }
            }
            case Object[] array -> visit(path, Arrays.asList(array), found);
            case null, default -> {}
        }
    }

    private static boolean hasState(Class<?> type) {
        for (Class<?> at = type; at != null && at != Object.class; at = at.getSuperclass()) {
            for (var field : at.getDeclaredFields()) {
                if (!Modifier.isStatic(field.getModifiers())) {
                    return true;
                }
            }
        }
        return false;
    }

    private void addRecord(String prefix, Record parts) {
        for (RecordComponent component : COMPONENTS.get(parts.getClass())) {
            add(prefix + component.getName(), read(parts, component));
        }
    }

    private void add(String path, @Nullable Object part) {
        switch (part) {
            case null -> {}
            case Variable variable when kind.isInstance(variable) -> put(path, kind.cast(variable));
            case Variable _ -> {}
            case Model model -> ofModel.apply(model).forEach((name, variable) -> put(path + "." + name, variable));
            case List<?> list -> {
                for (int i = 0; i < list.size(); i++) {
                    add(path + "." + i, list.get(i));
                }
            }
            case Object[] array -> {
                for (int i = 0; i < array.length; i++) {
                    add(path + "." + i, array[i]);
                }
            }
            case Record parts -> addRecord(path + ".", parts);
            default -> {}
        }
    }

    private void put(String path, V variable) {
        if (seen.add(variable)) {
            found.put(path, variable);
        }
    }

    private static @Nullable Object read(Record parts, RecordComponent component) {
        Method accessor = component.getAccessor();
        try {
            return accessor.invoke(parts);
        } catch (IllegalAccessException e) {
            throw unreadable(parts, component, e);
        } catch (InvocationTargetException e) {
            throw unreadable(parts, component, e);
        }
    }

    private static IllegalArgumentException unreadable(Record parts, RecordComponent component, Throwable cause) {
        Class<?> type = parts.getClass();
        return new IllegalArgumentException(
                "layer " + type.getName() + ": its component " + component.getName()
                        + " cannot be read; make the record"
                        + " public in an exported package, or open the package " + type.getPackageName()
                        + " to dev.nudge.nn, or override parameters() and buffers()",
                cause);
    }
}

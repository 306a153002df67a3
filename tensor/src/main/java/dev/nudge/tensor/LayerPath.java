package dev.nudge.tensor;

import java.util.function.Supplier;

/// Where in a model the running code stands, such as `layers.0`, so that errors and node listings can name the layer.
public final class LayerPath {
    private static final ScopedValue<String> PATH = ScopedValue.newInstance();

    private LayerPath() {}

    /// The path of the layer that is being run, or the empty string outside any.
    public static String current() {
        return PATH.isBound() ? PATH.get() : "";
    }

    /// Runs `body` as if in the layer `path`.
    static <R> R at(String path, Supplier<R> body) {
        return path.equals(current())
                ? body.get()
                : ScopedValue.where(PATH, path).call(body::get);
    }

    /// Runs `body` one component deeper in the path.
    public static <R> R within(String component, Supplier<R> body) {
        String outer = current();
        return ScopedValue.where(PATH, outer.isEmpty() ? component : outer + "." + component)
                .call(body::get);
    }
}

package dev.nudge.cpu;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.Pooling;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Window;
import dev.nudge.tensor.backend.BlockKernel;
import dev.nudge.tensor.backend.Kernel;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// Pooling of f32 images without writing windows out: all channels of a pixel at once. A task is an image.
final class PoolingKernels {
    /// The largest elements of the window at hand and where they stand.
    private static final class Best {
        float[] largest = {};
        int[] position = {};

        void room(int channels) {
            if (largest.length < channels) {
                largest = new float[channels];
                position = new int[channels];
            }
        }
    }

    private final ThreadLocal<Best> bests = ThreadLocal.withInitial(Best::new);
    private final Larger larger;
    private final Window down;
    private final Window across;
    private final int height;
    private final int width;
    private final int channels;
    private final int placesDown;
    private final int placesAcross;
    private final int[] pixels; // of a window: where they begin, from its first on

    private PoolingKernels(Larger larger, Window down, Window across, Shape x) {
        this.larger = larger;
        this.down = down;
        this.across = across;
        this.height = x.extent(1);
        this.width = x.extent(2);
        this.channels = x.extent(3);
        this.placesDown = down.places(height);
        this.placesAcross = across.places(width);
        this.pixels = new int[elements()];
        for (int k = 0; k < pixels.length; k++) {
            int lines = k / across.extent() * down.dilation();
            pixels[k] = (lines * width + k % across.extent() * across.dilation()) * channels;
        }
    }

    /// The work at one place, which is number `place` of all and lies at `row`, `column` of its image.
    @FunctionalInterface
    private interface Place {
        void run(int place, int row, int column);
    }

    static Optional<Kernel> of(Fused op, List<Type> inputs, Type output, Workers workers, Larger larger) {
        if (output.dtype() != DType.F32) {
            return Optional.empty();
        }
        Shape first = inputs.getFirst().shape();
        Shape out = output.shape();
        return switch (op) {
            case Pooling.MaxPool(Window height, Window width) ->
                Optional.of(new PoolingKernels(larger, height, width, first).maxPool(workers, first.extent(0)));
            case Pooling.MaxUnpool(Window height, Window width) ->
                Optional.of(new PoolingKernels(larger, height, width, first).maxUnpool(workers, first));
            case Pooling.AveragePool(Window height, Window width) ->
                Optional.of(new PoolingKernels(larger, height, width, first).averagePool(workers, first.extent(0)));
            case Pooling.AverageUnpool(Window height, Window width, int _, int _) ->
                Optional.of(new PoolingKernels(larger, height, width, out).averageUnpool(workers, out));
            default -> Optional.empty();
        };
    }

    private void places(int image, Place body) {
        int place = image * placesDown * placesAcross;
        for (int row = 0; row < placesDown; row++) {
            for (int column = 0; column < placesAcross; column++) {
                body.run(place++, row, column);
            }
        }
    }

    /// Start of the pixel that a window reads as its element `k`, or -1 for padding.
    private int pixel(int image, int row, int column, int k) {
        int y = down.element(row, k / across.extent());
        int x = across.element(column, k % across.extent());
        return y < 0 || y >= height || x < 0 || x >= width ? -1 : ((image * height + y) * width + x) * channels;
    }

    /// Whether the window at a place reads no padding.
    private static boolean isInside(Window window, int place, int extent) {
        return window.element(place, 0) >= 0 && window.element(place, window.extent() - 1) < extent;
    }

    private int elements() {
        return down.extent() * across.extent();
    }

    private Kernel maxPool(Workers workers, int batch) {
        return (in, results) -> {
            float[] x = (float[]) in[0];
            float[] values = (float[]) in[1];
            float[] y = (float[]) results[0];
            workers.run(
                    batch,
                    image -> places(image, (place, row, column) -> {
                        if (x == values) {
                            maximum(x, image, row, column, y, place * channels);
                        } else {
                            Best best = bests.get();
                            find(x, image, row, column, best);
                            for (int c = 0; c < channels; c++) {
                                y[place * channels + c] = values[best.position[c]];
                            }
                        }
                    }));
        };
    }

    private void maximum(float[] x, int image, int row, int column, float[] y, int to) {
        if (isInside(down, row, height) && isInside(across, column, width)) {
            larger.largest(x, pixel(image, row, column, 0), pixels, y, to, channels);
            return;
        }
        boolean first = true;
        for (int k = 0; k < elements(); k++) {
            int from = pixel(image, row, column, k);
            if (from >= 0 && first) {
                System.arraycopy(x, from, y, to, channels);
                first = false;
            } else if (from >= 0) {
                larger.values(x, from, y, to, channels);
            }
        }
    }

    private void find(float[] x, int image, int row, int column, Best best) {
        best.room(channels);
        float[] largest = best.largest;
        int[] position = best.position;
        boolean first = true;
        for (int k = 0; k < elements(); k++) {
            int from = pixel(image, row, column, k);
            if (from >= 0 && first) {
                System.arraycopy(x, from, largest, 0, channels);
                for (int c = 0; c < channels; c++) {
                    position[c] = from + c;
                }
                first = false;
            } else if (from >= 0) {
                larger.positions(x, from, largest, position, channels);
            }
        }
    }

    private BlockKernel maxUnpool(Workers workers, Shape shape) {
        int size = shape.product(1, 4);
        if (isApart(down, height) && isApart(across, width)) {
            return maxUnpoolApart(workers, shape);
        }
        return (in, results, blocks) -> {
            float[] x = (float[]) in[0];
            float[] dy = (float[]) in[1];
            float[] dx = (float[]) results[0];
            workers.run(shape.extent(0), image -> {
                Arrays.fill(dx, image * size, (image + 1) * size, 0);
                Best best = bests.get();
                places(image, (place, row, column) -> {
                    find(x, image, row, column, best);
                    for (int c = 0; c < channels; c++) {
                        dx[best.position[c]] += dy[place * channels + c];
                    }
                });
                blocks.done(image * size, size);
            });
        };
    }

    /// Whether no two windows read the same element, and none reads padding.
    private static boolean isApart(Window window, int input) {
        int read = (window.places(input) - 1) * window.stride() + window.extent();
        return window.stride() >= window.extent()
                && window.dilation() == 1
                && window.before() == 0
                && (read <= input || window.places(input) == 0);
    }

    /// Where windows are apart, each of their pixels is written once, whatever it gets.
    private BlockKernel maxUnpoolApart(Workers workers, Shape shape) {
        int size = shape.product(1, 4);
        boolean gaps = placesDown * placesAcross * elements() != height * width;
        return (in, results, blocks) -> workers.run(shape.extent(0), image -> {
            float[] dx = (float[]) results[0];
            if (gaps) {
                Arrays.fill(dx, image * size, (image + 1) * size, 0f);
            }
            places(
                    image,
                    (place, row, column) -> larger.spread(
                            (float[]) in[0],
                            pixel(image, row, column, 0),
                            pixels,
                            (float[]) in[1],
                            place * channels,
                            dx,
                            channels));
            blocks.done(image * size, size);
        });
    }

    /// Number of pixels that a window reads.
    private int count(int row, int column) {
        int count = 0;
        for (int k = 0; k < elements(); k++) {
            count += pixel(0, row, column, k) >= 0 ? 1 : 0;
        }
        return count;
    }

    private Kernel averagePool(Workers workers, int batch) {
        return (in, results) -> {
            float[] x = (float[]) in[0];
            float[] y = (float[]) results[0];
            workers.run(
                    batch,
                    image -> places(image, (place, row, column) -> {
                        int to = place * channels;
                        Arrays.fill(y, to, to + channels, 0);
                        for (int k = 0; k < elements(); k++) {
                            int from = pixel(image, row, column, k);
                            if (from >= 0) {
                                Patches.add(x, from, y, to, channels);
                            }
                        }
                        float count = count(row, column);
                        for (int c = 0; c < channels; c++) {
                            y[to + c] /= count;
                        }
                    }));
        };
    }

    private BlockKernel averageUnpool(Workers workers, Shape shape) {
        int size = shape.product(1, 4);
        return (in, results, blocks) -> {
            float[] dy = (float[]) in[0];
            float[] dx = (float[]) results[0];
            workers.run(shape.extent(0), image -> {
                Arrays.fill(dx, image * size, (image + 1) * size, 0);
                places(image, (place, row, column) -> {
                    float count = count(row, column);
                    for (int k = 0; k < elements(); k++) {
                        int to = pixel(image, row, column, k);
                        for (int c = 0; to >= 0 && c < channels; c++) {
                            dx[to + c] += dy[place * channels + c] / count;
                        }
                    }
                });
                blocks.done(image * size, size);
            });
        };
    }
}

package dev.nudge.cpu;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Window;
import java.util.Arrays;

/// Windows over images `[batch, height, width, channels]` as rows of a matrix: copied out, or added back.
///
/// A row belongs to a place (numbered over examples, down, across) and holds the elements `(ky, kx, channel)`
/// of one group of channels, for some rows of the kernel.
final class Patches {
    private static final int SHORT = 16; // below, a loop beats a call that copies

    private final Window down;
    private final Window across;
    private final int height;
    private final int width;
    private final int channels;
    private final int inOfGroup;
    private final int placesAcross;
    private final int placesOfImage;
    private final boolean contiguous;

    Patches(Window down, Window across, Shape x, int groups) {
        this.down = down;
        this.across = across;
        this.height = x.extent(1);
        this.width = x.extent(2);
        this.channels = x.extent(3);
        this.inOfGroup = channels / groups;
        this.placesAcross = across.places(width);
        this.placesOfImage = down.places(height) * placesAcross;
        this.contiguous = groups == 1 && across.dilation() == 1;
    }

    /// Number of places in one image.
    int placesOfImage() {
        return placesOfImage;
    }

    /// Elements of a row for `kernelRows` rows of the kernel.
    int length(int kernelRows) {
        return kernelRows * across.extent() * inOfGroup;
    }

    /// Whether the rows are the pixels themselves.
    boolean isIdentity() {
        return contiguous && down.equals(Window.of(1)) && across.equals(Window.of(1));
    }

    /// Copies the windows of `count` places from `first` on, the kernel's rows `ky` to `kyEnd`; zeros for padding.
    void copyOut(float[] x, int group, int ky, int kyEnd, int first, int count, float[] rows) {
        int line = length(1);
        int to = 0;
        int column = first % placesAcross;
        int top = first % placesOfImage / placesAcross;
        int image = first / placesOfImage * height;
        for (int i = 0; i < count; i++) {
            int left = column * across.stride() - across.before();
            boolean inside = contiguous && left >= 0 && left + across.extent() <= width;
            int row = top * down.stride() - down.before() + ky * down.dilation();
            for (int k = ky; k < kyEnd; k++, row += down.dilation(), to += line) {
                if (row < 0 || row >= height) {
                    Arrays.fill(rows, to, to + line, 0);
                } else if (inside) {
                    copy(x, ((image + row) * width + left) * channels, rows, to, line);
                } else if (contiguous) {
                    line(x, (image + row) * width, left, rows, to);
                } else {
                    elements(x, (image + row) * width, left, group, rows, to);
                }
            }
            if (++column == placesAcross) {
                column = 0;
                if (++top == placesOfImage / placesAcross) {
                    top = 0;
                    image += height;
                }
            }
        }
    }

    private void line(float[] x, int start, int left, float[] rows, int to) {
        int extent = across.extent();
        int low = Math.clamp(-(long) left, 0, extent);
        int high = Math.clamp((long) width - left, low, extent);
        Arrays.fill(rows, to, to + low * channels, 0);
        copy(x, (start + left + low) * channels, rows, to + low * channels, (high - low) * channels);
        Arrays.fill(rows, to + high * channels, to + extent * channels, 0);
    }

    private void elements(float[] x, int start, int left, int group, float[] rows, int to) {
        for (int k = 0, at = to; k < across.extent(); k++, at += inOfGroup) {
            int column = left + k * across.dilation();
            if (column < 0 || column >= width) {
                Arrays.fill(rows, at, at + inOfGroup, 0);
            } else {
                copy(x, (start + column) * channels + group * inOfGroup, rows, at, inOfGroup);
            }
        }
    }

    private static void copy(float[] from, int at, float[] to, int target, int count) {
        if (count >= SHORT) {
            System.arraycopy(from, at, to, target, count);
        } else {
            for (int i = 0; i < count; i++) {
                to[target + i] = from[at + i];
            }
        }
    }

    /// Adds whole windows of `count` places from `first` on to where they came from; what falls on padding is dropped.
    void addBack(float[] rows, int group, int first, int count, float[] x) {
        int line = length(1);
        int from = 0;
        for (int place = first; place < first + count; place++) {
            int within = place % placesOfImage;
            int image = place / placesOfImage * height;
            int left = across.element(within % placesAcross, 0);
            boolean inside = contiguous && left >= 0 && left + across.extent() <= width;
            int row = down.element(within / placesAcross, 0);
            for (int k = 0; k < down.extent(); k++, row += down.dilation(), from += line) {
                if (row >= 0 && row < height) {
                    if (inside) {
                        add(rows, from, x, ((image + row) * width + left) * channels, line);
                    } else {
                        addLine(rows, from, group, (image + row) * width, left, x);
                    }
                }
            }
        }
    }

    private void addLine(float[] rows, int from, int group, int start, int left, float[] x) {
        if (contiguous) {
            int low = Math.clamp(-(long) left, 0, across.extent());
            int high = Math.clamp((long) width - left, low, across.extent());
            add(rows, from + low * channels, x, (start + left + low) * channels, (high - low) * channels);
            return;
        }
        for (int k = 0; k < across.extent(); k++) {
            int column = left + k * across.dilation();
            if (column >= 0 && column < width) {
                int to = (start + column) * channels + group * inOfGroup;
                add(rows, from + k * inOfGroup, x, to, inOfGroup);
            }
        }
    }

    /// Adds `count` elements; C2 vectorises the loop.
    static void add(float[] from, int at, float[] to, int target, int count) {
        for (int i = 0; i < count; i++) {
            to[target + i] += from[at + i];
        }
    }
}

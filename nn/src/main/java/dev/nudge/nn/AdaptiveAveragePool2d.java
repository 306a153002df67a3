package dev.nudge.nn;

import dev.nudge.tensor.ShapeException;
import dev.nudge.tensor.Tensor;

/// The mean of each cell of a grid laid over an image, so that images of any size give the same number of cells.
///
/// Shape: `[batch, height, width, channels]` to `[batch, rows, columns, channels]`. Row `i` of the grid covers the
/// pixels from `floor(i height / rows)` up to, not including, `ceil((i + 1) height / rows)`; likewise columns. So
/// cells overlap by a pixel where the grid does not divide the image, as in PyTorch.
///
/// @param rows    cells down, at least 1
/// @param columns cells across, at least 1
public record AdaptiveAveragePool2d(int rows, int columns) implements Layer {
    /// Checks the grid.
    ///
    /// @throws IllegalArgumentException if there is no cell
    public AdaptiveAveragePool2d {
        Slides.positive("adaptiveAveragePool2d", "rows", rows);
        Slides.positive("adaptiveAveragePool2d", "columns", columns);
    }

    /// A square grid.
    ///
    /// @throws IllegalArgumentException if `cells` is less than 1
    public static AdaptiveAveragePool2d of(int cells) {
        return new AdaptiveAveragePool2d(cells, cells);
    }

    @Override
    public Tensor forward(Tensor x, Pass pass) {
        Slides.images("adaptiveAveragePool2d", x, 0);
        if (x.shape().extent(1) == 0 || x.shape().extent(2) == 0) {
            throw new ShapeException("adaptiveAveragePool2d: images " + x.shape() + " have no pixels");
        }
        return Bins.pool(x, rows, columns, Tensor::averagePool);
    }
}

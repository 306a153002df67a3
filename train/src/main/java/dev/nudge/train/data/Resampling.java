package dev.nudge.train.data;

/// Other sizes of an image, `[height, width, channels]` one row after the other.
///
/// Everything is computed in double precision, in a fixed order, and rounded once.
public final class Resampling {
    private Resampling() {}

    /// The image in another size.
    ///
    /// Each axis by itself: one that shrinks takes the mean over the area that a new pixel covers, so
    /// that no old pixel is left out; one that grows takes the two nearest old pixels in proportion
    /// (bilinear). The corners of old and new image lie on each other, that is, pixel `i` of `n` has its
    /// centre at `(i + 1/2) / n`.
    ///
    /// @throws IllegalArgumentException if a size is not at least 1 or the array does not have these
    ///         sizes
    public static float[] resize(float[] image, int height, int width, int channels, int newHeight, int newWidth) {
        check(image, height, width, channels);
        if (newHeight < 1 || newWidth < 1) {
            throw new IllegalArgumentException(
                    "resize: the new size must be at least 1 x 1, found " + newHeight + " x " + newWidth);
        }
        Mix[] rows = mixes(height, newHeight);
        Mix[] columns = mixes(width, newWidth);
        double[] wide = new double[height * newWidth * channels];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < newWidth; column++) {
                Mix mix = columns[column];
                for (int channel = 0; channel < channels; channel++) {
                    double sum = 0;
                    for (int i = 0; i < mix.weights.length; i++) {
                        sum += mix.weights[i] * image[(row * width + mix.first + i) * channels + channel];
                    }
                    wide[(row * newWidth + column) * channels + channel] = sum;
                }
            }
        }
        float[] resized = new float[newHeight * newWidth * channels];
        int line = newWidth * channels;
        for (int row = 0; row < newHeight; row++) {
            Mix mix = rows[row];
            for (int at = 0; at < line; at++) {
                double sum = 0;
                for (int i = 0; i < mix.weights.length; i++) {
                    sum += mix.weights[i] * wide[(mix.first + i) * line + at];
                }
                resized[row * line + at] = (float) sum;
            }
        }
        return resized;
    }

    /// The part of the image that begins at row `top` and column `left`.
    ///
    /// @throws IllegalArgumentException if the part is not inside the image
    public static float[] window(
            float[] image, int height, int width, int channels, int top, int left, int newHeight, int newWidth) {
        check(image, height, width, channels);
        if (top < 0
                || left < 0
                || newHeight < 1
                || newWidth < 1
                || top > height - newHeight
                || left > width - newWidth) {
            throw new IllegalArgumentException("window: " + newHeight + " x " + newWidth + " pixels from row " + top
                    + " and column " + left + " are not inside an image of " + height + " x " + width);
        }
        float[] part = new float[newHeight * newWidth * channels];
        int line = newWidth * channels;
        for (int row = 0; row < newHeight; row++) {
            System.arraycopy(image, ((top + row) * width + left) * channels, part, row * line, line);
        }
        return part;
    }

    /// The middle of the image; where what is left over is odd, one more row or column is cut below and
    /// right.
    ///
    /// @throws IllegalArgumentException if the part is larger than the image
    public static float[] centre(float[] image, int height, int width, int channels, int newHeight, int newWidth) {
        return window(
                image,
                height,
                width,
                channels,
                Math.floorDiv(height - newHeight, 2),
                Math.floorDiv(width - newWidth, 2),
                newHeight,
                newWidth);
    }

    /// The image turned about its centre against the clock; what is uncovered is 0. Each new pixel is
    /// mixed from the four old ones around the place that it comes from (bilinear).
    public static float[] turn(float[] image, int height, int width, int channels, double degrees) {
        check(image, height, width, channels);
        double cos = StrictMath.cos(Math.toRadians(degrees));
        double sin = StrictMath.sin(Math.toRadians(degrees));
        double middleRow = (height - 1) / 2.0;
        double middleColumn = (width - 1) / 2.0;
        float[] turned = new float[image.length];
        for (int row = 0; row < height; row++) {
            for (int column = 0; column < width; column++) {
                double down = row - middleRow;
                double right = column - middleColumn;
                double fromRow = middleRow + cos * down + sin * right;
                double fromColumn = middleColumn + cos * right - sin * down;
                int top = (int) Math.floor(fromRow);
                int left = (int) Math.floor(fromColumn);
                double below = fromRow - top;
                double beside = fromColumn - left;
                for (int channel = 0; channel < channels; channel++) {
                    double upper = (1 - beside) * at(image, height, width, channels, top, left, channel)
                            + beside * at(image, height, width, channels, top, left + 1, channel);
                    double lower = (1 - beside) * at(image, height, width, channels, top + 1, left, channel)
                            + beside * at(image, height, width, channels, top + 1, left + 1, channel);
                    turned[(row * width + column) * channels + channel] = (float) ((1 - below) * upper + below * lower);
                }
            }
        }
        return turned;
    }

    private static float at(float[] image, int height, int width, int channels, int row, int column, int channel) {
        boolean inside = row >= 0 && row < height && column >= 0 && column < width;
        return inside ? image[(row * width + column) * channels + channel] : 0;
    }

    /// How one new pixel of an axis comes from old ones.
    ///
    /// @param first   the first old pixel
    /// @param weights of it and those that follow; they add up to 1
    private record Mix(int first, double[] weights) {}

    private static Mix[] mixes(int from, int to) {
        Mix[] mixes = new Mix[to];
        for (int i = 0; i < to; i++) {
            mixes[i] = to < from ? area(i, from, to) : between(i, from, to);
        }
        return mixes;
    }

    private static Mix area(int i, int from, int to) {
        double begin = (double) i * from / to;
        double end = (double) (i + 1) * from / to;
        int first = (int) begin;
        int last = Math.min(from, (int) Math.ceil(end));
        double[] weights = new double[last - first];
        for (int j = 0; j < weights.length; j++) {
            double covered = Math.min(end, first + j + 1) - Math.max(begin, first + j);
            weights[j] = covered / (end - begin);
        }
        return new Mix(first, weights);
    }

    private static Mix between(int i, int from, int to) {
        double place = Math.clamp((i + 0.5) * from / to - 0.5, 0, from - 1);
        int first = (int) place;
        double after = place - first;
        return after == 0 ? new Mix(first, new double[] {1}) : new Mix(first, new double[] {1 - after, after});
    }

    private static void check(float[] image, int height, int width, int channels) {
        if (height < 1 || width < 1 || channels < 1 || (long) height * width * channels != image.length) {
            throw new IllegalArgumentException("image: expected " + height + " x " + width + " x " + channels
                    + " numbers, at least one, found " + image.length);
        }
    }
}

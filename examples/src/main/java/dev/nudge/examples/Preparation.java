package dev.nudge.examples;

import dev.nudge.nn.Layer;
import dev.nudge.nn.Pass;
import dev.nudge.nn.init.Initializers;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.RandomKey;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.function.IntToDoubleFunction;
import java.util.stream.DoubleStream;

/// How rows of a table become numbers for a network: all of it is learnt from the training rows, so that nothing
/// of the test rows leaks into the model.
///
/// A number is scaled to mean 0 and deviation 1; where it is missing, the median takes its place. A category
/// becomes a code, with code 0 for a value that is missing or that no training row has.
///
/// @param numbers    the columns of numbers
/// @param categories the columns of categories
record Preparation(List<Quantity> numbers, List<Category> categories) {
    /// A column of numbers.
    ///
    /// @param of        its number in each row; NaN where it is missing
    /// @param median    of the training rows
    /// @param mean      of the training rows, with the median where one is missing
    /// @param deviation of the training rows; 1 for a column that is always the same
    record Quantity(IntToDoubleFunction of, double median, double mean, double deviation) {
        static Quantity of(IntToDoubleFunction column, int[] training) {
            double[] known = Arrays.stream(training)
                    .mapToDouble(column)
                    .filter(number -> !Double.isNaN(number))
                    .sorted()
                    .toArray();
            double median = known.length == 0 ? 0 : known[known.length / 2];
            double[] filled = Arrays.stream(training)
                    .mapToDouble(column)
                    .map(number -> Double.isNaN(number) ? median : number)
                    .toArray();
            double mean = DoubleStream.of(filled).average().orElse(0);
            double variance = DoubleStream.of(filled)
                    .map(x -> (x - mean) * (x - mean))
                    .average()
                    .orElse(0);
            return new Quantity(column, median, mean, variance > 0 ? Math.sqrt(variance) : 1);
        }

        float scaled(int row) {
            double number = of.applyAsDouble(row);
            return (float) (((Double.isNaN(number) ? median : number) - mean) / deviation);
        }
    }

    /// A column of categories with the code of each value.
    record Category(Table table, String column, Map<String, Integer> codes) {
        static Category of(Table table, String column, int[] training) {
            Map<String, Integer> codes = new HashMap<>();
            for (int row : training) {
                String value = table.text(row, column);
                if (!value.isEmpty()) {
                    codes.putIfAbsent(value, codes.size() + 1);
                }
            }
            return new Category(table, column, codes);
        }

        int code(int row) {
            return codes.getOrDefault(table.text(row, column), 0);
        }

        /// Number of codes.
        int size() {
            return codes.size() + 1;
        }
    }

    /// The preparation that the rows `training` of `table` teach.
    static Preparation of(Table table, int[] training, List<IntToDoubleFunction> numbers, List<String> categories) {
        return new Preparation(
                numbers.stream().map(column -> Quantity.of(column, training)).toList(),
                categories.stream()
                        .map(column -> Category.of(table, column, training))
                        .toList());
    }

    /// Numbers of a prepared row: the scaled numbers, then the codes.
    int width() {
        return numbers.size() + categories.size();
    }

    /// The first `count` rows, prepared, one after the other.
    float[] rows(int count) {
        float[] prepared = new float[count * width()];
        int at = 0;
        for (int row = 0; row < count; row++) {
            for (Quantity number : numbers) {
                prepared[at++] = number.scaled(row);
            }
            for (Category category : categories) {
                prepared[at++] = category.code(row);
            }
        }
        return prepared;
    }

    /// The first layer of a network on prepared rows: numbers pass, and each category is replaced by the row of
    /// its table for the code, an *embedding* that training finds. Shape: `[batch, width]` to `[batch, features]`.
    ///
    /// @param embeddings a table for each category, `[codes, width of the embedding]`
    record Features(List<Parameter> embeddings) implements Layer {
        /// Tables of small random numbers.
        ///
        /// @param widest width of the embedding of a category with many values; few values need fewer numbers
        static Features of(Preparation preparation, int widest, RandomKey key) {
            List<Parameter> embeddings = new ArrayList<>();
            for (Category category : preparation.categories()) {
                int codes = category.size();
                int width = Math.min(widest, Math.ceilDiv(codes, 2));
                Type type = Type.of(DType.F32, Shape.of(codes, width));
                embeddings.add(
                        Parameter.of(Initializers.normal(0.3).values(key.at(embeddings.size()), type, codes, width)));
            }
            return new Features(embeddings);
        }

        /// Number of features that come out for `numbers` numbers.
        int features(int numbers) {
            return numbers
                    + embeddings.stream()
                            .mapToInt(table -> table.shape().extent(1))
                            .sum();
        }

        @Override
        public Tensor forward(Tensor x, Pass pass) {
            int numbers = x.shape().extent(1) - embeddings.size();
            Tensor[] features = new Tensor[1 + embeddings.size()];
            features[0] = x.slice(1, 0, numbers);
            for (int i = 0; i < embeddings.size(); i++) {
                Tensor codes = x.slice(1, numbers + i, 1).squeeze(1).cast(DType.I32);
                features[1 + i] = embeddings.get(i).tensor().gather(codes);
            }
            return Tensor.concat(1, features);
        }
    }
}

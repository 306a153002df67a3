package dev.nudge.nn.optim;

import dev.nudge.tensor.DType;
import dev.nudge.tensor.Parameter;
import dev.nudge.tensor.Tensor;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.SequencedMap;
import java.util.function.Function;

/// The norms of the gradients of one run, before clipping, as graph.
///
/// @param squares `‖gradient‖²` of each parameter by path; kept, for the sum needs them anyway
/// @param global  `√ Σ ‖gradient‖²`, an `F64` scalar
record GradientNorms(SequencedMap<String, Tensor> squares, Tensor global) {
    static GradientNorms of(Map<String, Parameter> parameters, Function<Parameter, Tensor> gradients) {
        SequencedMap<String, Tensor> squares = new LinkedHashMap<>();
        parameters.forEach((path, parameter) ->
                squares.put(path, gradients.apply(parameter).sumOfSquares().keep()));
        Tensor global = squares.values().stream()
                .map(square -> square.cast(DType.F64))
                .reduce(Tensor::add)
                .orElseThrow()
                .sqrt();
        return new GradientNorms(squares, global);
    }

    /// The norm of each parameter's gradient, once the run is over.
    SequencedMap<String, Double> values() {
        SequencedMap<String, Double> norms = new LinkedHashMap<>();
        squares.forEach((path, square) -> norms.put(path, Math.sqrt(square.item())));
        return Collections.unmodifiableSequencedMap(norms);
    }
}

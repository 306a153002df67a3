package dev.nudge.tensor.backend;

import dev.nudge.tensor.Op;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.List;

/// Kernels made from the meaning of operations.
public final class ReferenceKernels {
    /// The supplier that these kernels name.
    public static final String SUPPLIER = "reference";

    private ReferenceKernels() {}

    /// A kernel that runs `op` by its meaning.
    public static Kernel of(Op op, List<Type> inputs, Type output) {
        return byMeaning((in, out) -> {
            List<Value> values = new ArrayList<>();
            for (int i = 0; i < in.length; i++) {
                values.add(new Value(inputs.get(i), in[i]));
            }
            op.reference(values, new Value(output, out[0]));
        });
    }

    /// A kernel that runs the steps of `loop` by their meaning, each result rounded to its element type.
    public static Kernel of(Loop loop) {
        int[][] positions = new int[loop.inputs().size()][];
        for (int i = 0; i < positions.length; i++) {
            positions[i] = positions(loop.inputs().get(i));
        }
        return byMeaning((in, out) -> {
            int inputs = in.length;
            Value[] values = new Value[inputs + loop.steps().size()];
            for (int i = 0; i < inputs; i++) {
                values[i] = new Value(loop.inputs().get(i).source(), in[i]);
            }
            List<Value> results = new ArrayList<>();
            for (Loop.Step step : loop.steps()) {
                results.add(Value.zeros(Type.of(step.dtype(), dev.nudge.tensor.Shape.of(1))));
            }
            for (int i = 0; i < loop.elements(); i++) {
                for (int s = 0; s < results.size(); s++) {
                    Loop.Step step = loop.steps().get(s);
                    double[] arguments = new double[step.arguments().size()];
                    for (int a = 0; a < arguments.length; a++) {
                        int number = step.arguments().get(a);
                        arguments[a] = number < inputs
                                ? values[number].at(positions[number].length == 0 ? i : positions[number][i])
                                : results.get(number - inputs).at(0);
                    }
                    results.get(s).set(0, step.op().apply(arguments));
                }
                for (int o = 0; o < out.length; o++) {
                    int step = loop.outputs().get(o).step();
                    System.arraycopy(results.get(step).array(), 0, out[o], i, 1);
                }
            }
        });
    }

    private static Kernel byMeaning(Kernel kernel) {
        return new Kernel() {
            @Override
            public void run(Object[] inputs, Object[] outputs) {
                kernel.run(inputs, outputs);
            }

            @Override
            public String supplier() {
                return SUPPLIER;
            }
        };
    }

    /// For each element of the loop the element of the input that it reads; empty when they are the same.
    public static int[] positions(Loop.Input input) {
        if (input.isFull()) {
            return new int[0];
        }
        int[] strides = input.source().shape().stridesBroadcastTo(input.space());
        int[] positions = new int[input.space().elements()];
        int[] index = new int[strides.length];
        for (int i = 0; i < positions.length; i++) {
            int position = 0;
            for (int axis = 0; axis < strides.length; axis++) {
                position += index[axis] * strides[axis];
            }
            positions[i] = position;
            for (int axis = strides.length - 1; axis >= 0; axis--) {
                if (++index[axis] < input.space().extent(axis)) {
                    break;
                }
                index[axis] = 0;
            }
        }
        return positions;
    }
}

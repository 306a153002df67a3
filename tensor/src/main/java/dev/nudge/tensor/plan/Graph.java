package dev.nudge.tensor.plan;

import dev.nudge.tensor.Evaluation;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.Movement;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.backend.Backend;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.IdentityHashMap;
import java.util.List;
import java.util.Map;

/// The nodes of a trace in the form that is planned: equal nodes are one, fused operations without a kernel are
/// replaced by their definition, chained broadcasts are one.
final class Graph {
    /// A node.
    ///
    /// @param feed index of the trace node whose value this leaf stands for, or -1
    record Node(Op op, List<Integer> inputs, Type type, String path, int feed) {
        Node withInputs(List<Integer> others) {
            return new Node(op, others, type, path, feed);
        }
    }

    private record Identity(Op op, List<Integer> inputs) {}

    final List<Node> nodes = new ArrayList<>();
    final int[] ofTrace;
    private final Map<Identity, Integer> known = new HashMap<>();
    private final Backend backend;
    private final int originals; // nodes before those that are copies

    Graph(Trace trace, Backend backend) {
        this.backend = backend;
        this.originals = Integer.MAX_VALUE;
        this.ofTrace = new int[trace.nodes.size()];
        for (int i = 0; i < ofTrace.length; i++) {
            Tensor tensor = trace.nodes.get(i);
            if (trace.values.get(i) != null) {
                nodes.add(new Node(new Leaf.Data(tensor.type()), List.of(), tensor.type(), tensor.path(), i));
                ofTrace[i] = nodes.size() - 1;
            } else {
                List<Integer> inputs = tensor.inputs().stream()
                        .map(input -> ofTrace[trace.indexOf(input)])
                        .toList();
                ofTrace[i] = add(tensor.op(), inputs, tensor.type(), tensor.path());
            }
        }
    }

    private Graph(Graph original) {
        this.backend = original.backend;
        this.ofTrace = original.ofTrace;
        this.nodes.addAll(original.nodes);
        this.originals = nodes.size();
    }

    /// A graph of the same nodes; those that are added to it are copies, see [#isCopy].
    Graph copy() {
        return new Graph(this);
    }

    /// Whether a node computes again what another has computed.
    boolean isCopy(int index) {
        return index >= originals;
    }

    Node get(int index) {
        return nodes.get(index);
    }

    /// The node whose array holds the elements of `index`: reshapes move nothing.
    int root(int index) {
        Node node = nodes.get(index);
        while (isAlias(node.op())) {
            index = node.inputs().getFirst();
            node = nodes.get(index);
        }
        return index;
    }

    static boolean isAlias(Op op) {
        return op instanceof Movement.Reshape
                || op instanceof Movement.Detach
                || op instanceof Movement.Updating
                || op instanceof Movement.Beside;
    }

    private int add(Op op, List<Integer> inputs, Type type, String path) {
        if (op instanceof Movement.Broadcast && nodes.get(inputs.getFirst()).op() instanceof Movement.Broadcast) {
            return add(op, nodes.get(inputs.getFirst()).inputs(), type, path);
        }
        Identity identity = new Identity(op, inputs);
        Integer present = known.get(identity);
        if (present == null) {
            present = op instanceof Fused fused
                            && backend.kernel(op, types(inputs), type).isEmpty()
                    ? expand(fused, inputs, path)
                    : append(new Node(op, inputs, type, path, -1));
            known.put(identity, present);
        }
        return present;
    }

    private int append(Node node) {
        nodes.add(node);
        return nodes.size() - 1;
    }

    private int expand(Fused op, List<Integer> inputs, String path) {
        List<Tensor> leaves = types(inputs).stream().map(Tensor::placeholder).toList();
        IdentityHashMap<Tensor, Integer> index = new IdentityHashMap<>();
        for (int i = 0; i < leaves.size(); i++) {
            index.put(leaves.get(i), inputs.get(i));
        }
        Tensor definition = op.definition(leaves);
        for (Tensor tensor : Evaluation.topological(List.of(definition))) {
            if (!index.containsKey(tensor)) {
                List<Integer> operands = tensor.inputs().stream()
                        .map(input -> require(index, input))
                        .toList();
                index.put(tensor, add(tensor.op(), operands, tensor.type(), path));
            }
        }
        return require(index, definition);
    }

    private static int require(IdentityHashMap<Tensor, Integer> index, Tensor tensor) {
        Integer found = index.get(tensor);
        if (found == null) {
            throw new IllegalStateException("plan: the definition of a fused operation holds the foreign leaf " + tensor
                    + "; pass it as an input");
        }
        return found;
    }

    List<Type> types(List<Integer> indices) {
        return indices.stream().map(i -> nodes.get(i).type()).toList();
    }
}

package dev.nudge.tensor;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.function.Predicate;

/// The nodes that some nodes are computed from, inputs before users, each with its number.
///
/// A training loop walks over a fresh graph several times a step, so nodes are looked up in a table of
/// their own by [Tensor#hash()]: the identity hash of a new object costs more than the rest of a visit.
public final class Walk {
    private static final int TYPICAL = 512; // places for the nodes of a step; saves growing
    private static final int OPEN = -1; // its inputs are being visited

    private final List<Tensor> nodes = new ArrayList<>(TYPICAL / 2);
    private Tensor[] table = new Tensor[TYPICAL];
    private int[] numbers = new int[TYPICAL]; // by place in the table
    private int met;

    /// Walks back from `roots` without recursion, so that depth is no limit.
    ///
    /// @param stop tells nodes that are not looked behind
    Walk(List<Tensor> roots, Predicate<Tensor> stop) {
        List<Tensor> stack = new ArrayList<>();
        for (Tensor root : roots) {
            stack.add(root);
            while (!stack.isEmpty()) {
                Tensor node = stack.getLast();
                int place = place(node);
                if (table[place] == null) {
                    enter(node, place);
                    List<Tensor> inputs = stop.test(node) ? List.of() : node.inputs();
                    for (int i = inputs.size() - 1; i >= 0; i--) {
                        if (table[place(inputs.get(i))] == null) {
                            stack.add(inputs.get(i));
                        }
                    }
                } else {
                    stack.removeLast();
                    if (numbers[place] == OPEN) {
                        numbers[place] = nodes.size();
                        nodes.add(node);
                    }
                }
            }
        }
    }

    /// The nodes in order.
    public List<Tensor> nodes() {
        return Collections.unmodifiableList(nodes);
    }

    /// The number of `node`: its index in [#nodes()]; -1 if it is not among them.
    public int indexOf(Tensor node) {
        int place = place(node);
        return table[place] == null ? -1 : numbers[place];
    }

    /// Where `node` is in the table, or would be.
    private int place(Tensor node) {
        int mask = table.length - 1;
        int place = node.hash() * 0x9E3779B9 >>> 7 & mask;
        while (table[place] != null && table[place] != node) {
            place = place + 1 & mask;
        }
        return place;
    }

    private void enter(Tensor node, int place) {
        table[place] = node;
        numbers[place] = OPEN;
        if (++met * 2 > table.length) {
            grow();
        }
    }

    private void grow() {
        Tensor[] present = table;
        int[] numbered = numbers;
        table = new Tensor[2 * present.length];
        numbers = Arrays.copyOf(numbered, table.length);
        for (int i = 0; i < present.length; i++) {
            if (present[i] != null) {
                int place = place(present[i]);
                table[place] = present[i];
                numbers[place] = numbered[i];
            }
        }
    }
}

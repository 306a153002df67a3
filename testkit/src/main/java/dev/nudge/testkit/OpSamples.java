package dev.nudge.testkit;

import dev.nudge.tensor.Activation;
import dev.nudge.tensor.Attentions;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Fused;
import dev.nudge.tensor.GatedRecurrence;
import dev.nudge.tensor.LayerNormGradients;
import dev.nudge.tensor.Leaf;
import dev.nudge.tensor.LongShortTermMemory;
import dev.nudge.tensor.Normalizations;
import dev.nudge.tensor.Op;
import dev.nudge.tensor.Pooling;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Softmaxes;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;

/// Samples of every operation that Nudge has: what each is tried on, in both floating-point types.
public final class OpSamples {
    /// Sizes around the lanes of vector registers: nothing, one, and one less, equal and more than a whole
    /// register.
    static final List<Integer> SIZES = List.of(0, 1, 15, 16, 17, 33);
    static final List<DType> FLOATING = List.of(DType.F32, DType.F64);

    private OpSamples() {}

    /// Every sample.
    public static List<OpSample> all() {
        List<OpSample> samples = new ArrayList<>();
        for (DType dtype : FLOATING) {
            Value scalar = Value.zeros(Type.of(dtype, Shape.SCALAR));
            samples.add(OpSample.of(new Leaf.Data(scalar.type())));
            samples.add(OpSample.of(new Leaf.Read(scalar.type())));
            samples.add(OpSample.of(new Leaf.Constant(dtype, 0.1)));
        }
        samples.add(OpSample.of(new Leaf.Constant(DType.I32, -7)));
        samples.add(OpSample.of(new Leaf.Constant(DType.I64, 1L << 40)));
        samples.add(OpSample.of(new Leaf.Constant(DType.BOOL, 1)));
        samples.addAll(ElementwiseSamples.all());
        samples.addAll(ReductionSamples.all());
        samples.addAll(MatmulSamples.all());
        samples.addAll(SlidingSamples.all());
        samples.addAll(MovementSamples.all());
        samples.addAll(IndexingSamples.all());
        samples.addAll(RandomSamples.all());
        samples.addAll(FusedSamples.all());
        return samples;
    }

    /// The samples whose value is computed: all but those of leaves that are bound.
    public static List<OpSample> computed() {
        return all().stream().filter(sample -> !isBound(sample.op())).toList();
    }

    /// Samples by name of the operation, in order.
    public static Map<String, List<OpSample>> byName(List<OpSample> samples) {
        Map<String, List<OpSample>> groups = new LinkedHashMap<>();
        for (OpSample sample : samples) {
            groups.computeIfAbsent(sample.op().name(), name -> new ArrayList<>())
                    .add(sample);
        }
        return groups;
    }

    private static boolean isBound(Op op) {
        return op instanceof Leaf.Data || op instanceof Leaf.Read;
    }

    /// Every kind of operation: the records of the sealed hierarchy and the fused operations that come with Nudge.
    public static Set<Class<?>> kinds() {
        Set<Class<?>> kinds = new LinkedHashSet<>();
        collect(Op.class, kinds);
        return kinds;
    }

    private static void collect(Class<?> type, Set<Class<?>> kinds) {
        if (type == Fused.class) {
            Stream.of(
                            Activation.class,
                            Attentions.class,
                            GatedRecurrence.class,
                            LongShortTermMemory.class,
                            Normalizations.class,
                            LayerNormGradients.class,
                            Pooling.class,
                            Softmaxes.class)
                    .flatMap(holder -> Arrays.stream(holder.getDeclaredClasses()))
                    .filter(Fused.class::isAssignableFrom)
                    .forEach(kinds::add);
        } else if (type.isSealed()) {
            for (Class<?> permitted : type.getPermittedSubclasses()) {
                collect(permitted, kinds);
            }
        } else {
            kinds.add(type);
        }
    }
}

package dev.nudge.oracle;

import ai.onnxruntime.OnnxJavaType;
import ai.onnxruntime.OnnxTensor;
import ai.onnxruntime.OrtEnvironment;
import ai.onnxruntime.OrtException;
import ai.onnxruntime.OrtLoggingLevel;
import ai.onnxruntime.OrtSession;
import ai.onnxruntime.TensorInfo;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Tensor;
import dev.nudge.tensor.Type;
import dev.nudge.tensor.Value;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.FloatBuffer;
import java.nio.IntBuffer;
import java.nio.LongBuffer;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;

/// One operator of ONNX, run by ONNX Runtime: an implementation of layers that shares no code with Nudge.
///
/// A model of several operators is several of these, one behind the other. Tensors go in and come out in the
/// layout of ONNX, which is that of PyTorch: channels first, weights of a convolution
/// `[out, in / groups, height, width]`.
///
/// @param name       of the operator, as in the list of operators of ONNX
/// @param opset      version of the list of operators
/// @param attributes long, float, text, or arrays of numbers
record Onnx(String name, long opset, Map<String, Object> attributes) {
    /// The operator without attributes.
    static Onnx of(String name) {
        return new Onnx(name, 23, Map.of());
    }

    /// The same with one attribute more.
    Onnx with(String attribute, Object value) {
        Map<String, Object> more = new LinkedHashMap<>(attributes);
        more.put(attribute, value);
        return new Onnx(name, opset, more);
    }

    /// The same with an attribute that is a list of integers.
    Onnx withList(String attribute, int... values) {
        return with(attribute, Arrays.stream(values).asLongStream().toArray());
    }

    /// The first output.
    ///
    /// @param inputs in the order of the operator; null where one is left out
    Tensor run(@Nullable Tensor... inputs) {
        return run(List.of(DType.F32), inputs).getFirst();
    }

    /// The outputs of the given types.
    List<Tensor> run(List<DType> outputs, @Nullable Tensor... inputs) {
        OrtEnvironment environment = OrtEnvironment.getEnvironment();
        Map<String, OnnxTensor> fed = new LinkedHashMap<>();
        try (OrtSession.SessionOptions options = new OrtSession.SessionOptions()) {
            options.setIntraOpNumThreads(1);
            options.setSessionLogLevel(OrtLoggingLevel.ORT_LOGGING_LEVEL_ERROR);
            for (int i = 0; i < inputs.length; i++) {
                Tensor input = inputs[i];
                if (input != null) {
                    fed.put("in" + i, fed(environment, input));
                }
            }
            byte[] model = model(outputs, inputs).toByteArray();
            try (OrtSession session = environment.createSession(model, options);
                    OrtSession.Result result = session.run(fed, names(outputs))) {
                List<Tensor> found = new ArrayList<>();
                for (int i = 0; i < outputs.size(); i++) {
                    found.add(read((OnnxTensor) result.get("out" + i).orElseThrow()));
                }
                return found;
            }
        } catch (OrtException problem) {
            throw new IllegalStateException(name + ": " + problem.getMessage(), problem);
        } finally {
            fed.values().forEach(OnnxTensor::close);
        }
    }

    private static Set<String> names(List<DType> outputs) {
        return IntStream.range(0, outputs.size()).mapToObj(i -> "out" + i).collect(Collectors.toSet());
    }

    private static OnnxTensor fed(OrtEnvironment environment, Tensor tensor) throws OrtException {
        Value value = tensor.value();
        int length = value.elements();
        long[] shape = Arrays.stream(tensor.shape().toArray()).asLongStream().toArray();
        return switch (tensor.dtype()) {
            case F32 ->
                OnnxTensor.createTensor(environment, FloatBuffer.wrap((float[]) value.array(), 0, length), shape);
            case I32 -> OnnxTensor.createTensor(environment, IntBuffer.wrap((int[]) value.array(), 0, length), shape);
            case I64 -> OnnxTensor.createTensor(environment, LongBuffer.wrap((long[]) value.array(), 0, length), shape);
            case BOOL -> {
                ByteBuffer bytes = ByteBuffer.allocateDirect(length).order(ByteOrder.nativeOrder());
                bytes.put((byte[]) value.array(), 0, length).flip();
                yield OnnxTensor.createTensor(environment, bytes, shape, OnnxJavaType.BOOL);
            }
            case F64 -> throw new IllegalArgumentException("the comparison is in F32, found " + tensor.type());
        };
    }

    private static Tensor read(OnnxTensor tensor) {
        TensorInfo info = tensor.getInfo();
        Shape shape = Shape.of(
                Arrays.stream(info.getShape()).mapToInt(Math::toIntExact).toArray());
        return switch (info.type) {
            case FLOAT -> {
                float[] elements = new float[shape.elements()];
                tensor.getFloatBuffer().get(elements);
                yield Tensor.data(new Value(Type.of(DType.F32, shape), elements));
            }
            case INT64 -> {
                long[] elements = new long[shape.elements()];
                tensor.getLongBuffer().get(elements);
                yield Tensor.data(new Value(Type.of(DType.I64, shape), elements));
            }
            default -> throw new IllegalStateException("no output of type " + info.type + " was expected");
        };
    }

    // ---- the model as a file: the numbers are those of the fields in onnx.proto -------------------------------------

    private Protobuf model(List<DType> outputs, @Nullable Tensor... inputs) {
        Protobuf node = new Protobuf();
        Protobuf graph = new Protobuf();
        int given = inputs.length;
        while (given > 0 && inputs[given - 1] == null) {
            given--; // those at the end are not even named
        }
        for (int i = 0; i < given; i++) {
            node.with(1, inputs[i] == null ? "" : "in" + i);
        }
        for (int i = 0; i < outputs.size(); i++) {
            node.with(2, "out" + i);
        }
        node.with(4, name);
        attributes.forEach((key, value) -> node.with(5, attribute(key, value)));
        graph.with(1, node).with(2, "graph");
        for (int i = 0; i < inputs.length; i++) {
            Tensor input = inputs[i];
            if (input != null) {
                graph.with(11, described("in" + i, input.dtype(), input.shape()));
            }
        }
        for (int i = 0; i < outputs.size(); i++) {
            graph.with(12, described("out" + i, outputs.get(i), null));
        }
        Protobuf operators = new Protobuf().with(1, "").with(2, opset);
        return new Protobuf().with(1, 10).with(7, graph).with(8, operators);
    }

    private static Protobuf described(String name, DType dtype, @Nullable Shape shape) {
        Protobuf tensor = new Protobuf().with(1, element(dtype));
        if (shape != null) {
            Protobuf extents = new Protobuf();
            for (int extent : shape.toArray()) {
                extents.with(1, new Protobuf().with(1, extent));
            }
            tensor.with(2, extents);
        }
        return new Protobuf().with(1, name).with(2, new Protobuf().with(1, tensor));
    }

    private static int element(DType dtype) {
        return switch (dtype) {
            case F32 -> 1;
            case I32 -> 6;
            case I64 -> 7;
            case BOOL -> 9;
            case F64 -> 11;
        };
    }

    private static Protobuf attribute(String name, Object value) {
        Protobuf attribute = new Protobuf().with(1, name);
        switch (value) {
            case Float number -> attribute.with(2, (float) number).with(20, 1);
            case Integer number -> attribute.with(3, (long) number).with(20, 2);
            case String text -> attribute.with(4, text).with(20, 3);
            case float[] numbers -> {
                for (float number : numbers) {
                    attribute.with(7, number);
                }
                attribute.with(20, 6);
            }
            case long[] numbers -> {
                for (long number : numbers) {
                    attribute.with(8, number);
                }
                attribute.with(20, 7);
            }
            case List<?> texts -> {
                texts.forEach(text -> attribute.with(9, (String) text));
                attribute.with(20, 8);
            }
            default -> throw new IllegalArgumentException("no attribute can be " + value);
        }
        return attribute;
    }
}

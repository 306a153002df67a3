package dev.nudge.onednn;

import static java.lang.foreign.ValueLayout.ADDRESS;
import static java.lang.foreign.ValueLayout.JAVA_INT;
import static java.lang.foreign.ValueLayout.JAVA_LONG;

import dev.nudge.tensor.Shape;
import dev.nudge.tensor.Window;
import java.lang.foreign.Arena;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemoryLayout;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.SymbolLookup;
import java.lang.invoke.MethodHandle;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/// Makes [Primitive]s: code of the library for one operation on one shape.
/*
 * Numbers are those of the library's header dnnl_types.h. A function that makes something writes its address to where
 * the first argument points. What was made is given back to the library when nothing here refers to it any more.
 */
final class Primitives {
    private static final int CPU = 1;
    private static final int F32 = 3;
    private static final int FORWARD_TRAINING = 64;
    private static final int DIRECT = 1;
    private static final int IN_ORDER = 1;
    private static final int SCRATCH_IS_GIVEN = 1;
    private static final int ANY = 1; // layouts
    private static final int IMAGES = 22; // batch, height, width, channels
    private static final int WEIGHT = 28; // height, width, in, out
    private static final int GROUPED_WEIGHT = 39; // height, width, in of a group, groups, out of a group
    private static final int ASK_IMPLEMENTATION = 8;
    private static final int ASK_WEIGHT = 131;
    private static final int ASK_WEIGHT_GRADIENT = 132;
    private static final int ASK_SCRATCH = 136;
    private static final int SOURCE = 1; // arguments
    private static final int RESULT = 17;
    private static final int WEIGHTS = 33;
    private static final int SOURCE_GRADIENT = 129;
    private static final int RESULT_GRADIENT = 145;
    private static final int WEIGHTS_GRADIENT = 161;
    private static final int SCRATCH = 80;
    private static final int UNIMPLEMENTED = 3;
    private static final int MOST_AXES = 12;
    private static final String DESCRIPTION = "dnnl_primitive_desc_destroy";

    private final SymbolLookup symbols;
    private final Library library;
    private final Map<String, MethodHandle> functions = new ConcurrentHashMap<>();
    private final MemorySegment engine;
    private final MemorySegment attributes;
    private final MethodHandle execute;
    private final MethodHandle point;
    private final ThreadLocal<Workspace> workspaces;

    Primitives(Library library, SymbolLookup symbols) {
        this.library = library;
        this.symbols = symbols;
        execute =
                handle("dnnl_primitive_execute", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS, JAVA_INT, ADDRESS));
        point = handle("dnnl_memory_set_data_handle", FunctionDescriptor.of(JAVA_INT, ADDRESS, ADDRESS));
        engine = make("dnnl_engine_create", "dnnl_engine_destroy", CPU, 0L);
        attributes = make("dnnl_primitive_attr_create", "dnnl_primitive_attr_destroy");
        call("dnnl_primitive_attr_set_scratchpad_mode", attributes, SCRATCH_IS_GIVEN);
        workspaces = ThreadLocal.withInitial(
                () -> new Workspace(make("dnnl_stream_create", "dnnl_stream_destroy", engine, IN_ORDER)));
    }

    /// The memory of the calling thread.
    Workspace workspace() {
        return workspaces.get();
    }

    /// Code for `images` images that reads `x` and the weight and writes `y`.
    ///
    /// @throws UnsupportedOperationException if the library has no fast code for the shape
    Primitive convolve(Convolution shapes, int images) {
        MemorySegment x = images(shapes.x(), images);
        MemorySegment y = images(shapes.y(), images);
        MemorySegment description = forward(shapes, x, y);
        return primitive(description, new int[] {SOURCE, WEIGHTS, RESULT}, x, ask(description, ASK_WEIGHT), y);
    }

    /// Code for `images` images that reads `y` and the weight and writes `x`.
    ///
    /// @throws UnsupportedOperationException if the library has no fast code for the shape
    Primitive convolveTransposed(Convolution shapes, int images) {
        MemorySegment x = images(shapes.x(), images);
        MemorySegment y = images(shapes.y(), images);
        MemorySegment description = windows(
                "dnnl_convolution_backward_data_primitive_desc_create",
                shapes,
                List.of(engine, DIRECT, x, weight(shapes, false), y),
                List.of(forward(shapes, x, y), attributes));
        return primitive(
                description, new int[] {RESULT_GRADIENT, WEIGHTS, SOURCE_GRADIENT}, y, ask(description, ASK_WEIGHT), x);
    }

    /// Code for `images` images that reads `x` and `y` and writes the weight.
    ///
    /// @throws UnsupportedOperationException if the library has no fast code for the shape
    Primitive convolveWeight(Convolution shapes, int images) {
        MemorySegment x = images(shapes.x(), images);
        MemorySegment y = images(shapes.y(), images);
        MemorySegment description = windows(
                "dnnl_convolution_backward_weights_primitive_desc_create",
                shapes,
                List.of(engine, DIRECT, x, weight(shapes, false), MemorySegment.NULL, y),
                List.of(forward(shapes, x, y), attributes));
        return primitive(
                description,
                new int[] {SOURCE, RESULT_GRADIENT, WEIGHTS_GRADIENT},
                x,
                y,
                ask(description, ASK_WEIGHT_GRADIENT));
    }

    private MemorySegment forward(Convolution shapes, MemorySegment x, MemorySegment y) {
        return windows(
                "dnnl_convolution_forward_primitive_desc_create",
                shapes,
                List.of(engine, FORWARD_TRAINING, DIRECT, x, weight(shapes, false), MemorySegment.NULL, y),
                List.of(attributes));
    }

    /// The description that `function` makes, whose arguments in the middle say how windows go.
    private MemorySegment windows(String function, Convolution shapes, List<Object> first, List<Object> last) {
        Window down = shapes.height();
        Window across = shapes.width();
        try (Arena arena = Arena.ofConfined()) {
            List<Object> all = new ArrayList<>(first);
            all.add(extents(arena, down.stride(), across.stride()));
            all.add(extents(arena, down.dilation() - 1, across.dilation() - 1));
            all.add(extents(arena, down.before(), across.before()));
            all.add(extents(arena, down.after(), across.after()));
            all.addAll(last);
            return make(function, DESCRIPTION, all.toArray());
        }
    }

    /// From a weight as Nudge has it to that of argument `number` of `to`.
    Primitive toWeight(Convolution shapes, Primitive to, int number) {
        return reorder(weight(shapes, true), to.shape(number));
    }

    /// From the weight of argument `number` of `from` to one as Nudge has it.
    Primitive fromWeight(Convolution shapes, Primitive from, int number) {
        return reorder(from.shape(number), weight(shapes, true));
    }

    private Primitive reorder(MemorySegment from, MemorySegment to) {
        MemorySegment description =
                make("dnnl_reorder_primitive_desc_create", DESCRIPTION, from, engine, to, engine, attributes);
        return primitive(description, new int[] {SOURCE, RESULT}, from, to);
    }

    private MemorySegment images(Shape shape, int images) {
        return shape(IMAGES, images, shape.extent(3), shape.extent(1), shape.extent(2));
    }

    /// As Nudge has it, or as the library likes it best.
    private MemorySegment weight(Convolution shapes, boolean asItIs) {
        int groups = shapes.groups();
        int height = shapes.height().extent();
        int width = shapes.width().extent();
        return groups == 1
                ? shape(asItIs ? WEIGHT : ANY, shapes.out(), shapes.in(), height, width)
                : shape(
                        asItIs ? GROUPED_WEIGHT : ANY,
                        groups,
                        shapes.out() / groups,
                        shapes.in() / groups,
                        height,
                        width);
    }

    private MemorySegment shape(int layout, long... extents) {
        try (Arena arena = Arena.ofConfined()) {
            return make(
                    "dnnl_memory_desc_create_with_tag",
                    "dnnl_memory_desc_destroy",
                    extents.length,
                    extents(arena, extents),
                    F32,
                    layout);
        }
    }

    private static MemorySegment extents(Arena arena, long... extents) {
        return arena.allocateFrom(JAVA_LONG, Arrays.copyOf(extents, MOST_AXES));
    }

    /// The description of a part of what `description` describes, which lives as long.
    private MemorySegment ask(MemorySegment description, int part) {
        MemorySegment own = (MemorySegment) invoke("dnnl_primitive_desc_query_md", ADDRESS, description, part, 0);
        return make("dnnl_memory_desc_clone", "dnnl_memory_desc_destroy", own);
    }

    @SuppressWarnings("restricted") // a name of unknown length
    private boolean isPlainLoops(MemorySegment description) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment name = arena.allocate(ADDRESS);
            call("dnnl_primitive_desc_query", description, ASK_IMPLEMENTATION, 0, name);
            return name.get(ADDRESS, 0)
                    .reinterpret(Integer.MAX_VALUE)
                    .getString(0)
                    .startsWith("ref");
        }
    }

    private Primitive primitive(MemorySegment description, int[] arguments, MemorySegment... shapes) {
        if (isPlainLoops(description)) {
            throw new UnsupportedOperationException("the library has only plain loops for this shape");
        }
        MemorySegment scratch = ask(description, ASK_SCRATCH);
        MemorySegment[] all = Arrays.copyOf(shapes, shapes.length + 1);
        all[shapes.length] = scratch;
        int[] numbers = Arrays.copyOf(arguments, arguments.length + 1);
        numbers[arguments.length] = SCRATCH;
        long[] bytes = new long[all.length];
        for (int i = 0; i < all.length; i++) {
            bytes[i] = (long) invoke("dnnl_memory_desc_get_size", JAVA_LONG, all[i]);
        }
        MemorySegment code = make("dnnl_primitive_create", "dnnl_primitive_destroy", description);
        return new Primitive(this, code, numbers, all, bytes);
    }

    /// An object for memory of that shape, which points nowhere yet.
    MemorySegment memory(MemorySegment shape) {
        return make("dnnl_memory_create", "dnnl_memory_destroy", shape, engine, MemorySegment.NULL);
    }

    void point(MemorySegment memory, MemorySegment to) {
        try {
            check("dnnl_memory_set_data_handle", (int) point.invokeExact(memory, to));
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    void execute(MemorySegment code, MemorySegment stream, int count, MemorySegment arguments) {
        library.beAlone();
        try {
            check("dnnl_primitive_execute", (int) execute.invokeExact(code, stream, count, arguments));
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    /// What `function` makes of `arguments`; `destroy` takes it back.
    @SuppressWarnings("restricted")
    private MemorySegment make(String function, String destroy, Object... arguments) {
        try (Arena arena = Arena.ofConfined()) {
            MemorySegment made = arena.allocate(ADDRESS);
            Object[] all = new Object[arguments.length + 1];
            all[0] = made;
            System.arraycopy(arguments, 0, all, 1, arguments.length);
            call(function, all);
            return made.get(ADDRESS, 0).reinterpret(Arena.ofAuto(), gone -> call(destroy, gone));
        }
    }

    private void call(String function, Object... arguments) {
        check(function, (int) invoke(function, JAVA_INT, arguments));
    }

    private static void check(String function, int status) {
        if (status == UNIMPLEMENTED) {
            throw new UnsupportedOperationException(function + ": the library has no code for this shape");
        }
        if (status != 0) {
            throw new IllegalStateException(function + " gave status " + status);
        }
    }

    private Object invoke(String function, MemoryLayout result, Object... arguments) {
        library.beAlone();
        MemoryLayout[] types = Arrays.stream(arguments).map(Primitives::typeOf).toArray(MemoryLayout[]::new);
        try {
            return functions
                    .computeIfAbsent(function, name -> handle(name, FunctionDescriptor.of(result, types)))
                    .invokeWithArguments(arguments);
        } catch (Throwable e) {
            throw unchecked(e);
        }
    }

    private static MemoryLayout typeOf(Object argument) {
        return switch (argument) {
            case Integer _ -> JAVA_INT;
            case Long _ -> JAVA_LONG;
            default -> ADDRESS;
        };
    }

    @SuppressWarnings("restricted")
    private MethodHandle handle(String function, FunctionDescriptor type) {
        return Linker.nativeLinker().downcallHandle(symbols.findOrThrow(function), type);
    }

    /// What a method handle threw, of which its type says nothing.
    static RuntimeException unchecked(Throwable e) {
        return switch (e) {
            case Error error -> throw error;
            case RuntimeException exception -> exception;
            default -> new IllegalStateException(e);
        };
    }
}

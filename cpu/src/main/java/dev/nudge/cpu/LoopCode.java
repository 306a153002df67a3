package dev.nudge.cpu;

import dev.nudge.tensor.Binary;
import dev.nudge.tensor.Cast;
import dev.nudge.tensor.Compare;
import dev.nudge.tensor.DType;
import dev.nudge.tensor.Elementwise;
import dev.nudge.tensor.IsFinite;
import dev.nudge.tensor.Logical;
import dev.nudge.tensor.Unary;
import dev.nudge.tensor.Where;
import dev.nudge.tensor.backend.Loop;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.lang.classfile.Attributes;
import java.lang.classfile.ClassFile;
import java.lang.classfile.ClassModel;
import java.lang.classfile.CodeBuilder;
import java.lang.classfile.CodeElement;
import java.lang.classfile.CodeModel;
import java.lang.classfile.Instruction;
import java.lang.classfile.Label;
import java.lang.classfile.MethodModel;
import java.lang.classfile.TypeKind;
import java.lang.classfile.attribute.CodeAttribute;
import java.lang.classfile.instruction.InvokeInstruction;
import java.lang.classfile.instruction.LoadInstruction;
import java.lang.classfile.instruction.ReturnInstruction;
import java.lang.classfile.instruction.StoreInstruction;
import java.lang.constant.ClassDesc;
import java.lang.constant.ConstantDescs;
import java.lang.constant.MethodTypeDesc;
import java.lang.invoke.MethodHandles;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;

/// Writes the code of a loop: a [TileStep] that does all its steps in one pass, every value between them in a register.
///
/// The code of an operation is pasted from [VectorOperations], instruction by instruction, so that nothing depends on
/// what the compiler inlines. The result is a hidden class, which goes when the loop goes.
/*
 * The written method is what one would write by hand:
 *
 *     float[] x = tile.floats[0]; int xFrom = tile.from[0]; FloatVector rate = repeat(tile.number[1]); ...
 *     for (int i = 0; i < length; i += LANES) {
 *         FloatVector v = load(x, xFrom + i); ...
 *         store(v, y, yFrom + i); ...
 *     }
 *
 * `length` must be a multiple of the lanes. A value is stored at once, unless its array is that of an operand that is
 * still to be read.
 */
final class LoopCode {
    /// The JVM never compiles a method of more bytes than this.
    private static final int LARGEST = 8000;

    /// The largest operation times this many still fits a method at all.
    private static final int MOST_STEPS = 100;

    private static final ClassDesc TILE = ClassDesc.of("dev.nudge.cpu.Tile");
    private static final ClassDesc FLOATS = ConstantDescs.CD_float.arrayType();
    private static final ClassDesc STEP = ClassDesc.of("dev.nudge.cpu.TileStep");
    private static final ClassDesc NAME = ClassDesc.of("dev.nudge.cpu.GeneratedLoop");
    private static final MethodTypeDesc RUN = MethodTypeDesc.of(ConstantDescs.CD_void, TILE, ConstantDescs.CD_int);

    private static final int TILE_LOCAL = 1;
    private static final int LENGTH_LOCAL = 2;
    private static final int INDEX_LOCAL = 3;

    private final Loop loop;
    private final Map<String, Method> methods = new HashMap<>();
    private final int[] array; // by value: the local that holds its array
    private final int[] from; // by value: the local that holds where in it the tile starts
    private final int[] vector; // by value: the local that holds the value, or -1 as long as it has none
    private int locals = INDEX_LOCAL + 1;

    private LoopCode(Loop loop) {
        this.loop = loop;
        int values = loop.inputs().size() + loop.steps().size();
        this.array = new int[values];
        this.from = new int[values];
        this.vector = new int[values];
        read(VectorOperations.class);
        read(VectorMath.class);
    }

    /// The code of `loop`, or none where it has an operation or an array that no vector operation exists for.
    static Optional<TileStep> of(Loop loop) {
        return isSupported(loop) ? new LoopCode(loop).define() : Optional.empty();
    }

    private static boolean isSupported(Loop loop) {
        boolean powers = loop.steps().stream().anyMatch(step -> step.op() instanceof Binary.Pow);
        boolean truths = loop.inputs().stream()
                        .anyMatch(input -> input.source().dtype() == DType.BOOL && !input.isScalar())
                || loop.outputs().stream()
                        .anyMatch(output -> loop.steps().get(output.step()).dtype() == DType.BOOL);
        return !powers && !truths && loop.steps().size() <= MOST_STEPS;
    }

    private void read(Class<?> source) {
        try (InputStream in = source.getResourceAsStream(source.getSimpleName() + ".class")) {
            if (in == null) {
                throw new IOException("no class file of " + source);
            }
            ClassModel model =
                    ClassFile.of(ClassFile.DebugElementsOption.DROP_DEBUG).parse(in.readAllBytes());
            for (MethodModel method : model.methods()) {
                CodeAttribute code = method.findAttribute(Attributes.code()).orElseThrow();
                methods.put(
                        key(model.thisClass().asSymbol(), method.methodName().stringValue()),
                        new Method(method.methodTypeSymbol(), code, code.maxLocals()));
            }
        } catch (IOException failed) {
            throw new UncheckedIOException(failed);
        }
    }

    private static String key(ClassDesc owner, String method) {
        return owner.displayName() + "." + method;
    }

    private Optional<TileStep> define() {
        byte[] bytes = ClassFile.of()
                .build(
                        NAME,
                        type -> type.withInterfaceSymbols(STEP)
                                .withMethodBody(
                                        ConstantDescs.INIT_NAME,
                                        ConstantDescs.MTD_void,
                                        0,
                                        code -> code.aload(0)
                                                .invokespecial(
                                                        ConstantDescs.CD_Object,
                                                        ConstantDescs.INIT_NAME,
                                                        ConstantDescs.MTD_void)
                                                .return_())
                                .withMethodBody("run", RUN, ClassFile.ACC_PUBLIC, this::write));
        if (size(bytes) > LARGEST) {
            return Optional.empty();
        }
        try {
            return Optional.of((TileStep) MethodHandles.lookup()
                    .defineHiddenClass(bytes, true)
                    .lookupClass()
                    .getDeclaredConstructor()
                    .newInstance());
        } catch (ReflectiveOperationException impossible) {
            throw new IllegalStateException("the written class does not load", impossible);
        }
    }

    private static int size(byte[] bytes) {
        return ClassFile.of().parse(bytes).methods().stream()
                .flatMap(method -> method.findAttribute(Attributes.code()).stream())
                .mapToInt(CodeAttribute::codeLength)
                .max()
                .orElseThrow();
    }

    private void write(CodeBuilder code) {
        int inputs = loop.inputs().size();
        for (int value = 0; value < inputs; value++) {
            Loop.Input input = loop.inputs().get(value);
            vector[value] = -1;
            if (input.isScalar()) {
                code.aload(TILE_LOCAL)
                        .getfield(TILE, "number", FLOATS)
                        .loadConstant(value)
                        .faload();
                paste(code, input.source().dtype() == DType.F32 ? "repeat" : "repeatTruth");
                vector[value] = keep(code);
            } else {
                find(code, value);
            }
        }
        for (Loop.Output output : loop.outputs()) {
            find(code, inputs + output.step());
        }
        Label next = code.newLabel();
        Label end = code.newLabel();
        code.iconst_0().istore(INDEX_LOCAL).labelBinding(next);
        code.iload(INDEX_LOCAL).iload(LENGTH_LOCAL).if_icmpge(end);
        for (int s = 0; s < loop.steps().size(); s++) {
            operation(code, loop.steps().get(s));
            vector[inputs + s] = keep(code);
            for (Loop.Output output : loop.outputs()) {
                if (output.step() == s && output.overwrites() < 0) {
                    store(code, inputs + s);
                }
            }
        }
        for (Loop.Output output : loop.outputs()) {
            if (output.overwrites() >= 0) {
                store(code, inputs + output.step());
            }
        }
        code.iinc(INDEX_LOCAL, GemmPacking.LANES).goto_(next).labelBinding(end).return_();
    }

    /// Reads from the tile where value `value` lies.
    private void find(CodeBuilder code, int value) {
        array[value] = locals++;
        from[value] = locals++;
        code.aload(TILE_LOCAL)
                .getfield(TILE, "floats", FLOATS.arrayType())
                .loadConstant(value)
                .aaload();
        code.astore(array[value]);
        code.aload(TILE_LOCAL)
                .getfield(TILE, "from", ConstantDescs.CD_int.arrayType())
                .loadConstant(value)
                .iaload();
        code.istore(from[value]);
    }

    /// Stores what is on the stack in a local of its own.
    private int keep(CodeBuilder code) {
        code.astore(locals);
        return locals++;
    }

    private void operation(CodeBuilder code, Loop.Step step) {
        for (int argument : step.arguments()) {
            if (vector[argument] < 0) {
                code.aload(array[argument])
                        .iload(from[argument])
                        .iload(INDEX_LOCAL)
                        .iadd();
                paste(code, "load");
                vector[argument] = keep(code);
            }
            code.aload(vector[argument]);
        }
        if (step.op() instanceof Unary.LeakyRelu(double slope)) {
            code.loadConstant((float) slope);
        }
        name(step.op(), loop.dtype(step.arguments().getFirst())).ifPresent(name -> paste(code, name));
    }

    private void store(CodeBuilder code, int value) {
        code.aload(vector[value]).aload(array[value]);
        code.iload(from[value]).iload(INDEX_LOCAL).iadd();
        paste(code, "store");
    }

    /// The method of [VectorOperations] for `op`, or none where the result is the operand.
    private static Optional<String> name(Elementwise op, DType operand) {
        return switch (op) {
            case Unary unary -> Optional.of(name(unary));
            case Binary binary -> Optional.of(name(binary));
            case Compare compare ->
                Optional.of(
                        switch (compare.relation()) {
                            case LESS -> "less";
                            case LESS_OR_EQUAL -> "lessOrEqual";
                            case GREATER -> "greater";
                            case GREATER_OR_EQUAL -> "greaterOrEqual";
                            case EQUAL -> "equal";
                            case NOT_EQUAL -> "notEqual";
                        });
            case Logical.And _ -> Optional.of("and");
            case Logical.Or _ -> Optional.of("or");
            case Logical.Not _ -> Optional.of("not");
            case Where _ -> Optional.of("where");
            case IsFinite _ -> Optional.of("isFinite");
            case Cast(DType target) -> {
                if (target == operand) {
                    yield Optional.empty();
                }
                yield Optional.of(target == DType.F32 ? "toNumber" : "toTruth");
            }
        };
    }

    private static String name(Unary op) {
        return switch (op) {
            case Unary.Negate _ -> "negate";
            case Unary.Abs _ -> "abs";
            case Unary.Sign _ -> "sign";
            case Unary.Exp _ -> "exp";
            case Unary.Log _ -> "log";
            case Unary.Sqrt _ -> "sqrt";
            case Unary.Sigmoid _ -> "sigmoid";
            case Unary.Tanh _ -> "tanh";
            case Unary.Erf _ -> "erf";
            case Unary.Softplus _ -> "softplus";
            case Unary.Relu _ -> "relu";
            case Unary.LeakyRelu _ -> "leakyRelu";
        };
    }

    private static String name(Binary op) {
        return switch (op) {
            case Binary.Add _ -> "add";
            case Binary.Sub _ -> "subtract";
            case Binary.Mul _ -> "multiply";
            case Binary.Div _ -> "divide";
            case Binary.Max _ -> "max";
            case Binary.Min _ -> "min";
            case Binary.Pow _ -> throw new IllegalStateException("powers have no vector operation");
        };
    }

    private void paste(CodeBuilder code, String method) {
        paste(code, VectorOperations.class.describeConstable().orElseThrow(), method);
    }

    /// Writes the instructions of a method in place of a call: takes its arguments from the stack and leaves its result
    /// there.
    private void paste(CodeBuilder code, ClassDesc owner, String name) {
        Method method = Objects.requireNonNull(methods.get(key(owner, name)), name);
        int base = locals;
        locals += method.locals();
        List<ClassDesc> parameters = method.type().parameterList();
        for (int slot = parameters.size() - 1; slot >= 0; slot--) { // none takes two slots
            code.storeLocal(TypeKind.from(parameters.get(slot)), base + slot);
        }
        for (CodeElement element : method.code()) {
            switch (element) {
                case LoadInstruction load -> code.loadLocal(load.typeKind(), base + load.slot());
                case StoreInstruction store -> code.storeLocal(store.typeKind(), base + store.slot());
                case ReturnInstruction _ -> {} // the last one: the result is on the stack
                case InvokeInstruction invoke
                when methods.containsKey(
                        key(invoke.owner().asSymbol(), invoke.name().stringValue())) ->
                    paste(code, invoke.owner().asSymbol(), invoke.name().stringValue());
                case Instruction other -> code.with(other);
                default -> {} // labels and line numbers
            }
        }
    }

    /// A method that can be pasted.
    private record Method(MethodTypeDesc type, CodeModel code, int locals) {}
}

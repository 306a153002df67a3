package dev.nudge.peers;

import static org.bytedeco.pytorch.global.torch.compile;
import static org.bytedeco.pytorch.global.torch.zeros;
import static org.bytedeco.pytorch.global.torch.zeros_like;

import dev.nudge.bench.Update;
import java.util.ArrayList;
import java.util.List;
import org.bytedeco.pytorch.CompilationUnit;
import org.bytedeco.pytorch.Function;
import org.bytedeco.pytorch.IValue;
import org.bytedeco.pytorch.IValueVector;
import org.bytedeco.pytorch.QualifiedName;
import org.bytedeco.pytorch.Scalar;
import org.bytedeco.pytorch.Tensor;
import org.bytedeco.pytorch.TensorVector;

/// The kernels of libtorch that update all parameters in one call. The C++ interface lacks them,
/// TorchScript has them.
final class LibtorchFusedUpdate implements LibtorchUpdate {
    private static final String SCRIPT = """
            def first(tensor: Tensor):
                return [tensor]

            def add(tensors: List[Tensor], tensor: Tensor):
                tensors.append(tensor)

            def sgd(weights: List[Tensor], means: List[Tensor], rate: float, momentum: float, first: bool):
                gradients = [weight.grad for weight in weights]
                torch._fused_sgd_(weights, gradients, means, weight_decay=0.0, momentum=momentum, lr=rate,
                    dampening=0.0, nesterov=False, maximize=False, is_first_step=first)

            def adam(weights: List[Tensor], means: List[Tensor], squares: List[Tensor], steps: List[Tensor],
                    rate: float, beta1: float, beta2: float, decay: float):
                gradients = [weight.grad for weight in weights]
                torch._fused_adamw_(weights, gradients, means, squares, [], steps, lr=rate, beta1=beta1, beta2=beta2,
                    weight_decay=decay, eps=1e-8, amsgrad=False, maximize=False)
            """;

    private final CompilationUnit script = compile(SCRIPT);
    private final Update update;
    private final TensorVector parameters;
    private final Tensor steps = zeros(new long[0]);
    private final List<Group> groups = new ArrayList<>();
    private boolean first = true;

    /// Parameters with the same weight decay: the arguments of their call.
    private record Group(Function function, List<IValue> arguments) {}

    LibtorchFusedUpdate(Update update, TensorVector parameters) {
        this.update = update;
        this.parameters = parameters;
        List<Tensor> matrices = new ArrayList<>();
        List<Tensor> others = new ArrayList<>();
        for (long i = 0; i < parameters.size(); i++) {
            Tensor parameter = parameters.get(i);
            boolean decays = update.decay() > 0 && parameter.dim() >= 2;
            (decays ? matrices : others).add(parameter);
        }
        if (!matrices.isEmpty()) {
            groups.add(group(matrices, update.decay()));
        }
        if (!others.isEmpty()) {
            groups.add(group(others, 0));
        }
    }

    private Group group(List<Tensor> weights, double decay) {
        IValue means = list(weights.stream().map(weight -> zeros_like(weight)).toList());
        return switch (update) {
            case SGD, MOMENTUM ->
                new Group(
                        function("sgd"),
                        List.of(list(weights), means, new IValue(update.rate()), new IValue(update.beta1())));
            // Without decay AdamW is Adam.
            case ADAM, ADAMW ->
                new Group(
                        function("adam"),
                        List.of(
                                list(weights),
                                means,
                                list(weights.stream()
                                        .map(weight -> zeros_like(weight))
                                        .toList()),
                                list(weights.stream().map(_ -> steps).toList()),
                                new IValue(update.rate()),
                                new IValue(update.beta1()),
                                new IValue(update.beta2()),
                                new IValue(decay)));
        };
    }

    private IValue list(List<Tensor> tensors) {
        // An empty list would be one constant for all.
        IValue list = function("first").apply(new IValueVector(new IValue(tensors.getFirst())));
        for (Tensor tensor : tensors.subList(1, tensors.size())) {
            function("add").apply(new IValueVector(list, new IValue(tensor)));
        }
        return list;
    }

    private Function function(String name) {
        return script.get_function(new QualifiedName(name));
    }

    @Override
    public void clear() {
        for (long i = 0; i < parameters.size(); i++) {
            parameters.get(i).mutable_grad().reset();
        }
    }

    @Override
    public void step() {
        steps.add_(new Scalar(1));
        for (Group group : groups) {
            IValueVector arguments = new IValueVector();
            group.arguments.forEach(arguments::push_back);
            switch (update) {
                case SGD, MOMENTUM -> arguments.push_back(new IValue(first));
                case ADAM, ADAMW -> {}
            }
            group.function.apply(arguments);
        }
        first = false;
    }
}

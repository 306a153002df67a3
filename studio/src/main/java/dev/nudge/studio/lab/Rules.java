package dev.nudge.studio.lab;

import dev.nudge.nn.optim.Adagrad;
import dev.nudge.nn.optim.Adam;
import dev.nudge.nn.optim.AdamW;
import dev.nudge.nn.optim.Momentum;
import dev.nudge.nn.optim.RmsProp;
import dev.nudge.nn.optim.Sgd;
import dev.nudge.nn.optim.UpdateRule;
import java.util.List;

/// The update rules of the playground, by name.
final class Rules {
    static final List<String> NAMES = List.of("sgd", "momentum", "rmsprop", "adagrad", "adam", "adamw");

    private Rules() {}

    static UpdateRule of(Specification specification) {
        return switch (specification.optimizer()) {
            case "sgd" -> Sgd.of();
            case "momentum" -> Momentum.of();
            case "rmsprop" -> RmsProp.of();
            case "adagrad" -> Adagrad.of();
            case "adam" -> Adam.of();
            case "adamw" -> AdamW.of().withWeightDecay(specification.weightDecay());
            default -> throw new IllegalArgumentException("optimizer: unknown " + specification.optimizer());
        };
    }
}

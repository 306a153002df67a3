import org.jspecify.annotations.NullMarked;

/// Real models on real data, one file each.
@NullMarked
module dev.nudge.examples {
    requires static org.jspecify;
    requires transitive dev.nudge.train;
    requires de.siegmar.fastcsv;

    exports dev.nudge.examples;

    opens dev.nudge.examples to
            dev.nudge.nn; // which finds the parameters of the models in their record components
}

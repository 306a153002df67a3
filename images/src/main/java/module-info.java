import org.jspecify.annotations.NullMarked;

/// Folders of pictures as data sets.
@NullMarked
module dev.nudge.images {
    requires static org.jspecify;
    requires transitive dev.nudge.train;
    requires java.desktop;

    exports dev.nudge.images;
}

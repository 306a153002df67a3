import org.jspecify.annotations.NullMarked;

/// Records training runs and shows them in a browser.
@NullMarked
module dev.nudge.studio {
    requires static org.jspecify;
    requires transitive dev.nudge.train;
    requires java.sql;
    requires org.xerial.sqlitejdbc;
    requires io.helidon.webserver;
    requires io.helidon.webserver.sse;

    exports dev.nudge.studio.lab;
    exports dev.nudge.studio.record;
    exports dev.nudge.studio.server;
}

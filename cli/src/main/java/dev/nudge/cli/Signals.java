package dev.nudge.cli;

import dev.nudge.train.StopSignal;
import java.lang.reflect.Proxy;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;

/// What Ctrl-C and its kin do to a run: the first asks it to stop after its step, the second ends the process.
final class Signals {
    private static final int SIGINT = 2;
    private static final int SIGTERM = 15;
    private static final int SIGNALLED = 128;

    private final StopSignal stop;
    private final AtomicInteger received = new AtomicInteger();
    private volatile boolean atOnce;

    private Signals(StopSignal stop) {
        this.stop = stop;
    }

    /// Begins to listen; a lost terminal (SIGHUP) no longer ends the process.
    static Signals listen(StopSignal stop) {
        Signals signals = new Signals(stop);
        handle("INT", _ -> signals.receive(SIGINT, "interrupted (SIGINT)"));
        handle("TERM", _ -> signals.receive(SIGTERM, "terminated (SIGTERM)"));
        handle("HUP", _ -> {});
        return signals;
    }

    private void receive(int number, String why) {
        if (atOnce || !received.compareAndSet(0, number)) {
            Runtime.getRuntime().halt(SIGNALLED + number);
        }
        stop.stop(why);
    }

    /// From now on one signal ends the process: everything is on disk.
    void endAtOnce() {
        atOnce = true;
    }

    /// The exit code of a process that was stopped by the signal received, or 0 if there was none.
    int exitCode() {
        return received.get() == 0 ? 0 : SIGNALLED + received.get();
    }

    // The JDK has no other way to tell a first Ctrl-C from a second. The compiler's warning about these classes cannot
    // be
    // turned off, and warnings are errors here, so they are found by name.
    private static void handle(String name, Consumer<Object> action) {
        try {
            Class<?> signal = Class.forName("sun.misc.Signal");
            Class<?> handler = Class.forName("sun.misc.SignalHandler");
            Object proxy = Proxy.newProxyInstance(
                    Signals.class.getClassLoader(),
                    new Class<?>[] {handler},
                    (it, method, arguments) -> switch (method.getName()) {
                        case "handle" -> {
                            action.accept(arguments[0]);
                            yield null;
                        }
                        case "equals" -> it == arguments[0];
                        case "hashCode" -> System.identityHashCode(it);
                        default -> "signal handler";
                    });
            Object number = signal.getConstructor(String.class).newInstance(name);
            signal.getMethod("handle", signal, handler).invoke(null, number, proxy);
        } catch (ReflectiveOperationException | IllegalArgumentException _) {
            // Not on this system, or taken by the JVM itself (-Xrs): the system's own meaning of the signal stays.
        }
    }
}

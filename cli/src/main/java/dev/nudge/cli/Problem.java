package dev.nudge.cli;

import dev.nudge.train.io.Json.JsonObject;
import dev.nudge.train.io.NudgeException;
import java.io.IOException;

/// One thing that is wrong, told in one line.
///
/// @param code    stable code, such as `E611`
/// @param where   option, file or key that it is about
/// @param message what is wrong and what to do
record Problem(String code, String where, String message) {
    static Problem of(NudgeException e) {
        return isOutOfFiles(e)
                ? new Problem(
                        "E011",
                        e.where(),
                        "too many open files: the system lets this process open no more. Raise the limit, for example"
                                + " with ulimit -n 1024, and try again. (" + e.code() + ": " + e.problem() + ")")
                : new Problem(e.code(), e.where(), e.problem());
    }

    // Whatever was being read or written, the mend is the same. The JDK has no exception of its own for it; its message
    // is the system's.
    private static boolean isOutOfFiles(NudgeException e) {
        for (Throwable cause = e.getCause(); cause != null; cause = cause.getCause()) {
            if (cause instanceof IOException
                    && String.valueOf(cause.getMessage()).contains("Too many open files")) {
                return true;
            }
        }
        return false;
    }

    /// A message in the form `error[E611] where: what`, taken apart; texts of another form get the code `fallback`.
    static Problem parse(String text, String fallback, String where) {
        String start = "error[";
        int codeEnd = text.indexOf("] ");
        int colon = text.indexOf(": ", Math.max(0, codeEnd));
        if (!text.startsWith(start) || codeEnd < 0 || colon < 0) {
            return new Problem(fallback, where, text);
        }
        return new Problem(
                text.substring(start.length(), codeEnd), text.substring(codeEnd + 2, colon), text.substring(colon + 2));
    }

    String line() {
        return NudgeException.escape("error[" + code + "] " + where + ": " + message);
    }

    JsonObject event() {
        return JsonObject.EMPTY
                .with("event", "error")
                .with("code", code)
                .with("where", where)
                .with("message", message);
    }
}

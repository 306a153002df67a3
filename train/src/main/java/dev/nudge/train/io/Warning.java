package dev.nudge.train.io;

/// Something that was put right or passed over and that a person should know: a stable code, the place, what
/// happened.
///
/// @param code the stable code, such as `W401`
/// @param where the file, checkpoint or layer that it is about
/// @param message what happened and what was done about it
public record Warning(String code, String where, String message) {
    /// One line: `warning[W401] where: message`, with control characters escaped.
    @Override
    public String toString() {
        return NudgeException.escape("warning[" + code + "] " + where + ": " + message);
    }
}

package dev.nudge.images;

import dev.nudge.train.io.NudgeException;

/// What may go wrong with one file, told by its name.
///
/// @param where  the file
/// @param pixels most pixels that may be decoded
record Guard(String where, long pixels) {
    NudgeException damaged(String cause) {
        return new NudgeException("E520", where, "not a readable image: " + cause + ". Repair or remove the file.");
    }

    NudgeException damaged(Throwable cause) {
        String why = cause.getMessage() == null ? cause.getClass().getSimpleName() : cause.getMessage();
        return new NudgeException(
                "E520", where, "not a readable image: " + why + ". Repair or remove the file.", cause);
    }

    NudgeException tooLarge(String found) {
        return new NudgeException(
                "E521",
                where,
                "too large an image - expected at most " + pixels + " pixels, found " + found
                        + ". Make it smaller or remove it.");
    }

    NudgeException longText(int longest) {
        return new NudgeException(
                "E522", where, "a text chunk is above " + (longest >> 20) + " MiB. Save the image without its texts.");
    }

    void checkPixels(int height, int width) {
        if ((long) height * width > pixels) {
            throw tooLarge(width + " x " + height);
        }
    }
}

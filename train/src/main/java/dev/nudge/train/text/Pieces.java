package dev.nudge.train.text;

import java.util.ArrayList;
import java.util.List;

/// Cuts text into the pieces that pairs are merged within.
///
/// A piece is a longest run of letters (with their marks), of digits, or of other signs, each with the one space
/// (U+0020) that stands before it; what white space is left over forms runs of its own. No piece is longer than 64
/// characters, so that the work for a text grows no faster than its length, whatever the text. The pieces put together
/// are the text.
///
/// GPT-2's rule (Radford et al. 2019) also cuts English contractions; this one knows no language.
final class Pieces {
    private static final int LONGEST = 64;

    private enum Kind {
        SPACE,
        LETTER,
        DIGIT,
        SIGN
    }

    private Pieces() {}

    static List<String> of(String text) {
        List<String> pieces = new ArrayList<>();
        int at = 0;
        while (at < text.length()) {
            int end = end(text, at);
            pieces.add(text.substring(at, end));
            at = end;
        }
        return pieces;
    }

    private static int end(String text, int from) {
        int at = from;
        int count = 0;
        if (text.charAt(at) == ' ' && at + 1 < text.length() && kind(text, at + 1) != Kind.SPACE) {
            at++;
            count++;
        }
        Kind kind = kind(text, at);
        while (at < text.length() && count < LONGEST && kind(text, at) == kind) {
            boolean spaceOfNext = kind == Kind.SPACE
                    && at > from
                    && text.charAt(at) == ' '
                    && at + 1 < text.length()
                    && kind(text, at + 1) != Kind.SPACE;
            if (spaceOfNext) {
                break;
            }
            at += Character.charCount(text.codePointAt(at));
            count++;
        }
        return at;
    }

    private static Kind kind(String text, int at) {
        int character = text.codePointAt(at);
        if (isSpace(character)) {
            return Kind.SPACE;
        }
        if (Character.isLetter(character) || isMark(character)) {
            return Kind.LETTER;
        }
        return Character.isDigit(character) ? Kind.DIGIT : Kind.SIGN;
    }

    static boolean isSpace(int character) {
        return Character.isWhitespace(character) || Character.isSpaceChar(character);
    }

    static boolean isMark(int character) {
        return switch (Character.getType(character)) {
            case Character.NON_SPACING_MARK, Character.ENCLOSING_MARK, Character.COMBINING_SPACING_MARK -> true;
            default -> false;
        };
    }
}

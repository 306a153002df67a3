package dev.nudge.tensor;

/// The names of operations, made once per class: every node that is written asks for the name of its operation.
final class OpNames {
    private static final ClassValue<String> NAMES = new ClassValue<>() {
        @Override
        protected String computeValue(Class<?> type) {
            String simple = type.getSimpleName();
            return Character.toLowerCase(simple.charAt(0)) + simple.substring(1);
        }
    };

    private OpNames() {}

    static String of(Class<? extends Op> type) {
        return NAMES.get(type);
    }
}

package dev.nudge.train.io;

import java.math.BigInteger;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.SplittableRandom;

/// A safetensors file made of parts, of which at most a few are wrong, and whether it keeps the rules.
///
/// The verdict is derived from the parts with exact arithmetic, apart from the reader's code.
record SafetensorsCase(String header, int dataBytes, boolean valid) {
    private record Part(String name, String type, List<BigInteger> shape, BigInteger begin, BigInteger end) {
        String json() {
            return "\"%s\":{\"dtype\":\"%s\",\"shape\":%s,\"data_offsets\":[%s,%s]}"
                    .formatted(name, type, shape, begin, end);
        }
    }

    byte[] file() {
        byte[] text = header.getBytes(StandardCharsets.UTF_8);
        return ByteBuffer.allocate(8 + text.length + dataBytes)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putLong(text.length)
                .put(text)
                .array();
    }

    static SafetensorsCase random(SplittableRandom random) {
        List<Part> parts = new ArrayList<>();
        BigInteger at = BigInteger.ZERO;
        for (int index = random.nextInt(5); index > 0; index--) {
            String type = List.of("F32", "F64", "I64", "I32", "I16", "U8", "I8", "BOOL")
                    .get(random.nextInt(8));
            List<BigInteger> shape = new ArrayList<>();
            for (int rank = random.nextInt(4); rank > 0; rank--) {
                shape.add(BigInteger.valueOf(random.nextInt(4)));
            }
            BigInteger end = at.add(product(shape).multiply(BigInteger.valueOf(width(type))));
            parts.add(new Part("t" + index, type, shape, at, end));
            at = end;
        }
        int length = at.intValueExact();
        if (!parts.isEmpty() && random.nextInt(2) == 0) {
            int which = random.nextInt(parts.size());
            parts.set(which, spoil(parts.get(which), random));
        }
        if (random.nextInt(8) == 0) {
            length = Math.max(0, length + random.nextInt(-2, 3));
        }
        if (random.nextInt(2) == 0) {
            parts = parts.reversed();
        }
        var text = new StringBuilder("{");
        if (random.nextInt(3) == 0) {
            text.append("\"__metadata__\":{\"k\":\"v\"}").append(parts.isEmpty() ? "" : ",");
        }
        text.append(String.join(",", parts.stream().map(Part::json).toList())).append("}");
        text.repeat(' ', random.nextInt(3));
        return new SafetensorsCase(text.toString(), length, valid(parts, length));
    }

    private static Part spoil(Part part, SplittableRandom random) {
        var shape = new ArrayList<>(part.shape());
        BigInteger big = BigInteger.TWO.pow(random.nextInt(30, 66)).add(BigInteger.valueOf(random.nextInt(-1, 2)));
        return switch (random.nextInt(9)) {
            case 0 -> new Part(part.name(), "F31", shape, part.begin(), part.end());
            case 1 -> new Part(part.name(), "U8", shape, part.begin(), part.end());
            case 2 -> {
                shape.add(big);
                yield new Part(part.name(), part.type(), shape, part.begin(), part.end());
            }
            case 3 -> {
                shape.add(BigInteger.ONE.negate());
                yield new Part(part.name(), part.type(), shape, part.begin(), part.end());
            }
            case 4 -> {
                shape.add(BigInteger.ONE);
                yield new Part(part.name(), part.type(), shape, part.begin(), part.end());
            }
            case 5 -> new Part(part.name(), part.type(), shape, part.begin().add(BigInteger.ONE), part.end());
            case 6 ->
                new Part(
                        part.name(),
                        part.type(),
                        shape,
                        part.begin(),
                        part.end().add(big));
            case 7 -> new Part("t1", part.type(), shape, part.begin(), part.end());
            default -> {
                // Moves the tensor as a whole: its size stays right, its place is wrong.
                BigInteger shift = BigInteger.valueOf(random.nextInt(1, 5));
                yield new Part(
                        part.name(),
                        part.type(),
                        shape,
                        part.begin().add(shift),
                        part.end().add(shift));
            }
        };
    }

    private static int width(String type) {
        return switch (type) {
            case "F64", "I64" -> 8;
            case "F32", "I32" -> 4;
            case "I16" -> 2;
            case "U8", "I8", "BOOL" -> 1;
            default -> 0;
        };
    }

    private static BigInteger product(List<BigInteger> shape) {
        return shape.stream().reduce(BigInteger.ONE, BigInteger::multiply);
    }

    /// The rules, one by one: known type, natural extents whose size is what the offsets give and does not overflow,
    /// unique names, and each byte in exactly one tensor.
    private static boolean valid(List<Part> parts, int length) {
        var names = new HashSet<String>();
        BigInteger covered = BigInteger.ZERO;
        for (Part part : parts) {
            BigInteger limit = BigInteger.TWO.pow(63);
            BigInteger withoutZeros = part.shape().stream()
                    .map(extent -> extent.max(BigInteger.ONE))
                    .reduce(BigInteger.valueOf(8L * width(part.type())), BigInteger::multiply);
            boolean sound = width(part.type()) > 0
                    && names.add(part.name())
                    && part.shape().stream().allMatch(extent -> extent.signum() >= 0 && extent.compareTo(limit) < 0)
                    && withoutZeros.compareTo(limit) < 0
                    && part.end()
                            .subtract(part.begin())
                            .equals(product(part.shape()).multiply(BigInteger.valueOf(width(part.type()))));
            if (!sound || part.end().compareTo(BigInteger.valueOf(length)) > 0) {
                return false;
            }
            covered = covered.add(part.end().subtract(part.begin()));
        }
        return covered.equals(BigInteger.valueOf(length)) && disjoint(parts) && reached(parts);
    }

    private static boolean disjoint(List<Part> parts) {
        for (Part one : parts) {
            for (Part other : parts) {
                boolean overlap = !one.equals(other)
                        && one.begin().max(other.begin()).compareTo(one.end().min(other.end())) < 0;
                if (overlap) {
                    return false;
                }
            }
        }
        return true;
    }

    /// Tensors without bytes must lie at the border of others, not inside one and not in the void.
    private static boolean reached(List<Part> parts) {
        for (Part empty : parts) {
            boolean atBorder = empty.begin().signum() == 0
                    || !empty.begin().equals(empty.end())
                    || parts.stream()
                            .anyMatch(
                                    other -> !other.equals(empty) && other.end().equals(empty.begin()));
            boolean inside = parts.stream()
                    .anyMatch(other -> other.begin().compareTo(empty.begin()) < 0
                            && empty.begin().compareTo(other.end()) < 0);
            if (!atBorder || inside) {
                return false;
            }
        }
        return true;
    }
}

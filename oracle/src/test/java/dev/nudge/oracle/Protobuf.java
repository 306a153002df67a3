package dev.nudge.oracle;

import java.io.ByteArrayOutputStream;
import java.nio.charset.StandardCharsets;

/// A message of Protocol Buffers in the making: as much of the wire format as a model file of ONNX needs.
///
/// Source: the page *Encoding* of the documentation of Protocol Buffers.
final class Protobuf {
    private final ByteArrayOutputStream bytes = new ByteArrayOutputStream();

    /// Adds an integer.
    Protobuf with(int field, long value) {
        varint((long) field << 3);
        varint(value);
        return this;
    }

    /// Adds a floating-point number.
    Protobuf with(int field, float value) {
        varint(field << 3 | 5);
        int bits = Float.floatToRawIntBits(value);
        for (int shift = 0; shift < 32; shift += 8) {
            bytes.write(bits >>> shift);
        }
        return this;
    }

    /// Adds a text.
    Protobuf with(int field, String value) {
        return with(field, value.getBytes(StandardCharsets.UTF_8));
    }

    /// Adds a message in the message.
    Protobuf with(int field, Protobuf value) {
        return with(field, value.toByteArray());
    }

    private Protobuf with(int field, byte[] value) {
        varint(field << 3 | 2);
        varint(value.length);
        bytes.writeBytes(value);
        return this;
    }

    byte[] toByteArray() {
        return bytes.toByteArray();
    }

    private void varint(long value) {
        long rest = value;
        while ((rest & ~0x7FL) != 0) {
            bytes.write((int) (rest & 0x7F | 0x80));
            rest >>>= 7;
        }
        bytes.write((int) rest);
    }
}

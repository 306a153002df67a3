package dev.nudge.train.io;

import java.io.BufferedInputStream;
import java.io.BufferedOutputStream;
import java.io.FilterInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.SequencedMap;
import java.util.Set;
import java.util.regex.Pattern;
import java.util.zip.CRC32;

/// Reads and writes zip files of one plain kind: every member stored, not compressed, one behind the other, with
/// no comment, no extra field and one fixed date.
///
/// Any zip program opens such a file. The reader takes no other: every byte that is not a member's own must be
/// the one that the writer would have written, and every member's checksum must agree. So a member has one size
/// and one place, nothing expands, nothing hides between members, and a changed byte is always noticed. A file
/// is at most 4 GiB.
///
/// Source of the layout: PKWARE, APPNOTE.TXT 6.3.10, sections 4.3.7, 4.3.12 and 4.3.16.
public final class Archive {
    private static final int LOCAL = 0x04034b50;
    private static final int CENTRAL = 0x02014b50;
    private static final int END = 0x06054b50;
    private static final int LOCAL_BYTES = 30;
    private static final int CENTRAL_BYTES = 46;
    private static final int END_BYTES = 22;
    private static final short VERSION = 10; // stored members need no more
    private static final short FIRST_DAY = 0x21; // 1980-01-01, the first that the format knows
    private static final long LARGEST = 0xffff_ffffL;
    private static final int MOST_MEMBERS = 64;
    private static final Pattern NAME = Pattern.compile("[a-z][a-z0-9-]{0,59}(\\.[a-z][a-z0-9]{0,19}){1,2}");

    private Archive() {}

    /// What writes the bytes of a member, the same ones each time it is asked.
    @FunctionalInterface
    public interface Content {
        /// Writes all bytes.
        void writeTo(OutputStream out) throws IOException;
    }

    /// What takes the bytes of a member.
    @FunctionalInterface
    public interface Visitor {
        /// Reads a member; bytes that it leaves are passed over. Whether they are undamaged is known only after
        /// [Archive#read] returned.
        void member(String name, long size, InputStream in) throws IOException;
    }

    private record Member(byte[] name, long size, int checksum, long offset) {
        byte[] local() {
            return fields(LOCAL_BYTES + name.length, LOCAL, VERSION)
                    .putShort(FIRST_DAY)
                    .putInt(checksum)
                    .putInt((int) size)
                    .putInt((int) size)
                    .putShort((short) name.length)
                    .putShort((short) 0)
                    .put(name)
                    .array();
        }

        byte[] central() {
            ByteBuffer out = ByteBuffer.allocate(CENTRAL_BYTES + name.length).order(ByteOrder.LITTLE_ENDIAN);
            out.putInt(CENTRAL).putShort(VERSION).put(local(), Integer.BYTES, LOCAL_BYTES - Integer.BYTES);
            return out.putShort((short) 0) // comment
                    .putShort((short) 0) // disk
                    .putShort((short) 0)
                    .putInt(0) // attributes
                    .putInt((int) offset)
                    .put(name)
                    .array();
        }

        /// Signature, version, and no flags, compression or time of day.
        private static ByteBuffer fields(int bytes, int signature, short version) {
            return ByteBuffer.allocate(bytes)
                    .order(ByteOrder.LITTLE_ENDIAN)
                    .putInt(signature)
                    .putShort(version)
                    .putShort((short) 0)
                    .putShort((short) 0)
                    .putShort((short) 0);
        }
    }

    private static byte[] end(List<Member> members, long start) {
        int bytes =
                members.stream().mapToInt(m -> CENTRAL_BYTES + m.name().length).sum();
        return ByteBuffer.allocate(END_BYTES)
                .order(ByteOrder.LITTLE_ENDIAN)
                .putInt(END)
                .putInt(0)
                .putShort((short) members.size())
                .putShort((short) members.size())
                .putInt(bytes)
                .putInt((int) start)
                .putShort((short) 0)
                .array();
    }

    // ---- writing --------------------------------------------------------------------------------------------------

    /// Writes a file under a name beside it, forces it to the disk and gives it its name in one step; until then
    /// what was there stays.
    ///
    /// @throws IllegalArgumentException if a name is not lower-case letters, digits and hyphens with an ending
    /// @throws IOException if it cannot be written; nothing is left behind then
    public static void write(Storage storage, Path file, SequencedMap<String, Content> members) throws IOException {
        Path folder = file.toAbsolutePath().getParent();
        Path unfinished = file.resolveSibling(file.getFileName() + ".tmp");
        if (storage.kind(unfinished) != Storage.Kind.MISSING) {
            storage.delete(unfinished); // of a process that was stopped
        }
        try {
            try (Storage.NewFile out = storage.create(unfinished)) {
                BufferedOutputStream buffered = new BufferedOutputStream(out, 1 << 16);
                write(buffered, members);
                buffered.flush();
                out.force();
            }
            storage.rename(unfinished, file);
        } catch (IOException | RuntimeException e) {
            if (storage.kind(unfinished) != Storage.Kind.MISSING) {
                storage.delete(unfinished);
            }
            throw e;
        }
        if (folder != null) {
            storage.forceDirectory(folder);
        }
    }

    private static void write(OutputStream out, SequencedMap<String, Content> contents) throws IOException {
        List<Member> members = new ArrayList<>();
        long offset = 0;
        for (Map.Entry<String, Content> content : contents.entrySet()) {
            if (!NAME.matcher(content.getKey()).matches()) {
                throw new IllegalArgumentException("archive: no member can be called " + content.getKey());
            }
            Sum sum = new Sum();
            content.getValue().writeTo(sum);
            byte[] name = content.getKey().getBytes(StandardCharsets.US_ASCII);
            Member member = new Member(name, sum.size, (int) sum.checksum.getValue(), offset);
            members.add(member);
            offset += LOCAL_BYTES + name.length + sum.size;
            if (offset > LARGEST) {
                throw new IOException("the file would be larger than 4 GiB");
            }
            out.write(member.local());
            content.getValue().writeTo(out);
        }
        for (Member member : members) {
            out.write(member.central());
        }
        out.write(end(members, offset));
    }

    /// Counts and sums up what is written to it.
    private static final class Sum extends OutputStream {
        private final CRC32 checksum = new CRC32();
        private long size;

        @Override
        public void write(int value) {
            checksum.update(value);
            size++;
        }

        @Override
        public void write(byte[] bytes, int from, int count) {
            checksum.update(bytes, from, count);
            size += count;
        }
    }

    // ---- reading --------------------------------------------------------------------------------------------------

    /// Shows `visitor` each member, in the order of the file.
    ///
    /// @throws NudgeException E301, if the file is empty; E310, if it is of another kind; E340, if a member has an
    ///         unsafe name or one twice; E342, if anything is not as it was written
    /// @throws IOException if it cannot be read
    public static void read(Path file, Visitor visitor) throws IOException {
        String where = file.toString();
        long length = Files.size(file);
        if (length == 0) {
            throw new NudgeException("E301", where, "empty file, not a model.");
        }
        try (InputStream in = new BufferedInputStream(Files.newInputStream(file), 1 << 16)) {
            in.mark(FileKind.LOOKED_AT);
            byte[] head = in.readNBytes(FileKind.LOOKED_AT);
            in.reset();
            boolean zip = head.length > 1 && head[0] == 'P' && head[1] == 'K';
            String kind = zip ? null : FileKind.explain(head);
            if (!zip) {
                throw new NudgeException(
                        "E310", where, kind == null ? "this is no model file: it does not begin as a zip file." : kind);
            }
            read(in, length, where, visitor);
        }
    }

    private static void read(InputStream in, long length, String where, Visitor visitor) throws IOException {
        List<Member> members = new ArrayList<>();
        Set<String> names = new HashSet<>();
        long offset = 0;
        byte[] signature = exactly(in, Integer.BYTES, where);
        while (ByteBuffer.wrap(signature).order(ByteOrder.LITTLE_ENDIAN).getInt() == LOCAL) {
            byte[] header = Arrays.copyOf(signature, LOCAL_BYTES);
            System.arraycopy(exactly(in, LOCAL_BYTES - Integer.BYTES, where), 0, header, Integer.BYTES, 26);
            ByteBuffer fields = ByteBuffer.wrap(header).order(ByteOrder.LITTLE_ENDIAN);
            long size = fields.getInt(22) & LARGEST;
            byte[] name = exactly(in, fields.getShort(26) & 0xffff, where);
            String text = new String(name, StandardCharsets.UTF_8);
            if (!NAME.matcher(text).matches()) {
                throw new NudgeException(
                        "E340", where, "member " + NudgeException.quote(text) + " has an unsafe name.");
            }
            if (!names.add(text)) {
                throw new NudgeException("E340", where, "member " + NudgeException.quote(text) + " appears twice.");
            }
            if (fields.getShort(8) != 0) {
                throw damaged(where, "member " + text + " is compressed; members are stored as they are");
            }
            Member member = new Member(name, size, fields.getInt(14), offset);
            byte[] whole = Arrays.copyOf(header, LOCAL_BYTES + name.length);
            System.arraycopy(name, 0, whole, LOCAL_BYTES, name.length);
            long begin = offset + whole.length;
            if (!Arrays.equals(whole, member.local()) || begin + size > length || members.size() == MOST_MEMBERS) {
                throw damaged(where, "the header of member " + text + " is not as it was written");
            }
            Bounded bytes = new Bounded(in, size);
            visitor.member(text, size, bytes);
            bytes.transferTo(OutputStream.nullOutputStream());
            if (bytes.left > 0) {
                throw damaged(where, "member " + text + " is cut off");
            }
            if ((int) bytes.checksum.getValue() != member.checksum()) {
                throw damaged(where, "the checksum of member " + text + " differs");
            }
            members.add(member);
            offset = begin + size;
            signature = exactly(in, Integer.BYTES, where);
        }
        ByteBuffer rest = ByteBuffer.allocate(members.size() * (CENTRAL_BYTES + 100) + END_BYTES);
        members.forEach(member -> rest.put(member.central()));
        byte[] wanted = Arrays.copyOf(rest.put(end(members, offset)).array(), rest.position());
        byte[] found = Arrays.copyOf(signature, wanted.length);
        System.arraycopy(
                exactly(in, wanted.length - Integer.BYTES, where),
                0,
                found,
                Integer.BYTES,
                wanted.length - Integer.BYTES);
        if (!Arrays.equals(wanted, found)) {
            throw damaged(where, "its directory does not fit its members");
        }
        if (in.read() >= 0) {
            throw damaged(where, "there are bytes behind its end");
        }
    }

    private static byte[] exactly(InputStream in, int count, String where) throws IOException {
        byte[] bytes = in.readNBytes(count);
        if (bytes.length < count) {
            throw damaged(where, "it ends early");
        }
        return bytes;
    }

    private static NudgeException damaged(String where, String reason) {
        return new NudgeException("E342", where, "archive damaged: " + reason + ". Copy or download it again.");
    }

    /// The next bytes of a stream, summed up.
    private static final class Bounded extends FilterInputStream {
        private final CRC32 checksum = new CRC32();
        private long left;

        Bounded(InputStream in, long size) {
            super(in);
            this.left = size;
        }

        @Override
        public int read() throws IOException {
            byte[] one = new byte[1];
            return read(one, 0, 1) < 0 ? -1 : one[0] & 0xff;
        }

        @Override
        public int read(byte[] bytes, int from, int count) throws IOException {
            if (count == 0) {
                return 0;
            }
            int got = left == 0 ? -1 : in.read(bytes, from, (int) Math.min(count, left));
            if (got > 0) {
                checksum.update(bytes, from, got);
                left -= got;
            }
            return got;
        }

        @Override
        public long skip(long count) throws IOException {
            return readNBytes((int) Math.min(count, 1 << 16)).length;
        }

        @Override
        public boolean markSupported() {
            return false;
        }

        @Override
        public void close() {} // the archive goes on
    }
}

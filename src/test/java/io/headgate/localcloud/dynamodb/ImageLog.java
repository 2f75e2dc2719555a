package io.headgate.localcloud.dynamodb;

import java.io.BufferedInputStream;
import java.io.DataInputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * A file of records, each of them what the item of a key was from a moment on: an image, or nothing once it was deleted. The
 * last record of a key is the valid one. One thread at a time appends; any number read what was appended before.
 */
final class ImageLog implements AutoCloseable {

    private static final int HEADER = Long.BYTES + 2 * Integer.BYTES;
    private static final int NOTHING = -1;
    private static final int READ_AHEAD = 1 << 16;

    private final Path file;
    private final FileChannel channel;
    private volatile long size;
    private volatile long lastStamp = Long.MIN_VALUE;

    ImageLog(Path file) throws IOException {
        this.file = file;
        this.channel = FileChannel.open(
                file, StandardOpenOption.CREATE_NEW, StandardOpenOption.READ, StandardOpenOption.WRITE);
    }

    /** What reads the records. */
    @FunctionalInterface
    interface Reader {
        /**
         * Takes a record.
         *
         * @param offset where the image begins, -1 where there is none
         */
        void read(byte[] key, long offset, int length);
    }

    void append(long stamp, byte[] key, byte @Nullable [] image) throws IOException {
        int length = image == null ? 0 : image.length;
        ByteBuffer record = ByteBuffer.allocate(HEADER + key.length + length)
                .putLong(stamp)
                .putInt(key.length)
                .putInt(image == null ? NOTHING : length)
                .put(key);
        if (image != null) {
            record.put(image);
        }
        record.flip();
        long position = size;
        while (record.hasRemaining()) {
            position += channel.write(record, position);
        }
        lastStamp = stamp;
        size = position;
    }

    long size() {
        return size;
    }

    /** The latest stamp; the records are in the order of their stamps. */
    long lastStamp() {
        return lastStamp;
    }

    /** Reads the records up to and including a stamp. */
    void read(long upTo, Reader reader) {
        long end = size;
        try (DataInputStream in =
                new DataInputStream(new BufferedInputStream(Files.newInputStream(file), READ_AHEAD))) {
            for (long position = 0; position < end; ) {
                long stamp = in.readLong();
                byte[] key = new byte[in.readInt()];
                int length = in.readInt();
                in.readFully(key);
                if (stamp > upTo) {
                    return;
                }
                position += HEADER + key.length;
                reader.read(key, length == NOTHING ? NOTHING : position, length);
                if (length != NOTHING) {
                    in.skipNBytes(length);
                    position += length;
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    byte[] image(long offset, int length) {
        ByteBuffer image = ByteBuffer.allocate(length);
        try {
            while (image.hasRemaining()) {
                if (channel.read(image, offset + image.position()) < 0) {
                    throw new EOFException(file + " ends within an image");
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return image.array();
    }

    /** Closes and removes the file. */
    @Override
    public void close() {
        try {
            channel.close();
            Files.deleteIfExists(file);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

package io.headgate.localcloud.dynamodb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.atomic.AtomicInteger;

/** New logs in a directory, which is made for the first one. */
final class ImageLogs {

    private final Path directory;
    private final AtomicInteger made = new AtomicInteger();

    ImageLogs(Path directory) {
        this.directory = directory;
    }

    ImageLog create() {
        try {
            Files.createDirectories(directory);
            return new ImageLog(directory.resolve(made.incrementAndGet() + ".images"));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

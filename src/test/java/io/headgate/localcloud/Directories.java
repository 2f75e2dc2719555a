package io.headgate.localcloud;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.FileVisitResult;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.SimpleFileVisitor;
import java.nio.file.StandardCopyOption;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.util.UUID;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** Directory trees: copied, removed, and kept between runs. */
final class Directories {

    private Directories() {}

    /** Fills a directory, which exists and is empty. */
    @FunctionalInterface
    interface Filling {
        void fill(Path directory) throws IOException;
    }

    /**
     * The directory of this name that stays between runs, filled on first use. It appears whole or not at all, so JVMs
     * that start at once may each fill one, and the first wins. It lies beneath the system's temporary directory, where a
     * server that runs as another user can read it.
     */
    static Path kept(String name, Filling filling) throws IOException {
        Path cache = cache();
        Path kept = cache.resolve(name);
        if (Files.isDirectory(kept)) {
            return kept;
        }
        Path filled = Files.createDirectory(cache.resolve(name + "." + UUID.randomUUID()));
        try {
            filling.fill(filled);
            try {
                Files.move(filled, kept, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                if (!Files.isDirectory(kept)) {
                    throw e;
                }
            }
            return kept;
        } finally {
            remove(filled);
        }
    }

    private static Path cache() throws IOException {
        Path temporary = Path.of(System.getProperty("java.io.tmpdir"));
        Path cache = temporary.resolve("headgate-localcloud-" + CurrentUser.uid());
        if (Files.notExists(cache, LinkOption.NOFOLLOW_LINKS)) {
            Path created = Files.createTempDirectory("headgate-localcloud");
            Files.setPosixFilePermissions(created, PosixFilePermissions.fromString("rwxr-xr-x"));
            try {
                Files.move(created, cache, StandardCopyOption.ATOMIC_MOVE);
            } catch (IOException e) {
                remove(created);
            }
        }
        if (!isOurs(cache)) {
            throw new LocalCloudException(cache + " belongs to someone else: remove it, or set -Djava.io.tmpdir");
        }
        return cache;
    }

    /** Programs are run from there, so nobody else may have put them there. */
    private static boolean isOurs(Path directory) throws IOException {
        return Files.isDirectory(directory, LinkOption.NOFOLLOW_LINKS)
                && CurrentUser.uidOf(directory) == CurrentUser.uid()
                && Files.getPosixFilePermissions(directory).stream()
                        .noneMatch(permission -> permission == PosixFilePermission.GROUP_WRITE
                                || permission == PosixFilePermission.OTHERS_WRITE);
    }

    /** Copies a tree with its permissions and links to where nothing is yet. */
    static void copy(Path source, Path target) throws IOException {
        Files.walkFileTree(source, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult preVisitDirectory(Path directory, BasicFileAttributes attributes)
                    throws IOException {
                return copied(directory);
            }

            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                return copied(file);
            }

            private FileVisitResult copied(Path path) throws IOException {
                Files.copy(
                        path,
                        target.resolve(source.relativize(path).toString()),
                        StandardCopyOption.COPY_ATTRIBUTES,
                        LinkOption.NOFOLLOW_LINKS);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Removes a tree, also one from which something else removes files meanwhile. */
    static void remove(Path tree) throws IOException {
        Files.walkFileTree(tree, new SimpleFileVisitor<>() {
            @Override
            public FileVisitResult visitFile(Path file, BasicFileAttributes attributes) throws IOException {
                Files.deleteIfExists(file);
                return FileVisitResult.CONTINUE;
            }

            @Override
            public FileVisitResult visitFileFailed(Path file, IOException failure) throws IOException {
                if (failure instanceof NoSuchFileException) {
                    return FileVisitResult.CONTINUE;
                }
                throw failure;
            }

            @Override
            public FileVisitResult postVisitDirectory(Path directory, @Nullable IOException failure)
                    throws IOException {
                Files.deleteIfExists(directory);
                return FileVisitResult.CONTINUE;
            }
        });
    }

    /** Gives a tree to a user, by the number of the user: it need not have a name. */
    static void give(Path tree, int uid) {
        try (Stream<Path> paths = Files.walk(tree)) {
            for (Path path : (Iterable<Path>) paths::iterator) {
                Files.setAttribute(path, "unix:uid", uid, LinkOption.NOFOLLOW_LINKS);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

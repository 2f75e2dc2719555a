package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;

/** The user whom this JVM runs as, by number: in containers, many have no name. */
final class CurrentUser {

    private static final int ROOT = 0;

    private CurrentUser() {}

    static int uid() throws IOException {
        Path probe = Files.createTempFile("headgate", null);
        try {
            return uidOf(probe);
        } finally {
            Files.delete(probe);
        }
    }

    static int uidOf(Path path) throws IOException {
        return (Integer) Files.getAttribute(path, "unix:uid");
    }

    static boolean isRoot() throws IOException {
        return uid() == ROOT;
    }

    static boolean hasName() {
        // What the JVM says where the system has no entry for the number.
        return !System.getProperty("user.name").equals("?");
    }
}

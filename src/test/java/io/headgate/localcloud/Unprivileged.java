package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;

/**
 * The way to run a program that refuses to run as root, which PostgreSQL does.
 *
 * @param prefix what to put before its command line
 * @param ownsFiles whether it runs as the user {@link #NOBODY}, who must own its files
 */
record Unprivileged(List<String> prefix, boolean ownsFiles) {

    /** The number of the user {@code nobody} on Linux. */
    static final int NOBODY = 65534;

    private static final List<Unprivileged> WAYS = List.of(
            // In a user namespace without a mapping it is nobody, and its files, which are root's, are nobody's as
            // well.
            new Unprivileged(List.of("unshare", "--user"), false),
            new Unprivileged(
                    List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"), true),
            new Unprivileged(List.of("runuser", "-u", "nobody", "--"), true));

    /** The way that works here; no prefix at all for a user who is not root. */
    static Unprivileged current() {
        return Current.WAY;
    }

    List<String> command(String... command) {
        List<String> prefixed = new ArrayList<>(prefix);
        prefixed.addAll(List.of(command));
        return prefixed;
    }

    /** Lets the program own and reach what is in the directory. */
    void give(Path directory) {
        if (ownsFiles) {
            Directories.give(directory, NOBODY);
        }
    }

    private static Unprivileged find() {
        try {
            if (!isRoot()) {
                return new Unprivileged(List.of(), false);
            }
            for (Unprivileged way : WAYS) {
                if (way.works()) {
                    return way;
                }
            }
        } catch (IOException e) {
            throw new LocalCloudException("Cannot find out who runs the local cloud", e);
        }
        throw new LocalCloudException("PostgreSQL refuses to run as root, and neither unshare nor setpriv nor runuser"
                + " can run it as another user here: run the local cloud as a user who is not root");
    }

    private static boolean isRoot() throws IOException {
        Path probe = Files.createTempFile("headgate", null);
        try {
            return Integer.valueOf(0).equals(Files.getAttribute(probe, "unix:uid"));
        } finally {
            Files.delete(probe);
        }
    }

    private boolean works() {
        try {
            Process process = new ProcessBuilder(command("true"))
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            return process.waitFor(10, TimeUnit.SECONDS) && process.exitValue() == 0;
        } catch (IOException e) {
            return false;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static final class Current {
        static final Unprivileged WAY = find();
    }
}

package io.headgate.localcloud;

import java.io.IOException;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.jspecify.annotations.Nullable;

/**
 * The way to run a program that refuses to run as root, and as a user without a name, which PostgreSQL does.
 *
 * @param prefix what to put before its command line
 * @param ownsFiles whether it runs as the user {@link #NOBODY}, who must own its files
 */
record Unprivileged(List<String> prefix, boolean ownsFiles) {

    /** The number of the user {@code nobody} on Linux. */
    static final int NOBODY = 65534;

    private static final List<Unprivileged> WAYS = List.of(
            // In a user namespace without a mapping it is nobody, and so is the owner of the user's files.
            new Unprivileged(List.of("unshare", "--user"), false),
            new Unprivileged(
                    List.of("setpriv", "--reuid=" + NOBODY, "--regid=" + NOBODY, "--clear-groups", "--"), true),
            new Unprivileged(List.of("runuser", "-u", "nobody", "--"), true));

    private static @Nullable Unprivileged current;

    /** The way that works here; no prefix at all for an ordinary user. */
    static synchronized Unprivileged current() {
        if (current == null) {
            current = find();
        }
        return current;
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
            if (!CurrentUser.isRoot() && CurrentUser.hasName()) {
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
        throw new LocalCloudException(
                "PostgreSQL refuses to run as root and as a user without a name, and neither unshare"
                        + " nor setpriv nor runuser can run it as another user here: run the local cloud as an ordinary user");
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
}

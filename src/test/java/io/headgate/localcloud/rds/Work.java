package io.headgate.localcloud.rds;

import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.jboss.logging.Logger;

/**
 * What goes on in the background, in daemon threads: one thing after the other for a database, several at once for
 * several. What takes time runs without the {@link Account}'s lock, what changes the account runs with it.
 */
final class Work {

    private static final Logger LOG = Logger.getLogger(Work.class);
    private static final int THREADS = 4;
    private static final long LONGEST_END_SECONDS = 60;

    private final Account account;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, Work::daemon);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Work::daemon);
    private final ScheduledExecutorService watch = Executors.newScheduledThreadPool(2, Work::daemon);

    Work(Account account) {
        this.account = account;
    }

    /**
     * Does something for a database after all else that is to be done for it. What fails is logged, and never stops what
     * comes after.
     *
     * @param slow what takes time
     * @param done what changes the account when that is done
     * @param failed what changes the account when that failed
     */
    <T> void enqueue(Database database, Supplier<T> slow, Consumer<T> done, Runnable failed) {
        enqueue(database, CompletableFuture.completedFuture(null), slow, done, failed);
    }

    /** Does something for a database also after something else. */
    <T> void enqueue(
            Database database, CompletableFuture<Void> before, Supplier<T> slow, Consumer<T> done, Runnable failed) {
        database.work = CompletableFuture.allOf(database.work, before)
                .thenRunAsync(
                        () -> {
                            try {
                                T result = slow.get();
                                synchronized (account) {
                                    done.accept(result);
                                }
                            } catch (RuntimeException | Error e) {
                                LOG.warnf(e, "work failed database=%s", database.arn());
                                synchronized (account) {
                                    failed.run();
                                }
                            }
                        },
                        threads);
    }

    /** Does something now and then, with the account's lock. */
    void repeat(long millis, Runnable check) {
        var unused = timer.scheduleWithFixedDelay(
                () -> {
                    try {
                        synchronized (account) {
                            check.run();
                        }
                    } catch (RuntimeException e) {
                        LOG.warn("check failed", e);
                    }
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    /** Looks at something now and then, without the account's lock and whatever else goes on. */
    void watch(long millis, Runnable look) {
        var unused = watch.scheduleWithFixedDelay(
                () -> {
                    try {
                        look.run();
                    } catch (RuntimeException e) {
                        LOG.warn("look failed", e);
                    }
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    /** Removes files after those who read them have ended. */
    void remove(CompletableFuture<Void> readers, Runnable removal) {
        var unused = readers.thenRunAsync(removal, threads).exceptionally(e -> {
            LOG.warn("files of a backup not removed", e);
            return null;
        });
    }

    /** Begins nothing more, and returns when what goes on has ended: no server starts unseen. */
    void close() {
        timer.shutdown();
        watch.shutdown();
        threads.shutdown();
        try {
            if (!threads.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                LOG.warnf("work did not end within %d s", LONGEST_END_SECONDS);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "local-rds");
        thread.setDaemon(true);
        return thread;
    }
}

package io.headgate.localcloud.rds;

import java.lang.System.Logger.Level;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReadWriteLock;
import java.util.concurrent.locks.ReentrantReadWriteLock;
import java.util.function.Consumer;
import java.util.function.Supplier;

/**
 * What goes on in the background, in daemon threads: one thing after the other for a database, several at once for
 * several. What takes time runs without the {@link Account}'s lock, what changes the account runs with it.
 */
final class Work {

    private static final System.Logger LOG = System.getLogger(Work.class.getName());
    private static final int THREADS = 4;
    private static final long LONGEST_END_SECONDS = 30;

    private final Account account;
    private final ExecutorService threads = Executors.newFixedThreadPool(THREADS, Work::daemon);
    private final ScheduledExecutorService timer = Executors.newSingleThreadScheduledExecutor(Work::daemon);

    /** Whoever copies a backup reads, whoever removes one writes. */
    private final ReadWriteLock files = new ReentrantReadWriteLock();

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
        database.work = database.work.thenRunAsync(
                () -> {
                    try {
                        T result = slow.get();
                        synchronized (account) {
                            done.accept(result);
                        }
                    } catch (RuntimeException e) {
                        LOG.log(Level.WARNING, "Work for " + database.arn() + " failed", e);
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
                        LOG.log(Level.WARNING, "A check failed", e);
                    }
                },
                millis,
                millis,
                TimeUnit.MILLISECONDS);
    }

    /** Reads files of backups, which nobody removes meanwhile. */
    <T> T reading(Supplier<T> copy) {
        files.readLock().lock();
        try {
            return copy.get();
        } finally {
            files.readLock().unlock();
        }
    }

    /** Removes files of backups, when nobody reads any. */
    void removing(Runnable removal) {
        files.writeLock().lock();
        try {
            removal.run();
        } finally {
            files.writeLock().unlock();
        }
    }

    /** Removes a snapshot's files when nobody reads any. */
    void remove(Snapshot snapshot) {
        threads.execute(() -> removing(() -> Backups.removeFiles(snapshot)));
    }

    /** Ends what goes on. */
    void close() {
        timer.shutdownNow();
        threads.shutdownNow();
        try {
            if (!threads.awaitTermination(LONGEST_END_SECONDS, TimeUnit.SECONDS)) {
                LOG.log(Level.WARNING, "Work did not end within " + LONGEST_END_SECONDS + " seconds");
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

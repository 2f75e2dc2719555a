package io.headgate.localcloud.dynamodb;

import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;

/** Work that a request begins and does not wait for, on threads that do not keep the JVM. */
final class Background implements AutoCloseable {

    private static final Logger LOG = System.getLogger(Background.class.getName());

    private final ExecutorService threads = Executors.newCachedThreadPool(Background::daemon);

    /** The tables that are being read, each as often as somebody reads it. */
    private final List<String> read = new ArrayList<>();

    private volatile boolean isClosed;

    static Thread daemon(Runnable task) {
        Thread thread = new Thread(task, "dynamodb-background");
        thread.setDaemon(true);
        return thread;
    }

    void start(Runnable task) {
        threads.execute(() -> {
            try {
                task.run();
            } catch (RuntimeException e) {
                if (!isClosed) {
                    LOG.log(Level.ERROR, "work on backups failed", e);
                }
            }
        });
    }

    /** Starts what reads a table, which must not be deleted meanwhile. */
    void startReading(String table, Runnable task) {
        synchronized (read) {
            read.add(table);
        }
        start(() -> {
            try {
                task.run();
            } finally {
                synchronized (read) {
                    read.remove(table);
                    read.notifyAll();
                }
            }
        });
    }

    /** Waits until nobody reads a table. */
    void awaitReaders(String table) {
        synchronized (read) {
            while (read.contains(table)) {
                try {
                    read.wait();
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                    throw new IllegalStateException("Interrupted while a table is being read", e);
                }
            }
        }
    }

    @Override
    public void close() {
        isClosed = true;
        threads.shutdownNow();
    }
}

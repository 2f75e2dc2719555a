package io.headgate.log;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Lines on their way to a stream that may be blocked, as a pipe is that nobody reads. They are written in the order they
 * came, by a thread of their own. While the stream takes none, so many lines are kept until it takes them again. Those that come
 * beyond are lost, and a line tells how many, as soon as the stream takes it.
 */
public final class Lines implements AutoCloseable {

    /** What is not to be waited for. */
    public static final CompletionStage<Void> DONE = CompletableFuture.completedStage(null);

    /** That are written at once. */
    private static final int MOST_AT_ONCE = 100;

    private final Supplier<PrintStream> stream;
    private final LongFunction<String> loss;
    private final int capacity;
    private final Executor watching;
    private final long longestWait;
    private final Thread writer;

    private final Object lock = new Object();

    /** What has not been written, in its order; what is being written is among it. */
    private final Queue<Line> unwritten = new ArrayDeque<>();

    private long lost;
    private boolean isWatched;
    private boolean isBlocked;
    private boolean isClosed;

    /**
     * @param name of the thread that writes
     * @param loss the line that tells of so many lost ones
     * @param longestWait that a line may be waited for, about
     */
    public Lines(
            String name, Supplier<PrintStream> stream, LongFunction<String> loss, int capacity, Duration longestWait) {
        this.stream = stream;
        this.loss = loss;
        this.capacity = capacity;
        this.longestWait = longestWait.toNanos();
        this.watching = CompletableFuture.delayedExecutor(this.longestWait / 2, TimeUnit.NANOSECONDS, Runnable::run);
        this.writer = new Thread(this::write, name);
        writer.setDaemon(true);
        writer.start();
    }

    /** Completes, on any thread, when the line has been written or is not to be waited for: the stream is blocked. */
    public CompletionStage<Void> add(String text) {
        Line line = new Line(text);
        synchronized (lock) {
            if (unwritten.size() == capacity) {
                lost++;
                return DONE;
            }
            unwritten.add(line);
            lock.notifyAll();
            if (isBlocked) {
                return DONE;
            }
            watchLater();
        }
        return line.written;
    }

    private void watchLater() {
        if (!isWatched) {
            isWatched = true;
            watching.execute(this::watch);
        }
    }

    /** Lets nobody wait any more where the stream has been blocked for too long. */
    private void watch() {
        List<Line> all;
        synchronized (lock) {
            isWatched = false;
            Line oldest = unwritten.peek();
            if (oldest == null) {
                return;
            }
            if (System.nanoTime() - oldest.since <= longestWait) {
                watchLater();
                return;
            }
            isBlocked = true;
            all = List.copyOf(unwritten);
        }
        all.forEach(Line::end);
    }

    private void write() {
        try {
            for (Batch batch = next(); !batch.isEmpty(); batch = next()) {
                print(batch);
                written(batch.lines);
            }
        } catch (InterruptedException ended) {
            Thread.currentThread().interrupt();
        }
    }

    /** What is to be written next, when there is something; nothing at the end. */
    private Batch next() throws InterruptedException {
        synchronized (lock) {
            while (unwritten.isEmpty() && lost == 0 && !isClosed) {
                lock.wait();
            }
            Batch next = new Batch(lost, unwritten.stream().limit(MOST_AT_ONCE).toList());
            lost = 0;
            return next;
        }
    }

    private void print(Batch batch) {
        StringBuilder text = new StringBuilder();
        if (batch.lost > 0) {
            text.append(loss.apply(batch.lost)).append('\n');
        }
        batch.lines.forEach(line -> text.append(line.text).append('\n'));
        PrintStream out = stream.get();
        out.print(text);
        out.flush();
    }

    private void written(List<Line> some) {
        synchronized (lock) {
            some.forEach(line -> unwritten.remove());
            isBlocked = false;
        }
        some.forEach(Line::end);
    }

    /** Writes what waits, as far as the stream takes it within a second. */
    @Override
    public void close() {
        synchronized (lock) {
            isClosed = true;
            lock.notifyAll();
        }
        try {
            writer.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Whether nothing waits. */
    public boolean isEmpty() {
        synchronized (lock) {
            return unwritten.isEmpty();
        }
    }

    /** @param lost how many lines are told to be lost before these */
    private record Batch(long lost, List<Line> lines) {

        boolean isEmpty() {
            return lost == 0 && lines.isEmpty();
        }
    }

    private static final class Line {

        final String text;
        final long since = System.nanoTime();
        final CompletableFuture<Void> written = new CompletableFuture<>();

        Line(String text) {
            this.text = text;
        }

        void end() {
            written.complete(null);
        }
    }
}

package io.headgate.audit;

import java.io.PrintStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.Executor;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;
import java.util.stream.Collectors;

/**
 * Lines on their way to a stream that may be blocked, as a pipe is that nobody reads. They are written in the order they
 * came, by a thread of their own. While the stream takes none, so many lines are kept until it takes them again. Those that come
 * beyond are lost, and a line that tells how many goes before the next.
 */
final class Lines implements AutoCloseable {

    /** That are written at once. */
    private static final int MOST_AT_ONCE = 100;

    private static final CompletableFuture<Void> DONE = CompletableFuture.completedFuture(null);

    private final Supplier<PrintStream> stream;
    private final LongFunction<String> loss;
    private final Executor watching;
    private final long longestWait;
    private final BlockingQueue<Line> waiting;
    private final AtomicLong lost = new AtomicLong();
    private final AtomicInteger unwritten = new AtomicInteger();
    private final AtomicBoolean isWatched = new AtomicBoolean();
    private final Thread writer = new Thread(this::write, "headgate-audit");
    private volatile List<Line> going = List.of();
    private volatile boolean isBlocked;

    /**
     * @param loss the line that tells of so many lost ones
     * @param longestWait that a line may be waited for, about
     */
    Lines(Supplier<PrintStream> stream, LongFunction<String> loss, int capacity, Duration longestWait) {
        this.stream = stream;
        this.loss = loss;
        this.longestWait = longestWait.toNanos();
        this.watching = CompletableFuture.delayedExecutor(this.longestWait / 2, TimeUnit.NANOSECONDS, Runnable::run);
        this.waiting = new ArrayBlockingQueue<>(capacity);
        writer.setDaemon(true);
        writer.start();
    }

    /** Completes, on any thread, when the line has been written or is not to be waited for: the stream is blocked. */
    CompletionStage<Void> add(String text) {
        Line line = new Line(text);
        unwritten.incrementAndGet();
        if (!waiting.offer(line)) {
            unwritten.decrementAndGet();
            lost.incrementAndGet();
            return DONE;
        }
        if (isBlocked) {
            return DONE;
        }
        watchLater();
        return line.written;
    }

    private void watchLater() {
        if (isWatched.compareAndSet(false, true)) {
            watching.execute(this::watch);
        }
    }

    /** Lets nobody wait any more where the stream has been blocked for too long. */
    private void watch() {
        List<Line> now = going;
        Line oldest = now.isEmpty() ? waiting.peek() : now.get(0);
        if (oldest != null && System.nanoTime() - oldest.since > longestWait) {
            isBlocked = true;
            going.forEach(Line::end);
            waiting.forEach(Line::end);
        }
        isWatched.set(false);
        if (unwritten.get() > 0 && !isBlocked) {
            watchLater();
        }
    }

    private void write() {
        try {
            for (; ; ) {
                write(waiting.take());
            }
        } catch (InterruptedException closed) {
            for (Line line = waiting.poll(); line != null; line = waiting.poll()) {
                write(line);
            }
        }
        tellLoss();
    }

    private void write(Line first) {
        List<Line> lines = new ArrayList<>();
        lines.add(first);
        waiting.drainTo(lines, MOST_AT_ONCE - 1);
        going = lines;
        if (isBlocked) {
            lines.forEach(Line::end);
        }
        tellLoss();
        print(lines.stream().map(line -> line.text).collect(Collectors.joining("\n")));
        going = List.of();
        unwritten.addAndGet(-lines.size());
        isBlocked = false;
        lines.forEach(Line::end);
    }

    private void tellLoss() {
        long count = lost.getAndSet(0);
        if (count > 0) {
            print(loss.apply(count));
        }
    }

    private void print(String text) {
        PrintStream out = stream.get();
        out.println(text);
        out.flush();
    }

    /** Writes what waits, as far as the stream takes it within a second. */
    @Override
    public void close() {
        writer.interrupt();
        try {
            writer.join(TimeUnit.SECONDS.toMillis(1));
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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

package io.headgate.audit;

import java.io.PrintStream;
import java.time.Duration;
import java.util.concurrent.ArrayBlockingQueue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.LongFunction;
import java.util.function.Supplier;

/**
 * Lines on their way to a stream that may be blocked, as a pipe is that nobody reads. They are written in the order they
 * came, each before {@link #add} returns, unless the stream takes none: then the first to notice waits for a moment, and
 * all others for nothing. So many lines are kept until it takes them again. Those that come beyond are lost, and a line that
 * tells how many goes before the next.
 */
final class Lines implements AutoCloseable {

    private final Supplier<PrintStream> stream;
    private final LongFunction<String> loss;
    private final Duration longestWait;
    private final BlockingQueue<Line> waiting;
    private final AtomicLong lost = new AtomicLong();
    private final Thread writer = new Thread(this::write, "headgate-audit");
    private volatile boolean isBlocked;

    /**
     * @param loss the line that tells of so many lost ones
     * @param longestWait of a thread that adds a line
     */
    Lines(Supplier<PrintStream> stream, LongFunction<String> loss, int capacity, Duration longestWait) {
        this.stream = stream;
        this.loss = loss;
        this.longestWait = longestWait;
        this.waiting = new ArrayBlockingQueue<>(capacity);
        writer.setDaemon(true);
        writer.start();
    }

    void add(String text) {
        Line line = new Line(text, new CountDownLatch(1));
        if (!waiting.offer(line)) {
            lost.incrementAndGet();
        } else if (!isBlocked) {
            await(line);
        }
    }

    private void await(Line line) {
        try {
            isBlocked = !line.written.await(longestWait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
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

    private void write(Line line) {
        tellLoss();
        print(line.text);
        isBlocked = false;
        line.written.countDown();
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

    private record Line(String text, CountDownLatch written) {}
}

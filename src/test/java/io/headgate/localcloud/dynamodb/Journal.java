package io.headgate.localcloud.dynamodb;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.Semaphore;
import org.jspecify.annotations.Nullable;

/**
 * Every change of a table since a moment: an image of the table at that moment, the base, and after it logs of what its items
 * became. It is kept on disk. Once it has grown, what is too old to be asked for is folded into the base.
 */
final class Journal implements ChangeObserver {

    private static final int ALL = Integer.MAX_VALUE;

    private final ImageLogs logs;
    private final long logSize;
    private final Runnable grown;
    private final ImageLog base;
    private final CompletableFuture<Void> isBaseComplete = new CompletableFuture<>();
    private final Semaphore readers = new Semaphore(ALL);

    /** The base and the logs, oldest first; changes are appended to the last one. */
    private final Deque<ImageLog> parts = new ArrayDeque<>();

    private volatile @Nullable Exception failure;

    /** What was before is no longer known. */
    private volatile long folded = Long.MIN_VALUE;

    /**
     * A journal without its base.
     *
     * @param logSize how large a log grows until the next one is begun
     * @param grown is told that another log was begun, and must not wait
     */
    Journal(ImageLogs logs, long logSize, Runnable grown) {
        this.logs = logs;
        this.logSize = logSize;
        this.grown = grown;
        this.base = logs.create();
        parts.add(base);
        parts.add(logs.create());
    }

    /** The log to fill with the base. */
    ImageLog base() {
        return base;
    }

    void baseIsComplete() {
        isBaseComplete.complete(null);
    }

    void baseFailed(Throwable cause) {
        isBaseComplete.completeExceptionally(cause);
    }

    /** The write has happened, so a failure to keep it is one of later restores, not of the writer. */
    @Override
    public void changed(long stamp, byte[] key, byte @Nullable [] image) {
        try {
            last().append(stamp, key, image);
        } catch (IOException | UncheckedIOException e) {
            failure = e;
        }
    }

    /** The log to append to; nobody else appends meanwhile. */
    private ImageLog last() {
        synchronized (parts) {
            ImageLog last = parts.getLast();
            if (last.size() >= logSize) {
                last = logs.create();
                parts.add(last);
                grown.run();
            }
            return last;
        }
    }

    /**
     * The table as it was at a moment, which stays readable until closed.
     *
     * @throws AwsFailure when the moment is no longer known
     */
    ImageSource at(long moment) {
        readers.acquireUninterruptibly();
        if (moment < folded) {
            readers.release();
            throw new AwsFailure("InvalidRestoreTimeException", Stamps.time(moment) + " is no longer restorable");
        }
        return new ImageSource() {
            @Override
            public TableImage image() {
                isBaseComplete.join();
                if (failure != null) {
                    throw new IllegalStateException("A change could not be kept", failure);
                }
                return imageOf(copyOfParts(), moment);
            }

            @Override
            public void close() {
                readers.release();
            }
        };
    }

    private List<ImageLog> copyOfParts() {
        synchronized (parts) {
            return new ArrayList<>(parts);
        }
    }

    private static TableImage imageOf(List<ImageLog> parts, long moment) {
        TableImage image = new TableImage();
        parts.forEach(part -> image.apply(part, moment));
        return image;
    }

    /** Makes one base of the base and the changes up to a moment, unless somebody reads; writers go on. */
    void fold(long until) {
        if (!isBaseComplete.isDone() || !readers.tryAcquire(ALL)) {
            return;
        }
        try {
            List<ImageLog> old = foldable(until);
            if (old.size() > 1) {
                ImageLog newBase = logs.create();
                imageOf(old, until).copyTo(newBase, until);
                synchronized (parts) {
                    old.forEach(part -> parts.removeFirst());
                    parts.addFirst(newBase);
                }
                folded = until;
                old.forEach(ImageLog::close);
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } finally {
            readers.release(ALL);
        }
    }

    /** The base and the logs after it that are finished and hold nothing later. */
    private List<ImageLog> foldable(long until) {
        List<ImageLog> foldable = new ArrayList<>();
        synchronized (parts) {
            for (Iterator<ImageLog> each = parts.iterator(); each.hasNext(); ) {
                ImageLog part = each.next();
                if (!each.hasNext() || part.lastStamp() > until) {
                    break;
                }
                foldable.add(part);
            }
        }
        return foldable;
    }

    /** Bytes on disk. */
    long size() {
        return copyOfParts().stream().mapToLong(ImageLog::size).sum();
    }

    /** Removes the files as soon as nobody reads them. Nothing may be appended any more. */
    void close() {
        readers.acquireUninterruptibly(ALL);
        copyOfParts().forEach(ImageLog::close);
    }
}

package io.headgate.localcloud.dynamodb;

import com.almworks.sqlite4java.SQLiteConnection;
import com.almworks.sqlite4java.SQLiteException;
import com.almworks.sqlite4java.SQLiteJob;
import com.amazonaws.services.dynamodbv2.local.shared.access.TableInfo;
import com.amazonaws.services.dynamodbv2.local.shared.access.sqlite.SQLiteDBAccess;
import com.amazonaws.services.dynamodbv2.local.shared.model.AttributeValue;
import java.io.File;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.locks.Lock;
import java.util.function.BooleanSupplier;
import java.util.function.LongConsumer;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/**
 * The tables of DynamoDB Local, which tell {@linkplain ChangeObserver observers} of each change. Whatever writes an item, be
 * it an expiry or PartiQL, does so by {@link #putRecord} or {@link #deleteRecord}, and holds the table's lock meanwhile: a
 * transaction alone, and so do most writes; batches and plain deletions share it, so these are put in order here. The changes
 * of a transaction are told when it commits, all under one stamp.
 */
final class ObservedStorage extends SQLiteDBAccess {

    /** A restore writes this long in one go: all writers wait for it, however busy the machine is, and each commit costs. */
    private static final Duration FILLED_AT_ONCE = Duration.ofMillis(20);

    /** The changes of the transaction that a thread is in, each of which tells the observers its stamp. */
    private static final ThreadLocal<@Nullable List<LongConsumer>> TRANSACTION = new ThreadLocal<>();

    private static final ThreadLocal<@Nullable Boolean> SEES_HIDDEN = new ThreadLocal<>();

    private final Stamps stamps;
    private final ConcurrentMap<String, Observed> observed = new ConcurrentHashMap<>();
    private final Set<String> hidden = ConcurrentHashMap.newKeySet();

    private record Observed(KeyNames names, List<ChangeObserver> observers) {}

    /** Storage in a file, or in memory without one. */
    ObservedStorage(@Nullable File file, Stamps stamps) {
        super(file);
        this.stamps = stamps;
        queue.execute(new SQLiteJob<Void>() {
                    @Override
                    protected @Nullable Void job(SQLiteConnection connection) throws SQLiteException {
                        // Nobody reads the file after a crash of the machine, and to wait for the disk takes most of
                        // the time.
                        connection.exec("PRAGMA synchronous = OFF");
                        return null;
                    }
                })
                .complete();
    }

    /** Does something while nobody writes to the table; it must not take long. */
    <T> T exclusively(String table, Supplier<T> action) {
        Lock lock = getLockForTable(table).writeLock();
        lock.lock();
        try {
            return action.get();
        } finally {
            lock.unlock();
        }
    }

    /** Within {@link #exclusively}. */
    void addObserver(String table, ChangeObserver observer) {
        observed.computeIfAbsent(table, name -> new Observed(keyNames(name), new CopyOnWriteArrayList<>()))
                .observers
                .add(observer);
    }

    void removeObserver(String table, ChangeObserver observer) {
        exclusively(table, () -> {
            Observed found = observed.get(table);
            if (found != null && found.observers.remove(observer) && found.observers.isEmpty()) {
                observed.remove(table);
            }
            return found;
        });
    }

    KeyNames keyNames(String table) {
        return KeyNames.of(super.getTableInfo(table));
    }

    @Override
    public void putRecord(
            String table,
            Map<String, AttributeValue> item,
            AttributeValue hash,
            @Nullable AttributeValue range,
            boolean isUpdate) {
        change(table, item, item, () -> {
            super.putRecord(table, item, hash, range, isUpdate);
            return true;
        });
    }

    @Override
    public boolean deleteRecord(String table, Map<String, AttributeValue> key, boolean isExpiry) {
        return change(table, key, null, () -> super.deleteRecord(table, key, isExpiry));
    }

    private boolean change(
            String table,
            Map<String, AttributeValue> key,
            @Nullable Map<String, AttributeValue> after,
            BooleanSupplier write) {
        Observed observedTable = observed.get(table);
        if (observedTable == null) {
            return write.getAsBoolean();
        }
        byte[] changed = observedTable.names.keyOf(key);
        byte[] image = after == null ? null : Items.toBytes(after);
        Supplier<byte @Nullable []> before = () -> {
            Map<String, AttributeValue> item = getRecord(table, observedTable.names.only(key));
            return item == null ? null : Items.toBytes(item);
        };
        BooleanSupplier observedWrite = () -> {
            observedTable.observers.forEach(observer -> observer.changing(changed, before));
            return write.getAsBoolean();
        };
        LongConsumer tell =
                stamp -> observedTable.observers.forEach(observer -> observer.changed(stamp, changed, image));
        List<LongConsumer> changes = TRANSACTION.get();
        if (changes != null) {
            return observedWrite.getAsBoolean() && changes.add(tell);
        }
        synchronized (observedTable) {
            boolean isWritten = observedWrite.getAsBoolean();
            if (isWritten) {
                tell.accept(stamps.next());
            }
            return isWritten;
        }
    }

    @Override
    public byte @Nullable [] beginTransaction(String token) {
        byte[] signature = super.beginTransaction(token);
        TRANSACTION.set(new ArrayList<>());
        return signature;
    }

    @Override
    public void commitTransaction(String token, byte[] signature) {
        List<LongConsumer> changes = TRANSACTION.get();
        TRANSACTION.remove();
        super.commitTransaction(token, signature);
        if (changes != null && !changes.isEmpty()) {
            long stamp = stamps.next();
            changes.forEach(change -> change.accept(stamp));
        }
    }

    @Override
    public void rollbackTransaction() {
        TRANSACTION.remove();
        super.rollbackTransaction();
    }

    /** Hides a table from requests for items, which answer that there is none as long as it is being created. */
    void hide(String table) {
        hidden.add(table);
    }

    void show(String table) {
        hidden.remove(table);
    }

    boolean isHidden(String table) {
        return hidden.contains(table);
    }

    /** Does something for which no table is hidden. */
    <T> T seeingHidden(Supplier<T> action) {
        SEES_HIDDEN.set(true);
        try {
            return action.get();
        } finally {
            SEES_HIDDEN.remove();
        }
    }

    @Override
    public @Nullable TableInfo getTableInfo(String table) {
        return hidden.contains(table) && SEES_HIDDEN.get() == null ? null : super.getTableInfo(table);
    }

    /** Puts items into a table that is hidden, without anybody being told. */
    void fill(String table, Iterator<Map<String, AttributeValue>> items) {
        KeyNames names = keyNames(table);
        while (items.hasNext()) {
            String token = UUID.randomUUID().toString();
            super.beginTransaction(token);
            try {
                long begun = System.nanoTime();
                do {
                    Map<String, AttributeValue> item = items.next();
                    super.putRecord(table, item, names.hash(item), names.range(item), false);
                } while (items.hasNext() && System.nanoTime() - begun < FILLED_AT_ONCE.toNanos());
            } catch (RuntimeException e) {
                super.rollbackTransaction();
                throw e;
            }
            super.commitTransaction(token, new byte[0]);
        }
    }
}

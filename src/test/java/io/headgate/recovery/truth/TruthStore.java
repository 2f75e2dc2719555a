package io.headgate.recovery.truth;

import java.util.Map;
import java.util.Random;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;

/**
 * A table that is changed, restored and read in full. Its rows are by key: the writer's name, a slash, and what makes the key
 * unique.
 *
 * @param <V> a row without its key, equal to another when every column or attribute is
 */
interface TruthStore<V> extends AutoCloseable {

    /** The gateway's id of the database that is restored. */
    String database();

    /** What it holds. */
    Map<String, V> rows();

    /** What a database restored of it holds. */
    Map<String, V> rowsOf(String target);

    /** Deletes a database that was restored. */
    void delete(String target);

    /** Makes changes at random, one at each call, and tells its share of them. */
    Callable<@Nullable Void> changes(Share<V> share, Pace pace, Random random);

    /** Writes a number to a row of a load, and returns when that is answered. */
    void write(String key, long number) throws Exception;

    /** The number that {@link #write} wrote last. */
    long written(V row);

    /** Fails when the database is another than before, or not as ready as before. */
    void assertUnharmed();

    @Override
    void close();
}

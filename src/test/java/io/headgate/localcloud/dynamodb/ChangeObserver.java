package io.headgate.localcloud.dynamodb;

import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/** What is told of every change of a table, one after the other in their order; it neither fails nor waits. */
interface ChangeObserver {

    /**
     * An item is about to be changed, perhaps in vain.
     *
     * @param before reads what the item is now
     */
    default void changing(byte[] key, Supplier<byte @Nullable []> before) {}

    /**
     * An item was changed.
     *
     * @param image what it is now, null where it was deleted
     */
    default void changed(long stamp, byte[] key, byte @Nullable [] image) {}
}

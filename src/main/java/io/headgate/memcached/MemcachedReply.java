package io.headgate.memcached;

import java.util.Map;
import org.jspecify.annotations.Nullable;

/**
 * What a server answered to a command.
 *
 * @param status the last line: {@code STORED}, {@code NOT_STORED}, {@code EXISTS}, {@code NOT_FOUND}, {@code DELETED},
 *     {@code END}
 * @param items what was there, by key; statistics by their names
 */
public record MemcachedReply(String status, Map<String, Item> items) {

    /** What is there under a key. */
    public static final class Item {

        private final byte[] data;
        private final String unique;

        Item(byte[] data, String unique) {
            this.data = data;
            this.unique = unique;
        }

        public byte[] data() {
            return data;
        }

        /** Changes with each change of the item; empty for what is no item. */
        public String unique() {
            return unique;
        }
    }

    public boolean isStored() {
        return status.equals("STORED");
    }

    public @Nullable Item item(String key) {
        return items.get(key);
    }
}

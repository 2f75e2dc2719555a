package io.headgate.localcloud;

import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * What a part of the local cloud knows, in the JDK's types only: Quarkus loads the classes of this package anew for each
 * application that it starts in a test JVM, and all of them see the one cloud of {@link LocalCloud#shared()}.
 *
 * @param values the values, each nothing but a JDK class; whoever changes several holds the map's lock
 */
record State(Map<String, Object> values) {

    State() {
        this(new ConcurrentHashMap<>());
    }

    State with(String name, Object value) {
        values.put(name, value);
        return this;
    }

    void remove(String name) {
        values.remove(name);
    }

    <T> T get(String name, Class<T> type) {
        T value = find(name, type);
        if (value == null) {
            throw new IllegalStateException("There is no " + name);
        }
        return value;
    }

    <T> @Nullable T find(String name, Class<T> type) {
        return type.cast(values.get(name));
    }

    /** The state of a part. */
    @SuppressWarnings("unchecked")
    State part(String name) {
        return new State((Map<String, Object>) get(name, Map.class));
    }
}

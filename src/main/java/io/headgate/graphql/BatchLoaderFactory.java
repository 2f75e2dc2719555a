package io.headgate.graphql;

import io.headgate.response.Making;
import org.dataloader.BatchLoader;

/** Makes a batch loader for one operation. */
@FunctionalInterface
public interface BatchLoaderFactory<K, V> {

    /**
     * A loader of its own.
     *
     * @param reads begins what it reads, which ends with the operation
     * @param making is told what the operation's answer is made from
     */
    BatchLoader<K, V> create(Reads reads, Making making);
}

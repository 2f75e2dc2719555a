package io.headgate.graphql;

import io.headgate.response.Making;
import java.util.Map;
import org.dataloader.DataLoader;
import org.dataloader.DataLoaderFactory;
import org.dataloader.DataLoaderRegistry;

/** The loaders of one operation, each made when it is first asked for: most operations need one of them. */
final class Loaders extends DataLoaderRegistry {

    private final Map<String, BatchLoaderFactory<?, ?>> factories;
    private final Reads reads;
    private final Making making;

    Loaders(Map<String, BatchLoaderFactory<?, ?>> factories, Reads reads, Making making) {
        this.factories = factories;
        this.reads = reads;
        this.making = making;
    }

    @Override
    public <K, V> DataLoader<K, V> getDataLoader(String name) {
        return computeIfAbsent(name, this::create);
    }

    private DataLoader<?, ?> create(String name) {
        BatchLoaderFactory<?, ?> factory = factories.get(name);
        if (factory == null) {
            throw new IllegalArgumentException("there is no loader " + name);
        }
        return DataLoaderFactory.newDataLoader(name, factory.create(reads, making));
    }
}

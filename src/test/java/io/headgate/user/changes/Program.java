package io.headgate.user.changes;

import io.headgate.localcloud.LocalCloud;
import io.headgate.user.Store;

/** Another program, which changes users in a store without telling anybody. */
interface Program extends AutoCloseable {

    static Program of(Store store, LocalCloud cloud) {
        return store == Store.POSTGRES
                ? new PostgresProgram(cloud.postgres())
                : new DynamoDbProgram(cloud.dynamoDb().client());
    }

    /** Creates a user of version 1, who is ACTIVE. */
    void create(String key, String name);

    /** Gives a user a name, and the version. */
    void rename(String key, String name, int version);

    /** Makes a user SUSPENDED, and gives the version. */
    void suspend(String key, int version);

    void delete(String key);

    @Override
    void close();
}

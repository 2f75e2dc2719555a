package io.headgate.limit;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.security.Caller;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/** WebSockets and event streams, and the operations on them: how many there may be, in all and of each client. */
public final class Connections {

    /** In which time most clients that are told to come again find that others have gone. */
    private static final Duration LATER = Duration.ofSeconds(5);

    private static final String ALL = "";
    private static final String OF_ONE =
            "connections of this client are open: see headgate.limits.connections-per-client";

    private final LimitConfig config;
    private final Places all;
    private final Places owned;
    private final Places uninitialised;
    private final Places operations;

    public Connections(LimitConfig config) {
        this.config = config;
        this.all = new Places(config.connections(), config.connections());
        this.owned = new Places(config.connections(), config.connectionsPerClient());
        this.uninitialised = new Places(config.connections(), config.uninitialisedConnectionsPerAddress());
        this.operations = new Places(config.operations(), config.operationsPerClient());
    }

    /**
     * A place for a connection whose caller is not known yet.
     *
     * @throws GatewayException UNAVAILABLE where there are too many, RESOURCE_EXHAUSTED where there are too many of this address
     */
    public Connection open(String address) {
        Connection connection = new Connection(address);
        connection.enter(
                uninitialised,
                address,
                "WebSockets of this address are not initialised: see"
                        + " headgate.limits.uninitialised-connections-per-address");
        return connection;
    }

    /**
     * A place for a connection of a caller.
     *
     * @throws GatewayException UNAVAILABLE where there are too many, RESOURCE_EXHAUSTED where there are too many of this client
     */
    public Connection open(Caller caller, String address) {
        Connection connection = new Connection(address);
        connection.enter(owned, Admission.client(caller, address), OF_ONE);
        return connection;
    }

    private static void check(Places.@Nullable Full full, String property, String ofOne) {
        if (full == Places.Full.ALL) {
            throw GatewayException.later(
                    ErrorCode.UNAVAILABLE, "there are too many of all clients: see headgate.limits." + property, LATER);
        } else if (full == Places.Full.ONES) {
            throw GatewayException.later(ErrorCode.RESOURCE_EXHAUSTED, "too many " + ofOne, LATER);
        }
    }

    /** The places of one connection, which is used by one event loop. */
    public final class Connection {

        private final String address;

        /** Where it has its place, and under which name; nowhere once it is closed. */
        private @Nullable Places within;

        private String name = "";
        private int running;

        private Connection(String address) {
            this.address = address;
        }

        private void enter(Places places, String client, String ofOne) {
            check(all.take(ALL), "connections", ofOne);
            Places.Full full = places.take(client);
            if (full != null) {
                all.free(ALL, 1);
            }
            check(full, "connections", ofOne);
            within = places;
            name = client;
        }

        /**
         * Tells whose it is.
         *
         * @throws GatewayException RESOURCE_EXHAUSTED where there are too many of this client
         */
        public void belongsTo(Caller caller) {
            Places before = within;
            if (before != null) {
                String client = Admission.client(caller, address);
                check(owned.take(client), "connections", OF_ONE);
                before.free(name, 1);
                within = owned;
                name = client;
            }
        }

        /**
         * Counts an operation that begins.
         *
         * @throws GatewayException RESOURCE_EXHAUSTED or UNAVAILABLE where one more can't run
         */
        public void beginOperation() {
            if (running >= config.operationsPerConnection()) {
                throw GatewayException.of(
                        ErrorCode.RESOURCE_EXHAUSTED,
                        "one WebSocket runs at most " + config.operationsPerConnection()
                                + " operations at once: see headgate.limits.operations-per-connection");
            }
            check(
                    operations.take(name),
                    "operations",
                    "operations of this client run: see headgate.limits.operations-per-client");
            running++;
        }

        public void endOperation() {
            if (running > 0) {
                operations.free(name, 1);
                running--;
            }
        }

        /** Frees all its places; again, nothing. */
        public void close() {
            Places last = within;
            if (last != null) {
                within = null;
                operations.free(name, running);
                running = 0;
                last.free(name, 1);
                all.free(ALL, 1);
            }
        }
    }
}

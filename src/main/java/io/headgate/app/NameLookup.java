package io.headgate.app;

import io.vertx.core.Future;
import io.vertx.core.Vertx;
import java.net.InetAddress;
import java.security.Security;

/**
 * Looks host names up on a worker thread. Vert.x, as Quarkus sets it up, asks the JVM's resolver on the event loop, and a
 * native executable knows no other: a DNS server that is slow would stop all requests of that loop. What was just looked up
 * is still in the JVM's cache when Vert.x asks.
 */
final class NameLookup {

    private static final String SECONDS = "1";

    private final Vertx vertx;

    NameLookup(Vertx vertx) {
        this.vertx = vertx;
    }

    /**
     * Lets the JVM forget an address after a second instead of half a minute, since a failover of RDS or ElastiCache gives
     * the name another one. Takes effect where no name was looked up before.
     */
    static void forgetSoon() {
        Security.setProperty("networkaddress.cache.ttl", SECONDS);
        Security.setProperty("networkaddress.cache.negative.ttl", SECONDS);
    }

    /** Completes when the name has an address; fails when it has none. */
    Future<Void> of(String host) {
        return vertx.executeBlocking(() -> InetAddress.getByName(host), false).mapEmpty();
    }
}

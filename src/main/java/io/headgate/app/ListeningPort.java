package io.headgate.app;

import io.headgate.http.HttpConfig;
import io.headgate.http.SlowClients;
import io.quarkus.vertx.http.HttpServerOptionsCustomizer;
import io.vertx.core.http.HttpServerOptions;
import jakarta.inject.Singleton;

/** Tells which ports are for clients, whose connections are watched; health and metrics have their own. */
@Singleton
final class ListeningPort implements HttpServerOptionsCustomizer {

    private final HttpConfig config;

    ListeningPort(HttpConfig config) {
        this.config = config;
    }

    @Override
    public void customizeHttpServer(HttpServerOptions options) {
        SlowClients.limit(options.getPort(), config.readTimeout());
    }

    @Override
    public void customizeHttpsServer(HttpServerOptions options) {
        SlowClients.limit(options.getPort(), config.readTimeout());
    }
}

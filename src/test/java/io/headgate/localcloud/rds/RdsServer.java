package io.headgate.localcloud.rds;

import static java.nio.charset.StandardCharsets.UTF_8;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headgate.localcloud.LocalClock;
import io.headgate.localcloud.LocalCloudException;
import io.headgate.localcloud.LocalPostgres;
import io.headgate.localcloud.LocalRedis;
import io.headgate.localcloud.SynchronousStandby;
import io.headgate.localcloud.elasticache.ElastiCache;
import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import io.headgate.localcloud.secrets.LocalSecrets;
import java.io.IOException;
import java.io.OutputStream;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import org.jboss.logging.Logger;

/** The endpoint of RDS, and of ElastiCache beside it: its HTTP server, and all that is behind it. Signatures are not checked: any credentials will do. */
public final class RdsServer implements AutoCloseable {

    private static final Logger LOG = Logger.getLogger(RdsServer.class);
    private static final int THREADS = 8;
    private static final int LARGEST_REQUEST = 1 << 20;
    private static final String NO_DELAY = "sun.net.httpserver.nodelay";

    /** The users' own database: what the cloud has before anybody creates anything. */
    private static final QueryRequest MYDB = new QueryRequest(Map.of(
            "Engine", "postgres",
            "DBInstanceClass", "db.t4g.medium",
            "MasterUsername", "headgate",
            "DBName", "headgate",
            "BackupRetentionPeriod", "7",
            "DeletionProtection", "true"));

    private final Account account;
    private final Work work;
    private final Standbys standbys;
    private final Actions actions;
    private final LocalRequests localRequests;
    private final Metrics metrics;
    private final ElastiCache elastiCache;
    private final HttpServer http;
    private final ExecutorService threads;

    private RdsServer(
            Account account, Work work, Backups backups, Standbys standbys, ElastiCache elastiCache, HttpServer http) {
        this.elastiCache = elastiCache;
        this.account = account;
        this.work = work;
        this.standbys = standbys;
        ReadReplicas replicas = new ReadReplicas(account, work, backups);
        this.actions = new Actions(account, work, backups, standbys, replicas);
        this.localRequests = new LocalRequests(account, elastiCache);
        this.metrics = new Metrics(account, elastiCache);
        backups.start();
        standbys.start();
        replicas.start();
        this.http = http;
        this.threads = Executors.newFixedThreadPool(THREADS, task -> {
            Thread thread = new Thread(task, "local-rds-http");
            thread.setDaemon(true);
            return thread;
        });
    }

    /**
     * Backs {@code mydb} up, and returns when the endpoint answers.
     *
     * @param address where it listens
     * @param directory where each server gets a directory of its own
     * @param mydb the server of the DB instance {@code mydb}, which is not closed with this
     * @param redis the server of ElastiCache's replication group {@code my-redis}, which is not closed with this
     * @param restorableLag how far the latest restorable time is behind the clock
     * @throws IOException when it can't listen there
     */
    public static RdsServer start(
            InetSocketAddress address,
            Path directory,
            LocalPostgres mydb,
            LocalRedis redis,
            LocalClock clock,
            Duration restorableLag)
            throws IOException {
        if (System.getProperty(NO_DELAY) == null) {
            // Else an answer waits 40 ms for the acknowledgement of its own header.
            System.setProperty(NO_DELAY, "true");
        }
        Account account = new Account(clock, directory, restorableLag, version(mydb));
        HttpServer http = HttpServer.create(address, 0);
        Work work = new Work(account);
        Backups backups = new Backups(account, work);
        Standbys standbys = new Standbys(account, work);
        RdsServer server =
                new RdsServer(account, work, backups, standbys, new ElastiCache(clock, directory, redis), http);
        try {
            adopt(mydb, account, backups);
            http.setExecutor(server.threads);
            http.createContext("/", server::answer);
            http.createContext("/_local/", server::answerLocally);
            http.start();
            return server;
        } catch (RuntimeException e) {
            server.close();
            throw e;
        }
    }

    private static void adopt(LocalPostgres mydb, Account account, Backups backups) {
        Database database = account.newDatabase(Kind.INSTANCE, "mydb");
        synchronized (account) {
            database.server = mydb;
            database.permanent = true;
            Attributes.ofNew(database, MYDB, account);
            database.tags.putAll(Map.of("application", "headgate", "environment", "local"));
            account.add(database);
            backups.backUp(database);
        }
        database.work.join();
        synchronized (account) {
            if (database.bases.isEmpty()) {
                throw new LocalCloudException("Cannot back up mydb: see the log");
            }
        }
    }

    private static String version(LocalPostgres postgres) {
        try (Connection connection = postgres.connectAsAdministrator();
                Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SHOW server_version")) {
            row.next();
            return row.getString(1);
        } catch (SQLException e) {
            throw new LocalCloudException("Cannot ask PostgreSQL for its version: " + e.getMessage(), e);
        }
    }

    /** Begins to give {@code mydb} a standby. */
    public void makeMultiAz() {
        synchronized (account) {
            Database mydb = account.database(Kind.INSTANCE, "mydb");
            mydb.attributes.put("MultiAZ", "true");
            standbys.establish(mydb, () -> {});
        }
    }

    public int port() {
        return http.getAddress().getPort();
    }

    private void answer(HttpExchange exchange) throws IOException {
        if (LocalSecrets.isFor(exchange)) {
            account.secrets.answer(exchange);
            return;
        }
        int status = 200;
        String namespace = Actions.NAMESPACE;
        String body;
        try {
            QueryRequest request = request(exchange);
            if (ElastiCache.VERSION.equals(request.find("Version"))) {
                namespace = ElastiCache.NAMESPACE;
                body = elastiCache.answer(request);
            } else {
                body = request.action().equals(Metrics.ACTION) ? metrics.answer(request) : actions.answer(request);
            }
        } catch (QueryError e) {
            status = e.status();
            body = XmlResponse.of(namespace, e);
        } catch (RuntimeException e) {
            LOG.error("request failed", e);
            status = 500;
            body = XmlResponse.of(
                    namespace, new QueryError("InternalFailure", 500, "The local cloud failed: see its log."));
        }
        send(exchange, status, "text/xml", body);
    }

    private static QueryRequest request(HttpExchange exchange) throws IOException {
        byte[] body = exchange.getRequestBody().readNBytes(LARGEST_REQUEST);
        String query = exchange.getRequestURI().getRawQuery();
        return QueryRequest.parse(body.length == 0 && query != null ? query : new String(body, UTF_8));
    }

    /** The local cloud's own, which AWS does not have. */
    private void answerLocally(HttpExchange exchange) throws IOException {
        try {
            String answer = localRequests.answer(exchange.getRequestMethod(), exchange.getRequestURI());
            send(exchange, 200, "application/json", answer + "\n");
        } catch (IllegalArgumentException e) {
            send(exchange, 400, "text/plain", e.getMessage() + "\n");
        } catch (QueryError e) {
            send(exchange, e.status(), "text/plain", e.message() + "\n");
        } catch (RuntimeException e) {
            LOG.error("request failed", e);
            send(exchange, 500, "text/plain", "The local cloud failed: see its log.\n");
        }
    }

    private static void send(HttpExchange exchange, int status, String type, String text) throws IOException {
        try (exchange;
                OutputStream body = exchange.getResponseBody()) {
            byte[] bytes = text.getBytes(UTF_8);
            exchange.getResponseHeaders().set("Content-Type", type);
            exchange.sendResponseHeaders(status, bytes.length);
            body.write(bytes);
        }
    }

    /** Ends all servers besides that of {@code mydb}. Their files stay, in the cloud's directory. */
    @Override
    public void close() {
        http.stop(0);
        threads.shutdownNow();
        work.close();
        elastiCache.close();
        for (AutoCloseable server : servers()) {
            try {
                server.close();
            } catch (Exception e) {
                LOG.warn("server did not end", e);
            }
        }
    }

    private List<AutoCloseable> servers() {
        List<AutoCloseable> servers = new ArrayList<>();
        synchronized (account) {
            for (Database database : account.all()) {
                SynchronousStandby standby = database.standby;
                if (standby != null) {
                    servers.add(standby);
                }
                LocalPostgres server = database.server;
                if (server != null && !database.permanent) {
                    servers.add(server);
                }
            }
        }
        return servers;
    }
}

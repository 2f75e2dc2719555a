package io.headgate.recovery;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.headgate.aws.AwsClients;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Queue;
import java.util.TreeMap;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentLinkedQueue;
import java.util.concurrent.Executors;
import java.util.stream.Stream;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClientBuilder;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClientBuilder;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.RdsAsyncClientBuilder;
import software.amazon.awssdk.utils.SdkAutoCloseable;

/**
 * AWS as far as {@code src/test/resources/aws} has its answers: over HTTP, to the SDK's own clients. Each call is answered
 * with what was given for it, one after the other, the last one again and again; a call that nothing was given for is
 * answered with its own document.
 */
public final class RecordedAws implements AutoCloseable {

    private static final String ELASTICACHE_VERSION = "2015-02-02";
    private static final String DYNAMODB_TARGET = "X-Amz-Target";

    /** One for all tests: a client that closes its own takes two seconds to do so. */
    private static final SdkAsyncHttpClient CONNECTIONS = NettyNioAsyncHttpClient.create();

    /** One request: its call, and its parameters as RDS and ElastiCache take them, or its body. */
    public record Request(String call, Map<String, String> parameters, String body) {}

    private record Answer(int status, String document) {}

    private final HttpServer server;
    private final Map<String, Deque<Answer>> answers = new ConcurrentHashMap<>();
    private final Queue<Request> requests = new ConcurrentLinkedQueue<>();
    private final Queue<SdkAutoCloseable> clients = new ConcurrentLinkedQueue<>();

    public RecordedAws() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool(task -> {
            Thread thread = new Thread(task, "recorded-aws");
            thread.setDaemon(true);
            return thread;
        }));
        server.createContext("/", this::answer);
        server.start();
    }

    /** The document of a name, such as {@code rds/DescribeDBInstances}. */
    public static String document(String name) {
        String file = "/aws/" + name + (name.startsWith("dynamodb/") ? ".json" : ".xml");
        try (InputStream in = Objects.requireNonNull(RecordedAws.class.getResourceAsStream(file), file)) {
            return new String(in.readAllBytes(), StandardCharsets.UTF_8);
        } catch (IOException e) {
            throw new IllegalStateException(file, e);
        }
    }

    /** Answers a call with a document. */
    public RecordedAws give(String call, String document) {
        return answer(call, 200, document);
    }

    /** Answers a call of RDS, or of ElastiCache, with an error. */
    public RecordedAws refuseRds(String call, int status, String code) {
        return answer(call, status, document("rds/error").replace("CODE", code));
    }

    /** Answers a call of DynamoDB with an error. */
    public RecordedAws refuseDynamoDb(String call, int status, String code) {
        return answer(call, status, document("dynamodb/error").replace("CODE", code));
    }

    public RecordedAws answer(String call, int status, String document) {
        answers.computeIfAbsent(call, name -> new ArrayDeque<>()).add(new Answer(status, document));
        return this;
    }

    /** What was asked with a call. */
    public List<Request> requests(String call) {
        return requests.stream().filter(request -> request.call().equals(call)).toList();
    }

    /** The calls, in order. */
    public List<String> calls() {
        return requests.stream().map(Request::call).toList();
    }

    /** A client as Headgate has it. */
    public RdsAsyncClient rds() {
        RdsAsyncClientBuilder builder =
                AwsClients.withoutBlindRetries(here(RdsAsyncClient.builder()).httpClient(CONNECTIONS));
        RdsAsyncClient client = builder.build();
        clients.add(client);
        return client;
    }

    /** A client as Headgate has it. */
    public ElastiCacheAsyncClient elastiCache() {
        ElastiCacheAsyncClientBuilder builder = AwsClients.withoutBlindRetries(
                here(ElastiCacheAsyncClient.builder()).httpClient(CONNECTIONS));
        ElastiCacheAsyncClient client = builder.build();
        clients.add(client);
        return client;
    }

    /** A client as Headgate has it. */
    public DynamoDbAsyncClient dynamoDb() {
        DynamoDbAsyncClientBuilder builder = AwsClients.withoutBlindRetries(
                here(DynamoDbAsyncClient.builder()).httpClient(CONNECTIONS));
        DynamoDbAsyncClient client = builder.build();
        clients.add(client);
        return client;
    }

    private <B extends AwsClientBuilder<B, ?>> B here(B builder) {
        return builder.endpointOverride(
                        URI.create("http://127.0.0.1:" + server.getAddress().getPort()))
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create("key", "secret")));
    }

    @Override
    public void close() {
        clients.forEach(SdkAutoCloseable::close);
        server.stop(0);
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            String body = new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8);
            String target = exchange.getRequestHeaders().getFirst(DYNAMODB_TARGET);
            Map<String, String> parameters = target == null ? form(body) : Map.of();
            String call = target == null
                    ? parameters.getOrDefault("Action", "none")
                    : target.substring(target.indexOf('.') + 1);
            requests.add(new Request(call, parameters, body));
            String ofQuery = ELASTICACHE_VERSION.equals(parameters.get("Version")) ? "elasticache/" : "rds/";
            Answer answer = next(call, target == null ? ofQuery : "dynamodb/");
            byte[] bytes = answer.document().getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders()
                    .add("Content-Type", target == null ? "text/xml" : "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(answer.status(), bytes.length);
            exchange.getResponseBody().write(bytes);
        }
    }

    private synchronized Answer next(String call, String service) {
        Deque<Answer> given = answers.get(call);
        if (given == null) {
            return new Answer(200, document(service + call));
        }
        return given.size() > 1 ? given.removeFirst() : given.getFirst();
    }

    private static Map<String, String> form(String body) {
        Map<String, String> parameters = new TreeMap<>();
        Stream.of(body.split("&"))
                .map(pair -> pair.split("=", 2))
                .forEach(pair -> parameters.put(
                        URLDecoder.decode(pair[0], StandardCharsets.UTF_8),
                        pair.length < 2 ? "" : URLDecoder.decode(pair[1], StandardCharsets.UTF_8)));
        return parameters;
    }
}

package io.headgate.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpExchange;
import com.sun.net.httpserver.HttpServer;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.auth.credentials.AnonymousCredentialsProvider;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.async.SdkAsyncHttpClient;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DeleteItemResponse;

/** What a client sends again, against a server that answers as AWS does when it is in trouble. */
class AwsClientsTest {

    private static final SdkAsyncHttpClient CONNECTIONS =
            NettyNioAsyncHttpClient.builder().build();

    private final AtomicInteger requests = new AtomicInteger();
    private final AtomicInteger executions = new AtomicInteger();
    private final CountDownLatch arrived = new CountDownLatch(1);
    private final CountDownLatch ended = new CountDownLatch(1);
    private volatile String error = "";
    private volatile int status = 200;
    private volatile int failures;
    private volatile boolean silent;

    private HttpServer server;
    private DynamoDbAsyncClient client;

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.setExecutor(Executors.newCachedThreadPool());
        server.createContext("/", this::answer);
        server.start();
        client = client(CONNECTIONS);
    }

    @AfterEach
    void stop() {
        ended.countDown();
        client.close();
        server.stop(0);
    }

    @AfterAll
    static void closeConnections() {
        CONNECTIONS.close();
    }

    @ParameterizedTest
    @CsvSource({
        "ThrottlingException, 400",
        "ProvisionedThroughputExceededException, 400",
        "RequestLimitExceeded, 400",
        "RequestExpired, 400"
    })
    void whatWasNotExecutedIsSentAgain(String code, int statusCode) {
        fail(code, statusCode, 3);

        DeleteItemResponse answer = delete().join();

        assertThat(answer.sdkHttpResponse().isSuccessful()).isTrue();
        assertThat(requests).hasValue(4);
        assertThat(executions).hasValue(1);
    }

    @Test
    void whatIsThrottledThroughoutFailsClearlyAndIsNotExecuted() {
        fail("ThrottlingException", 400, Integer.MAX_VALUE);

        Throwable failure = failure(delete());

        assertThat(AwsFailures.kind(failure)).isEqualTo(AwsFailures.Kind.THROTTLED);
        assertThat(requests).hasValue(4);
    }

    @ParameterizedTest
    @CsvSource({
        "InternalServerError, 500, LOST",
        "ServiceUnavailable, 503, LOST",
        "TransactionConflictException, 400, REFUSED",
        "ValidationException, 400, REFUSED",
    })
    void whatMayHaveBeenExecutedOrIsWrongIsSentOnce(String code, int statusCode, AwsFailures.Kind kind) {
        fail(code, statusCode, 1);

        Throwable failure = failure(delete());

        assertThat(AwsFailures.kind(failure)).isEqualTo(kind);
        assertThat(AwsFailures.errorCode(failure)).isEqualTo(code);
        assertThat(requests).hasValue(1);
    }

    @Test
    void requestThatGetsNoConnectionWasNotSent() throws InterruptedException {
        silent = true;
        try (SdkAsyncHttpClient one = NettyNioAsyncHttpClient.builder()
                .maxConcurrency(1)
                .connectionAcquisitionTimeout(Duration.ofSeconds(1))
                .build()) {
            client = client(one);
            CompletableFuture<DeleteItemResponse> holdsTheOnlyConnection = delete();
            assertThat(arrived.await(10, TimeUnit.SECONDS)).isTrue();

            Throwable failure = failure(delete());

            assertThat(AwsFailures.kind(failure)).isEqualTo(AwsFailures.Kind.NOT_SENT);
            assertThat(holdsTheOnlyConnection).isNotDone();
            assertThat(requests).hasValue(1);
        }
    }

    private DynamoDbAsyncClient client(SdkAsyncHttpClient connections) {
        return AwsClients.withoutBlindRetries(DynamoDbAsyncClient.builder()
                        .endpointOverride(URI.create(
                                "http://127.0.0.1:" + server.getAddress().getPort()))
                        .region(Region.EU_WEST_1)
                        .credentialsProvider(AnonymousCredentialsProvider.create())
                        .overrideConfiguration(overrides -> overrides.addExecutionInterceptor(new Executions()))
                        .httpClient(connections))
                .build();
    }

    private CompletableFuture<DeleteItemResponse> delete() {
        return client.deleteItem(
                request -> request.tableName("Users").key(Map.of("userId", AttributeValue.fromS("a"))));
    }

    private void fail(String code, int statusCode, int times) {
        error = code;
        status = statusCode;
        failures = times;
    }

    private void answer(HttpExchange exchange) throws IOException {
        try (exchange) {
            boolean fails = requests.incrementAndGet() <= failures;
            exchange.getRequestBody().readAllBytes();
            arrived.countDown();
            if (silent) {
                ended.await();
            }
            byte[] body = (fails ? "{\"__type\": \"com.amazonaws.dynamodb.v20120810#" + error + "\"}" : "{}")
                    .getBytes(StandardCharsets.UTF_8);
            exchange.getResponseHeaders().add("Content-Type", "application/x-amz-json-1.0");
            exchange.sendResponseHeaders(fails ? status : 200, body.length);
            exchange.getResponseBody().write(body);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private static Throwable failure(CompletableFuture<?> call) {
        return Uni.createFrom()
                .completionStage(call)
                .onItemOrFailure()
                .transform((answer, failure) -> failure)
                .await()
                .atMost(Duration.ofSeconds(10));
    }

    private final class Executions implements ExecutionInterceptor {
        @Override
        public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
            executions.incrementAndGet();
        }
    }
}

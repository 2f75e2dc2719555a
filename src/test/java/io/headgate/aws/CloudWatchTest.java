package io.headgate.aws;

import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import io.headgate.aws.CloudWatch.Metric;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Failure;
import io.headgate.recovery.RecordedAws;
import io.vertx.core.Vertx;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;

/** What CloudWatch is asked, and what is made of its answers. */
class CloudWatchTest {

    private static final Metric SHOP = new Metric("AWS/RDS", "ReplicaLag", "DBInstanceIdentifier", "shop-replica");
    private static final Metric OTHER = new Metric("AWS/RDS", "ReplicaLag", "DBInstanceIdentifier", "other");
    private static final String ANSWER = """
            <GetMetricDataResponse xmlns="http://monitoring.amazonaws.com/doc/2010-08-01/">
              <GetMetricDataResult>
                <MetricDataResults>
                  <member><Id>m0</Id><Label>ReplicaLag</Label>
                    <Timestamps><member>2026-03-01T11:01:00Z</member><member>2026-03-01T11:00:00Z</member></Timestamps>
                    <Values><member>7.5</member><member>3.0</member></Values><StatusCode>Complete</StatusCode>
                  </member>
                  <member><Id>m1</Id><Label>ReplicaLag</Label><Timestamps/><Values/><StatusCode>Complete</StatusCode></member>
                </MetricDataResults>
              </GetMetricDataResult>
              <ResponseMetadata><RequestId>1</RequestId></ResponseMetadata>
            </GetMetricDataResponse>
            """;

    private final List<String> forms = Collections.synchronizedList(new ArrayList<>());
    private final List<String> authorizations = Collections.synchronizedList(new ArrayList<>());
    private final Vertx vertx = Vertx.vertx();
    private volatile int status = 200;
    private volatile String document = ANSWER;
    private HttpServer server;
    private RecordedAws aws;
    private CloudWatch cloudWatch;

    private record Config(Optional<URI> endpointOverride, Duration timeout, Duration attemptTimeout)
            implements CloudWatchConfig {}

    @BeforeEach
    void start() throws IOException {
        server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            try (exchange) {
                forms.add(new String(exchange.getRequestBody().readAllBytes(), StandardCharsets.UTF_8));
                authorizations.add(exchange.getRequestHeaders().getFirst("Authorization"));
                byte[] body = document.getBytes(StandardCharsets.UTF_8);
                exchange.sendResponseHeaders(status, body.length);
                exchange.getResponseBody().write(body);
            }
        });
        server.start();
        aws = new RecordedAws();
        cloudWatch = new CloudWatch(
                vertx,
                aws.rds(),
                new Config(
                        Optional.of(URI.create(
                                "http://127.0.0.1:" + server.getAddress().getPort())),
                        Duration.ofSeconds(20),
                        Duration.ofSeconds(10)));
    }

    @AfterEach
    void stop() {
        server.stop(0);
        aws.close();
        vertx.close().toCompletionStage().toCompletableFuture().join();
    }

    @Test
    void newestValuesAreReadByOneSignedRequest() {
        Map<Metric, Double> values =
                cloudWatch.latest(List.of(SHOP, OTHER)).await().atMost(Duration.ofSeconds(30));

        assertThat(values).isEqualTo(Map.of(SHOP, 7.5));
        assertThat(forms).hasSize(1);
        assertThat(forms.get(0))
                .matches("Action=GetMetricData&Version=2010-08-01"
                        + "&StartTime=\\d{4}-\\d\\d-\\d\\dT\\d\\d%3A\\d\\d%3A\\d\\dZ"
                        + "&EndTime=\\d{4}-\\d\\d-\\d\\dT\\d\\d%3A\\d\\d%3A\\d\\dZ"
                        + "&ScanBy=TimestampDescending" + query(1, "m0", "shop-replica") + query(2, "m1", "other"));
        assertThat(authorizations.get(0))
                .startsWith("AWS4-HMAC-SHA256 Credential=key/")
                .contains("/eu-west-1/monitoring/aws4_request, SignedHeaders=content-type;host;");
    }

    private static String query(int number, String id, String instance) {
        String query = "&MetricDataQueries.member." + number + ".";
        return query + "Id=" + id
                + query + "MetricStat.Metric.Namespace=AWS%2FRDS"
                + query + "MetricStat.Metric.MetricName=ReplicaLag"
                + query + "MetricStat.Metric.Dimensions.member.1.Name=DBInstanceIdentifier"
                + query + "MetricStat.Metric.Dimensions.member.1.Value=" + instance
                + query + "MetricStat.Period=60"
                + query + "MetricStat.Stat=Maximum";
    }

    @Test
    void refusalIsTold() {
        status = 403;
        document = "<ErrorResponse><Error><Type>Sender</Type><Code>AccessDenied</Code><Message>no</Message></Error>"
                + "</ErrorResponse>";

        GatewayException failure = Failure.of(cloudWatch.latest(List.of(SHOP)));

        assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
        assertThat(failure.awsErrorCode()).isEqualTo("AccessDenied");
        assertThat(forms).hasSize(1);
    }

    @Test
    void failureIsAskedAgainAndThenTold() {
        status = 503;
        document = "not XML";

        GatewayException failure = Failure.of(cloudWatch.latest(List.of(SHOP)));

        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
        assertThat(forms).hasSizeGreaterThan(1);
    }

    @Test
    void absenceOfCloudWatchIsTold() {
        server.stop(0);

        GatewayException failure = Failure.of(cloudWatch.latest(List.of(SHOP)));

        assertThat(failure.code()).isEqualTo(ErrorCode.UNAVAILABLE);
    }
}

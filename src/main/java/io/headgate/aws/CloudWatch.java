package io.headgate.aws;

import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.infrastructure.Infrastructure;
import io.vertx.core.Vertx;
import io.vertx.core.buffer.Buffer;
import io.vertx.core.http.HttpClient;
import io.vertx.core.http.HttpMethod;
import io.vertx.core.http.RequestOptions;
import java.io.ByteArrayInputStream;
import java.net.URI;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletionStage;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.exception.AwsErrorDetails;
import software.amazon.awssdk.awscore.exception.AwsServiceException;
import software.amazon.awssdk.http.ContentStreamProvider;
import software.amazon.awssdk.http.SdkHttpMethod;
import software.amazon.awssdk.http.SdkHttpRequest;
import software.amazon.awssdk.http.auth.aws.signer.AwsV4HttpSigner;
import software.amazon.awssdk.identity.spi.AwsCredentialsIdentity;
import software.amazon.awssdk.protocols.query.unmarshall.XmlDomParser;
import software.amazon.awssdk.protocols.query.unmarshall.XmlElement;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.RdsServiceClientConfiguration;

/**
 * Amazon CloudWatch as far as Headgate reads it: the newest values of metrics. It is asked in the Query protocol, by a request
 * that is built here: the SDK's own client would be larger than all else that reads metrics.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonCloudWatch/latest/APIReference/API_GetMetricData.html">GetMetricData</a>
 */
public final class CloudWatch {

    /**
     * A metric with one dimension.
     *
     * @param name such as {@code ReplicaLag}
     * @param dimension such as {@code DBInstanceIdentifier}
     */
    public record Metric(String namespace, String name, String dimension, String value) {}

    private static final String SERVICE = "monitoring";
    private static final String FORM = "application/x-www-form-urlencoded; charset=utf-8";

    /** As many as one request takes. */
    private static final int METRICS_A_REQUEST = 500;

    private static final int PERIOD_SECONDS = 60;
    private static final Duration RECENT = Duration.ofMinutes(5);
    private static final int OK = 200;

    private final AwsV4HttpSigner signer = AwsV4HttpSigner.create();
    private final HttpClient http;
    private final RdsServiceClientConfiguration rds;
    private final URI endpoint;
    private final AwsService<CloudWatch> service;

    /** @param like a client of RDS with the credentials and the region */
    public CloudWatch(Vertx vertx, RdsAsyncClient like, CloudWatchConfig config) {
        this.http = vertx.createHttpClient();
        this.rds = like.serviceClientConfiguration();
        this.endpoint = config.endpointOverride()
                .orElseGet(() -> URI.create("https://" + SERVICE + "." + rds.region() + ".amazonaws.com"));
        this.service = new AwsService<>(
                this, new AwsFailures("CloudWatch"), config.timeout(), config.timeout(), config.attemptTimeout());
    }

    /** The newest value of each metric of the last minutes; those that have none are missing. */
    public Uni<Map<Metric, Double>> latest(List<Metric> metrics) {
        return service.reading(work -> {
            List<Uni<Map<Metric, Double>>> requests = new ArrayList<>();
            for (int from = 0; from < metrics.size(); from += METRICS_A_REQUEST) {
                List<Metric> some = metrics.subList(from, Math.min(from + METRICS_A_REQUEST, metrics.size()));
                requests.add(work.read(cloudWatch -> cloudWatch.getMetricData(some)));
            }
            return AwsWork.together(requests).map(maps -> {
                Map<Metric, Double> all = new HashMap<>();
                maps.forEach(all::putAll);
                return all;
            });
        });
    }

    private CompletionStage<Map<Metric, Double>> getMetricData(List<Metric> metrics) {
        byte[] form = form(metrics, Instant.now()).getBytes(StandardCharsets.UTF_8);
        return Uni.createFrom()
                .deferred(() -> Uni.createFrom()
                        .completionStage(rds.credentialsProvider().resolveIdentity()))
                // Looking for credentials may block.
                .runSubscriptionOn(Infrastructure.getDefaultWorkerPool())
                .map(identity -> signed(identity, form))
                .chain(request -> Uni.createFrom().completionStage(() -> send(request, form)))
                .map(answer -> values(metrics, answer))
                .subscribeAsCompletionStage();
    }

    private static String form(List<Metric> metrics, Instant now) {
        Map<String, String> form = new LinkedHashMap<>();
        form.put("Action", "GetMetricData");
        form.put("Version", "2010-08-01");
        form.put("StartTime", now.minus(RECENT).truncatedTo(ChronoUnit.SECONDS).toString());
        form.put(
                "EndTime",
                now.plusSeconds(PERIOD_SECONDS).truncatedTo(ChronoUnit.SECONDS).toString());
        form.put("ScanBy", "TimestampDescending");
        for (int i = 0; i < metrics.size(); i++) {
            Metric metric = metrics.get(i);
            String query = "MetricDataQueries.member." + (i + 1) + ".";
            String stat = query + "MetricStat.";
            form.put(query + "Id", id(i));
            form.put(stat + "Metric.Namespace", metric.namespace());
            form.put(stat + "Metric.MetricName", metric.name());
            form.put(stat + "Metric.Dimensions.member.1.Name", metric.dimension());
            form.put(stat + "Metric.Dimensions.member.1.Value", metric.value());
            form.put(stat + "Period", String.valueOf(PERIOD_SECONDS));
            form.put(stat + "Stat", "Maximum");
        }
        List<String> pairs = new ArrayList<>();
        form.forEach((name, value) -> pairs.add(name + "=" + URLEncoder.encode(value, StandardCharsets.UTF_8)));
        return String.join("&", pairs);
    }

    private static String id(int index) {
        return "m" + index;
    }

    private SdkHttpRequest signed(AwsCredentialsIdentity identity, byte[] form) {
        SdkHttpRequest request = SdkHttpRequest.builder()
                .method(SdkHttpMethod.POST)
                .uri(endpoint.resolve("/"))
                .putHeader("Content-Type", FORM)
                .build();
        return signer.sign(sign -> sign.identity(identity)
                        .request(request)
                        .payload(ContentStreamProvider.fromByteArray(form))
                        .putProperty(AwsV4HttpSigner.SERVICE_SIGNING_NAME, SERVICE)
                        .putProperty(AwsV4HttpSigner.REGION_NAME, rds.region().id()))
                .request();
    }

    private CompletionStage<Buffer> send(SdkHttpRequest signed, byte[] form) {
        RequestOptions options = new RequestOptions()
                .setMethod(HttpMethod.POST)
                .setAbsoluteURI(signed.getUri().toString());
        signed.headers().forEach((name, values) -> {
            if (!name.equalsIgnoreCase("Host")) {
                values.forEach(value -> options.addHeader(name, value));
            }
        });
        // What reads the answer is said on the event loop, where the request is sent: said later by another thread, it
        // may find that the body has passed.
        return http.request(options)
                .compose(request -> request.send(Buffer.buffer(form))
                        .compose(response -> response.body().map(body -> body(response.statusCode(), body))))
                .toCompletionStage();
    }

    private static Buffer body(int status, Buffer body) {
        if (status != OK) {
            throw refusal(status, body);
        }
        return body;
    }

    private static AwsServiceException refusal(int status, Buffer body) {
        return AwsServiceException.builder()
                .statusCode(status)
                .awsErrorDetails(
                        AwsErrorDetails.builder().errorCode(errorCode(body)).build())
                .build();
    }

    private static @Nullable String errorCode(Buffer body) {
        try {
            XmlElement error = parsed(body).getElementByName("Error");
            XmlElement code = error == null ? null : error.getElementByName("Code");
            return code == null ? null : code.textContent();
        } catch (RuntimeException e) {
            return null;
        }
    }

    private static XmlElement parsed(Buffer body) {
        return XmlDomParser.parse(new ByteArrayInputStream(body.getBytes()));
    }

    private static Map<Metric, Double> values(List<Metric> metrics, Buffer body) {
        Map<Metric, Double> values = new HashMap<>();
        for (XmlElement result : members(parsed(body).getElementByName("GetMetricDataResult"), "MetricDataResults")) {
            String id = result.getElementByName("Id").textContent();
            List<XmlElement> newestFirst = members(result, "Values");
            for (int i = 0; i < metrics.size(); i++) {
                if (id(i).equals(id) && !newestFirst.isEmpty()) {
                    values.put(metrics.get(i), Double.valueOf(newestFirst.get(0).textContent()));
                }
            }
        }
        return values;
    }

    private static List<XmlElement> members(@Nullable XmlElement parent, String list) {
        XmlElement found = parent == null ? null : parent.getElementByName(list);
        return found == null ? List.of() : found.getElementsByName("member");
    }
}

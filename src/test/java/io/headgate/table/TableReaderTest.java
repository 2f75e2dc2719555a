package io.headgate.table;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloud;
import io.headgate.localcloud.LocalDynamoDb;
import io.headgate.redis.DataFixture;
import io.smallrye.mutiny.Uni;
import java.math.BigDecimal;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.UUID;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.Supplier;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.http.nio.netty.NettyNioAsyncHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeDefinition;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableRequest;
import software.amazon.awssdk.services.dynamodb.model.KeySchemaElement;
import software.amazon.awssdk.services.dynamodb.model.KeyType;
import software.amazon.awssdk.services.dynamodb.model.ProjectionType;
import software.amazon.awssdk.services.dynamodb.model.ScalarAttributeType;

/** On DynamoDB Local: orders of customers, by number, and by state in a global index. */
class TableReaderTest {

    private static final String TABLE = "Orders-" + UUID.randomUUID();
    private static final DynamoDbAsyncClient CLIENT =
            LocalCloud.shared().dynamoDb().client();
    private static final TableConfig CONFIG =
            DataFixture.config(TableConfig.class, Map.of("readable", "Other," + TABLE, "read-timeout", "30s"));
    private static final TableReader READER = new TableReader(CLIENT, CONFIG);

    @BeforeAll
    @SuppressWarnings("unchecked")
    static void create() {
        CLIENT.createTable(request -> request.tableName(TABLE)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(
                                attribute("customer", ScalarAttributeType.S),
                                attribute("number", ScalarAttributeType.N),
                                attribute("state", ScalarAttributeType.S))
                        .keySchema(key("customer", KeyType.HASH), key("number", KeyType.RANGE))
                        .globalSecondaryIndexes(index -> index.indexName("by-state")
                                .keySchema(key("state", KeyType.HASH), key("number", KeyType.RANGE))
                                .projection(projected -> projected.projectionType(ProjectionType.ALL))))
                .join();
        for (int number = 1; number <= 25; number++) {
            put("ada", number, number % 2 == 0 ? "open" : "paid", "");
        }
        // Equal numbers in one partition of the index.
        put("bob", 2, "open", "");
        put("eve", 2, "open", "");
        for (int number = 0; number < 8; number++) {
            put("large", number, "kept", "a".repeat(300_000));
        }
    }

    @AfterAll
    static void delete() {
        CLIENT.deleteTable(request -> request.tableName(TABLE)).join();
        CLIENT.close();
    }

    private static void create(String table, String key) {
        CLIENT.createTable(request -> request.tableName(table)
                        .billingMode(BillingMode.PAY_PER_REQUEST)
                        .attributeDefinitions(attribute(key, ScalarAttributeType.S))
                        .keySchema(key(key, KeyType.HASH)))
                .join();
    }

    private static AttributeDefinition attribute(String name, ScalarAttributeType type) {
        return AttributeDefinition.builder()
                .attributeName(name)
                .attributeType(type)
                .build();
    }

    private static KeySchemaElement key(String name, KeyType type) {
        return KeySchemaElement.builder().attributeName(name).keyType(type).build();
    }

    private static void put(String customer, int number, String state, String text) {
        CLIENT.putItem(request -> request.tableName(TABLE)
                        .item(Map.of(
                                "customer", AttributeValue.fromS(customer),
                                "number", AttributeValue.fromN(String.valueOf(number)),
                                "state", AttributeValue.fromS(state),
                                "text", AttributeValue.fromS(text))))
                .join();
    }

    @Test
    void itemIsJsonWithoutLoss() {
        CLIENT.putItem(request -> request.tableName(TABLE)
                        .item(Map.of(
                                "customer", AttributeValue.fromS("types"),
                                "number", AttributeValue.fromN("12345678901234567890.12345"),
                                "bool", AttributeValue.fromBool(true),
                                "null", AttributeValue.fromNul(true),
                                "bytes", AttributeValue.fromB(SdkBytes.fromByteArray(new byte[] {1, -1})),
                                "map", AttributeValue.fromM(Map.of("list", AttributeValue.fromL(List.of()))),
                                "texts", AttributeValue.fromSs(List.of("a")),
                                "numbers", AttributeValue.fromNs(List.of("1.5")))))
                .join();

        Map<String, @Nullable Object> item = await(READER.item(
                TABLE,
                Map.of("customer", "types", "number", new BigDecimal("12345678901234567890.12345")),
                true,
                true));

        assertThat(Json.write(item))
                .isEqualTo(
                        "{\"bool\":true,\"bytes\":\"Af8=\",\"customer\":\"types\",\"map\":{\"list\":[]},\"null\":null,"
                                + "\"number\":12345678901234567890.12345,\"numbers\":[1.5],\"texts\":[\"a\"]}");
        assertThat(await(READER.item(TABLE, Map.of("customer", "types", "number", 2), false, true)))
                .isNull();
    }

    @Test
    void pagesFollowEachOtherInEitherOrder() {
        assertThat(numbers(null, "ada", null, false))
                .isEqualTo(IntStream.rangeClosed(1, 25).boxed().toList());
        assertThat(numbers(null, "ada", null, true))
                .isEqualTo(IntStream.rangeClosed(1, 25).mapToObj(i -> 26 - i).toList());
        assertThat(numbers("by-state", "open", null, false))
                .isEqualTo(List.of(2, 2, 2, 4, 6, 8, 10, 12, 14, 16, 18, 20, 22, 24));
        assertThat(numbers(null, "nobody", null, false)).isEmpty();
    }

    @Test
    void sortKeyIsCompared() {
        assertThat(numbers(null, "ada", sort(Comparison.EQ, 3), false)).containsExactly(3);
        assertThat(numbers(null, "ada", sort(Comparison.LT, 3), false)).containsExactly(1, 2);
        assertThat(numbers(null, "ada", sort(Comparison.LTE, 3), false)).containsExactly(1, 2, 3);
        assertThat(numbers(null, "ada", sort(Comparison.GT, 23), false)).containsExactly(24, 25);
        assertThat(numbers(null, "ada", sort(Comparison.GTE, 23), true)).containsExactly(25, 24, 23);
        assertThat(numbers(null, "ada", sort(Comparison.BETWEEN, 3, 9), false)).containsExactly(3, 4, 5, 6, 7, 8, 9);
    }

    @Test
    void pageIsWholeThoughDynamoDbGivesAMegabyteAtOnce() {
        ItemPage page = await(READER.query(query(null, "large", null, false, 7, null), true));

        assertThat(page.entries()).hasSize(7);
        assertThat(page.hasNext()).isTrue();
        ItemPage rest = await(READER.query(
                query(null, "large", null, false, 7, page.entries().get(6).cursor()), true));
        assertThat(rest.entries()).hasSize(1);
        assertThat(rest.hasNext()).isFalse();
        assertThat(rest.hasPrevious()).isTrue();
    }

    @Test
    void pageEndsWhereItsItemsAreLarge() {
        for (int number = 0; number < 18; number++) {
            put("huge", number, "kept", "a".repeat(390_000));
        }

        ItemPage page = await(READER.query(query(null, "huge", null, false, 18, null), true));

        assertThat(page.entries()).hasSizeBetween(8, 12);
        assertThat(page.hasNext()).isTrue();
        String after = page.entries().get(page.entries().size() - 1).cursor();
        ItemPage rest = await(READER.query(query(null, "huge", null, false, 18, after), true));
        assertThat(rest.hasNext()).isFalse();
        assertThat(Stream.concat(page.entries().stream(), rest.entries().stream())
                        .map(TableReaderTest::number))
                .isEqualTo(IntStream.range(0, 18).boxed().toList());
    }

    @Test
    void tableThatIsMadeAnewIsReadByItsNewKeys() {
        String table = "Anew-" + UUID.randomUUID();
        create(table, "id");
        await(READER.item(table, Map.of("id", "a"), false, true));
        CLIENT.deleteTable(request -> request.tableName(table)).join();
        create(table, "name");

        Map<String, @Nullable Object> item = await(READER.item(table, Map.of("name", "a"), false, true));

        assertThat(item).isNull();
        CLIENT.deleteTable(request -> request.tableName(table)).join();
    }

    @Test
    void refusedReadsShareOneDescriptionASecond() {
        AtomicInteger descriptions = new AtomicInteger();
        AtomicLong now = new AtomicLong();
        try (DynamoDbAsyncClient counted = counting(descriptions)) {
            TableReader reader = new TableReader(counted, CONFIG, now::get);

            refuse(reader);
            assertThat(descriptions).as("the keys were unknown").hasValue(1);
            refuse(reader, reader, reader);
            refuse(reader);
            assertThat(descriptions).as("one more, shared").hasValue(2);
            now.addAndGet(Duration.ofSeconds(1).toNanos());
            refuse(reader, reader);
            assertThat(descriptions).as("a second later").hasValue(3);
            await(reader.query(query(null, "ada", null, false, 1, null), true));
            assertThat(descriptions).as("what is read is not described").hasValue(3);
        }
    }

    /** Asks at once for an index that is not there. */
    private static void refuse(TableReader... readers) {
        List<Uni<ErrorCode>> refusals = Stream.of(readers)
                .map(reader -> reader.query(query("none", "ada", null, false, 1, null), true)
                        .map(page -> ErrorCode.INTERNAL)
                        .onFailure(GatewayException.class)
                        .recoverWithItem(failure -> failure.code()))
                .toList();
        assertThat(await(Uni.join().all(refusals).andFailFast())).containsOnly(ErrorCode.INVALID_ARGUMENT);
    }

    private static DynamoDbAsyncClient counting(AtomicInteger descriptions) {
        ExecutionInterceptor counter = new ExecutionInterceptor() {
            @Override
            public void beforeExecution(Context.BeforeExecution context, ExecutionAttributes attributes) {
                if (context.request() instanceof DescribeTableRequest) {
                    descriptions.incrementAndGet();
                }
            }
        };
        return DynamoDbAsyncClient.builder()
                .endpointOverride(LocalCloud.shared().dynamoDb().endpoint())
                .region(Region.of(LocalDynamoDb.REGION))
                .credentialsProvider(StaticCredentialsProvider.create(
                        AwsBasicCredentials.create(LocalDynamoDb.ACCESS_KEY, LocalDynamoDb.ACCESS_KEY)))
                .httpClientBuilder(NettyNioAsyncHttpClient.builder())
                .overrideConfiguration(override -> override.addExecutionInterceptor(counter))
                .build();
    }

    @Test
    void whatIsNoKeyIsRefused() {
        String cursor = await(READER.query(query(null, "ada", null, false, 1, null), true))
                .entries()
                .get(0)
                .cursor();

        assertCode(ErrorCode.INVALID_ARGUMENT, () -> READER.item(TABLE, Map.of("customer", "ada"), false, true));
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                () -> READER.item(TABLE, Map.of("customer", "ada", "number", "1"), false, true));
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                () -> READER.item(TABLE, Map.of("customer", "ada", "number", 1, "state", "open"), false, true));
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> READER.item(TABLE, "ada", false, true));
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> READER.query(query(null, 1, null, false, 1, null), true));
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> READER.query(query("none", "ada", null, false, 1, null), true));
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> READER.query(query(null, "ada", null, false, 0, null), true));
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> READER.query(query(null, "ada", null, false, 1001, null), true));
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> READER.query(query(null, "ada", null, false, 1, "?"), true));
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> READER.query(query(null, "bob", null, false, 1, cursor), true));
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                () -> READER.query(query("by-state", "open", null, false, 1, cursor), true));
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                () -> READER.query(query(null, "ada", sort(Comparison.BEGINS_WITH, 1), false, 1, null), true));
        assertCode(
                ErrorCode.INVALID_ARGUMENT,
                () -> READER.query(new TableQuery(TABLE, "by-state", "open", null, false, true, 1, null), true));
        assertCode(ErrorCode.NOT_FOUND, () -> READER.item("NoSuchTable", Map.of("id", "a"), false, true));
    }

    @Test
    void tablesAreDeniedThatNobodyAllowed() {
        TableReader none = new TableReader(CLIENT, DataFixture.config(TableConfig.class, Map.of()));
        Map<String, Object> key = Map.of("customer", "ada", "number", 1);

        assertThat(await(READER.item(TABLE, key, false, false))).isNotNull();
        assertCode(ErrorCode.FORBIDDEN, () -> none.item(TABLE, key, false, false));
        assertCode(ErrorCode.FORBIDDEN, () -> none.query(query(null, "ada", null, false, 1, null), false));
        assertThat(await(none.item(TABLE, key, false, true))).isNotNull();
        assertCode(ErrorCode.INVALID_ARGUMENT, () -> none.item("a/b", key, false, true));
    }

    private static SortCondition sort(Comparison comparison, Object... values) {
        return new SortCondition(comparison, List.of(values));
    }

    private static TableQuery query(
            @Nullable String index,
            Object partition,
            @Nullable SortCondition sort,
            boolean descending,
            int first,
            @Nullable String after) {
        return new TableQuery(TABLE, index, partition, sort, descending, false, first, after);
    }

    /** What pages of three have together. */
    private static List<Integer> numbers(
            @Nullable String index, String partition, @Nullable SortCondition sort, boolean descending) {
        List<Integer> numbers = new ArrayList<>();
        ItemPage page;
        String after = null;
        do {
            page = await(READER.query(query(index, partition, sort, descending, 3, after), true));
            for (ItemPage.Entry entry : page.entries()) {
                numbers.add(number(entry));
                after = entry.cursor();
            }
        } while (page.hasNext());
        return numbers;
    }

    private static int number(ItemPage.Entry entry) {
        return ((BigDecimal) Objects.requireNonNull(entry.item().get("number"))).intValue();
    }

    private static void assertCode(ErrorCode code, Supplier<Uni<?>> read) {
        assertThatThrownBy(() -> await(read.get()))
                .isInstanceOfSatisfying(
                        GatewayException.class,
                        failure -> assertThat(failure.code()).isEqualTo(code));
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(60));
    }
}

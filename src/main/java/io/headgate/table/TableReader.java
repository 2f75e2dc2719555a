package io.headgate.table;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsRefusals;
import io.headgate.aws.AwsService;
import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.function.LongSupplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeTableResponse;
import software.amazon.awssdk.services.dynamodb.model.QueryRequest;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;
import software.amazon.awssdk.services.dynamodb.model.TableNotFoundException;

/**
 * Items of DynamoDB tables by their keys: GetItem and Query, and never a scan. Fails with INVALID_ARGUMENT for what is no key of
 * the table, with FORBIDDEN, and with NOT_FOUND where there is no such table.
 */
public final class TableReader {

    /** How many items a page has at most. */
    public static final int MAX_ITEMS = 1_000;

    /**
     * After how many answers of DynamoDB a page ends that has items, each of 1 MB at most: 4 MB.
     *
     * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Query.Pagination.html">Paginating table
     *     query results</a>
     */
    private static final int MAX_ANSWERS = 4;

    private static final Pattern NAME = Pattern.compile("[a-zA-Z0-9_.-]{3,255}");
    private static final AwsRefusals REFUSALS = AwsRefusals.table()
            .row(
                    "ResourceNotFoundException",
                    ErrorCode.NOT_FOUND,
                    "there is no such table or index in this account and region, or it is being made")
            .row(
                    "ValidationException",
                    ErrorCode.INVALID_ARGUMENT,
                    "DynamoDB does not take this key or condition for this table")
            .build();

    /** How long the keys of a table are taken to be what they were, unless they refuse a read. */
    private static final Duration KNOWN = Duration.ofMinutes(1);

    /** How long reads that a table's known keys refuse share one new description of it. */
    private static final Duration SHARED = Duration.ofSeconds(1);

    private static final int MAX_TABLES = 100;

    private final AwsService<DynamoDbAsyncClient> dynamoDb;
    private final Set<String> readable;
    private final LongSupplier clock;
    private final Cache<String, Described> described =
            Caffeine.newBuilder().maximumSize(MAX_TABLES).build();
    private final Cache<String, Description> anew =
            Caffeine.newBuilder().maximumSize(MAX_TABLES).build();

    public TableReader(DynamoDbAsyncClient client, TableConfig config) {
        this(client, config, System::nanoTime);
    }

    TableReader(DynamoDbAsyncClient client, TableConfig config, LongSupplier clock) {
        this.clock = clock;
        this.dynamoDb = new AwsService<>(
                client,
                new AwsFailures("DynamoDB", REFUSALS),
                config.readTimeout(),
                config.readTimeout(),
                config.attemptTimeout());
        this.readable = Set.copyOf(config.readable().orElse(List.of()));
    }

    /**
     * What DynamoDB says of a table; {@code null} where there is none of that name.
     *
     * @param mayAll whether the caller may read tables that are not for every reader
     */
    public Uni<@Nullable TableDetails> details(String table, boolean mayAll) {
        check(table, mayAll);
        return dynamoDb.reading(work -> work.find(
                        client -> client.describeTable(request -> request.tableName(table)),
                        ResourceNotFoundException.class)
                .chain(described -> described == null
                        ? Uni.createFrom().nullItem()
                        : work.find(
                                        client -> client.describeContinuousBackups(request -> request.tableName(table)),
                                        TableNotFoundException.class)
                                .map(answer -> TableDescriptions.details(
                                        described.table(),
                                        answer == null ? null : answer.continuousBackupsDescription()))));
    }

    /**
     * The item of a key; {@code null} where there is none.
     *
     * @param mayAll whether the caller may read tables that are not for every reader
     * @param key a JSON object
     */
    public Uni<@Nullable Map<String, @Nullable Object>> item(
            String table, @Nullable Object key, boolean consistent, boolean mayAll) {
        check(table, mayAll);
        return dynamoDb.reading(work -> byKeys(work, table, keys -> {
            Map<String, AttributeValue> whole = keys.item(key);
            return work.read(client -> client.getItem(
                            request -> request.tableName(table).key(whole).consistentRead(consistent)))
                    .map(answer -> answer.hasItem() ? ItemJson.object(answer.item()) : null);
        }));
    }

    /**
     * A page of items, which ends early at about 4 MB of them.
     *
     * @param mayAll whether the caller may read tables that are not for every reader
     */
    public Uni<ItemPage> query(TableQuery query, boolean mayAll) {
        check(query.table(), mayAll);
        if (query.first() < 1 || query.first() > MAX_ITEMS) {
            throw GatewayException.invalidArgument(
                    "first is " + query.first() + "; 1 to " + MAX_ITEMS + " are allowed");
        }
        return dynamoDb.reading(work -> byKeys(
                work,
                query.table(),
                keys -> read(work, request(query, keys), query.first() + 1, new Found(new ArrayList<>(), 0, false))
                        .map(found -> page(query, keys, found))));
    }

    private static QueryRequest request(TableQuery query, TableKeys keys) {
        if (query.consistent() && keys.isGlobal(query.index())) {
            throw GatewayException.invalidArgument(
                    "a global secondary index is EVENTUAL alone; read the table, or leave consistency out");
        }
        TableKeys.Keys own = keys.of(query.index());
        String partition = own.partition().get(0);
        AttributeValue value = keys.value(partition, query.partition());
        Map<String, String> names = new HashMap<>(Map.of("#p", partition));
        Map<String, AttributeValue> values = new HashMap<>(Map.of(":p", value));
        String condition = "#p = :p";
        SortCondition sort = query.sort();
        if (sort != null) {
            if (own.sort().isEmpty()) {
                throw GatewayException.invalidArgument("sort has nothing to compare: this key has no sort key");
            }
            String name = own.sort().get(0);
            names.put("#s", name);
            values.put(":s", keys.value(name, sort.values().get(0)));
            if (sort.values().size() > 1) {
                values.put(":t", keys.value(name, sort.values().get(1)));
            }
            condition += " AND " + sort.comparison().expression();
        }
        return QueryRequest.builder()
                .tableName(query.table())
                .indexName(query.index())
                .keyConditionExpression(condition)
                .expressionAttributeNames(names)
                .expressionAttributeValues(values)
                .scanIndexForward(!query.descending())
                .consistentRead(query.consistent())
                .exclusiveStartKey(
                        query.after() == null
                                ? null
                                : keys.place(query.index(), query.after(), Map.of(partition, value)))
                .build();
    }

    /** What some answers hold, and whether there is more behind them. */
    private record Found(List<Map<String, AttributeValue>> items, int answers, boolean hasMore) {}

    /** Asks again where an answer would be larger than DynamoDB gives at once. */
    private static Uni<Found> read(AwsWork<DynamoDbAsyncClient> work, QueryRequest request, int wanted, Found before) {
        List<Map<String, AttributeValue>> items = before.items;
        QueryRequest rest = request.toBuilder().limit(wanted - items.size()).build();
        return work.read(client -> client.query(rest)).chain(answer -> {
            items.addAll(answer.items());
            Found found = new Found(items, before.answers + 1, answer.hasLastEvaluatedKey());
            boolean isFull = items.size() == wanted || (found.answers >= MAX_ANSWERS && !items.isEmpty());
            return found.hasMore && !isFull
                    ? read(
                            work,
                            request.toBuilder()
                                    .exclusiveStartKey(answer.lastEvaluatedKey())
                                    .build(),
                            wanted,
                            found)
                    : Uni.createFrom().item(found);
        });
    }

    private static ItemPage page(TableQuery query, TableKeys keys, Found found) {
        List<ItemPage.Entry> entries = found.items.stream()
                .limit(query.first())
                .map(ItemJson::object)
                .map(item -> new ItemPage.Entry(keys.cursor(query.index(), item), item))
                .toList();
        return new ItemPage(entries, found.hasMore || found.items.size() > query.first(), query.after() != null);
    }

    /**
     * A read by a table's keys. Where keys that were known before refuse it, or DynamoDB does, the table may have been given an
     * index or been made anew since: it is described again, and read by what it has now.
     */
    private <T> Uni<T> byKeys(AwsWork<DynamoDbAsyncClient> work, String table, Function<TableKeys, Uni<T>> read) {
        Described known = described.getIfPresent(table);
        if (known == null || clock.getAsLong() - known.at >= KNOWN.toNanos()) {
            return work.read(client -> client.describeTable(request -> request.tableName(table)))
                    .map(this::learn)
                    .chain(read::apply);
        }
        return Uni.createFrom()
                .deferred(() -> read.apply(known.keys))
                .onFailure(TableReader::isOfKeys)
                .recoverWithUni(refusal -> work.read(client -> describedAnew(client, table))
                        .chain(keys -> keys == known.keys ? Uni.createFrom().failure(refusal) : read.apply(keys)));
    }

    /** One for all who ask within a second, so that wrong reads send no more; who gives up ends it for nobody else. */
    private CompletableFuture<TableKeys> describedAnew(DynamoDbAsyncClient client, String table) {
        return anew.asMap()
                .compute(
                        table,
                        (name, last) -> last != null && clock.getAsLong() - last.at < SHARED.toNanos()
                                ? last
                                : new Description(
                                        client.describeTable(request -> request.tableName(name))
                                                .thenApply(this::learn),
                                        clock.getAsLong()))
                .keys
                .copy();
    }

    private TableKeys learn(DescribeTableResponse answer) {
        TableKeys keys = new TableKeys(answer.table());
        described.put(answer.table().tableName(), new Described(keys, clock.getAsLong()));
        return keys;
    }

    private static boolean isOfKeys(Throwable failure) {
        return failure instanceof GatewayException known
                && (known.code() == ErrorCode.INVALID_ARGUMENT || known.code() == ErrorCode.NOT_FOUND);
    }

    private record Described(TableKeys keys, long at) {}

    private record Description(CompletableFuture<TableKeys> keys, long at) {}

    private void check(String table, boolean mayAll) {
        if (!NAME.matcher(table).matches()) {
            throw GatewayException.invalidArgument("table is a name of 3 to 255 letters, digits and _ . -");
        }
        if (!mayAll && !readable.contains(table)) {
            throw GatewayException.of(
                    ErrorCode.FORBIDDEN,
                    "the table is for the role operator: headgate.table.readable does not name it for every reader");
        }
    }
}

package io.headgate.user.dynamodb;

import io.headgate.aws.AwsCalls;
import io.headgate.aws.Deadline;
import io.headgate.user.Store;
import io.headgate.user.UserEvent;
import io.headgate.user.UserEventSource;
import io.headgate.user.UserRules;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletionStage;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.DescribeStreamRequest;
import software.amazon.awssdk.services.dynamodb.model.GetRecordsResponse;
import software.amazon.awssdk.services.dynamodb.model.GetShardIteratorRequest;
import software.amazon.awssdk.services.dynamodb.model.OperationType;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.Shard;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.model.TrimmedDataAccessException;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/**
 * The changes of users in a DynamoDB table, from its stream, which it enables where there is none. A partition is a shard,
 * and its position the last sequence number; a shard is read once its parent has been read to its end. One partition more
 * names the stream, the time from which on it is read, and a time at which nothing was left to be read.
 *
 * <p>Another stream than before, and one that may have dropped what was not read, as it does after a day, is a gap: reading
 * {@linkplain Batch#begins begins} anew. A shard in which nothing was found yet has no position that could tell, nor has one
 * that came and went unseen; so the time tells.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/Streams.html">Change data capture for
 *     DynamoDB Streams</a>
 */
public final class DynamoDbUserEvents implements UserEventSource {

    private static final String STREAM = "stream";
    /** The position of a shard that was read to its end. */
    private static final String DONE = "done";

    private static final int MOST_RECORDS = 1_000;
    /** How often the table's stream and its shards are looked up, beside when a shard has ended. */
    private static final Duration LOOK_UP = Duration.ofSeconds(10);
    /** By how much the time of a record may be behind this machine's: more than the clocks of who may sign requests differ. */
    private static final Duration DIFFERENCE = Duration.ofMinutes(15);
    /** For how long the stream has what nobody read. */
    private static final Duration RETENTION = Duration.ofHours(24);
    /** How often it is kept that nothing was left to be read. */
    private static final Duration BETWEEN_MARKS = Duration.ofHours(1);

    private final DynamoDbAsyncClient tables;
    private final DynamoDbStreamsAsyncClient streams;
    private final DynamoDbConfig config;
    /** Where reading goes on in shards, by the shard. */
    private final Map<String, Iterator> iterators = new ConcurrentHashMap<>();

    private volatile @Nullable Shards known;

    /** @param streams a client of the same region as the tables */
    public DynamoDbUserEvents(DynamoDbAsyncClient tables, DynamoDbStreamsAsyncClient streams, DynamoDbConfig config) {
        this.tables = tables;
        this.streams = streams;
        this.config = config;
    }

    /**
     * The stream that is read.
     *
     * @param from changes from then on
     * @param doneAt when nothing was left to be read, at the latest time that was kept
     */
    private record Beginning(String stream, Instant from, Instant doneAt) {

        static @Nullable Beginning parse(@Nullable String text) {
            String[] parts = text == null ? new String[0] : text.split(" ");
            return parts.length < 3 ? null : new Beginning(parts[0], Instant.parse(parts[1]), Instant.parse(parts[2]));
        }

        boolean isOf(Shards shards, Instant now) {
            return stream.equals(shards.stream)
                    && doneAt.plus(RETENTION).minus(DIFFERENCE).isAfter(now);
        }

        Beginning doneAt(Instant now) {
            return new Beginning(stream, from, now);
        }

        @Override
        public String toString() {
            return stream + " " + from + " " + doneAt;
        }
    }

    /** Where DynamoDB goes on behind a position. */
    private record Iterator(String position, String token) {}

    /**
     * The shards of the stream.
     *
     * @param lookedUpAt as {@link System#nanoTime}
     */
    private record Shards(String stream, Map<String, Shard> byId, long lookedUpAt) {

        boolean isOld() {
            return System.nanoTime() - lookedUpAt > LOOK_UP.toNanos();
        }

        /** Those that are not done and have no parent that is not. */
        List<String> readable(Map<String, String> positions) {
            return byId.values().stream()
                    .filter(shard -> !DONE.equals(positions.get(shard.shardId())))
                    .filter(shard -> {
                        String parent = shard.parentShardId();
                        return parent == null || !byId.containsKey(parent) || DONE.equals(positions.get(parent));
                    })
                    .map(Shard::shardId)
                    .toList();
        }
    }

    @Override
    public Store store() {
        return Store.DYNAMODB;
    }

    @Override
    public Uni<Boolean> read(Map<String, String> positions, Sink sink) {
        return shards(positions)
                .chain(shards -> {
                    Instant now = Instant.now();
                    Beginning begun = Beginning.parse(positions.get(STREAM));
                    if (begun == null || !begun.isOf(shards, now) || hasLost(shards, positions)) {
                        return begin(shards.stream, sink);
                    }
                    List<Uni<Boolean>> reads = new ArrayList<>();
                    for (String shard : shards.readable(positions)) {
                        reads.add(read(shards.stream, shard, positions.getOrDefault(shard, ""), begun.from, sink));
                    }
                    for (String shard : positions.keySet()) {
                        if (!shard.equals(STREAM) && !shards.byId.containsKey(shard)) {
                            reads.add(sink.append(Batch.moved(shard, null)).replaceWith(false));
                        }
                    }
                    Uni<Boolean> isMore = reads.isEmpty()
                            ? Uni.createFrom().item(false)
                            : Uni.join().all(reads).andCollectFailures().map(more -> more.contains(true));
                    return isMore.call(more -> more
                                    || begun.doneAt.plus(BETWEEN_MARKS).isAfter(now)
                            ? Uni.createFrom().voidItem()
                            : sink.append(Batch.moved(STREAM, begun.doneAt(now).toString())));
                })
                .onFailure()
                .invoke(() -> {
                    known = null;
                    iterators.clear();
                });
    }

    private Uni<Boolean> begin(String stream, Sink sink) {
        iterators.clear();
        Instant now = Instant.now();
        Beginning beginning = new Beginning(stream, now.minus(DIFFERENCE), now);
        return sink.append(Batch.beginning(STREAM, beginning.toString())).replaceWith(true);
    }

    /** Whether a shard is gone that was not read to its end. */
    private static boolean hasLost(Shards shards, Map<String, String> positions) {
        return positions.entrySet().stream()
                .anyMatch(shard -> !shard.getKey().equals(STREAM)
                        && !DONE.equals(shard.getValue())
                        && !shards.byId.containsKey(shard.getKey()));
    }

    private Uni<Boolean> read(String stream, String shard, String position, Instant from, Sink sink) {
        return iterator(stream, shard, position)
                .chain(token -> ask(() -> streams.getRecords(
                        request -> request.shardIterator(token).limit(MOST_RECORDS))))
                .chain(answer -> take(shard, position, answer, from, sink))
                .onFailure(TrimmedDataAccessException.class)
                .recoverWithUni(gone -> begin(stream, sink));
    }

    private Uni<Boolean> take(String shard, String position, GetRecordsResponse answer, Instant from, Sink sink) {
        String next = answer.nextShardIterator();
        List<Record> records = answer.records();
        String reached = records.isEmpty()
                ? position
                : records.get(records.size() - 1).dynamodb().sequenceNumber();
        if (next == null) {
            iterators.remove(shard);
            known = null;
            return sink.append(batch(shard, DONE, records, from)).replaceWith(true);
        }
        iterators.put(shard, new Iterator(reached, next));
        return records.isEmpty()
                ? Uni.createFrom().item(false)
                : sink.append(batch(shard, reached, records, from)).replaceWith(records.size() == MOST_RECORDS);
    }

    private Uni<String> iterator(String stream, String shard, String position) {
        Iterator iterator = iterators.get(shard);
        if (iterator != null && iterator.position.equals(position)) {
            return Uni.createFrom().item(iterator.token);
        }
        GetShardIteratorRequest.Builder request =
                GetShardIteratorRequest.builder().streamArn(stream).shardId(shard);
        if (position.isEmpty()) {
            request.shardIteratorType(ShardIteratorType.TRIM_HORIZON);
        } else {
            request.shardIteratorType(ShardIteratorType.AFTER_SEQUENCE_NUMBER).sequenceNumber(position);
        }
        return ask(() -> streams.getShardIterator(request.build())).map(answer -> answer.shardIterator());
    }

    private static Batch batch(String shard, String position, List<Record> records, Instant from) {
        List<UserEvent> events = new ArrayList<>();
        Set<String> unreadable = new HashSet<>();
        for (Record record : records) {
            String key = UserItem.text(record.dynamodb().keys(), UserItem.KEY);
            Instant at = record.dynamodb().approximateCreationDateTime();
            if (key.startsWith(UserRules.RESERVED_KEY_PREFIX) || at.isBefore(from)) {
                continue;
            }
            boolean isRemoved = record.eventName() == OperationType.REMOVE;
            Map<String, AttributeValue> image =
                    isRemoved ? record.dynamodb().oldImage() : record.dynamodb().newImage();
            try {
                events.add(new UserEvent(kind(record), UserItem.user(image), at));
            } catch (RuntimeException e) {
                unreadable.add(key);
            }
        }
        return new Batch(shard, position, false, events, unreadable);
    }

    private static UserEvent.Kind kind(Record record) {
        return switch (record.eventName()) {
            case INSERT -> UserEvent.Kind.CREATED;
            case REMOVE -> UserEvent.Kind.DELETED;
            default -> UserEvent.Kind.UPDATED;
        };
    }

    private Uni<Shards> shards(Map<String, String> positions) {
        Shards shards = known;
        return shards != null && !shards.isOld() && !shards.readable(positions).isEmpty()
                ? Uni.createFrom().item(shards)
                : stream()
                        .chain(stream -> listed(stream, null, new HashMap<>()))
                        .invoke(listed -> known = listed);
    }

    private Uni<Shards> listed(String stream, @Nullable String after, Map<String, Shard> found) {
        DescribeStreamRequest request = DescribeStreamRequest.builder()
                .streamArn(stream)
                .exclusiveStartShardId(after)
                .build();
        return ask(() -> streams.describeStream(request)).chain(answer -> {
            found.putAll(answer.streamDescription().shards().stream()
                    .collect(Collectors.toMap(Shard::shardId, shard -> shard)));
            String last = answer.streamDescription().lastEvaluatedShardId();
            return last == null
                    ? Uni.createFrom().item(new Shards(stream, Map.copyOf(found), System.nanoTime()))
                    : listed(stream, last, found);
        });
    }

    /** The stream that the table has now; where it has none, one is enabled. */
    private Uni<String> stream() {
        return ask(() -> tables.describeTable(request -> request.tableName(config.table())))
                .map(answer -> answer.table())
                .chain(table -> isEnabled(table) ? Uni.createFrom().item(table) : enabled())
                .map(table -> Objects.requireNonNull(table.latestStreamArn(), "the stream is being enabled"));
    }

    private static boolean isEnabled(TableDescription table) {
        if (table.streamSpecification() == null
                || !Boolean.TRUE.equals(table.streamSpecification().streamEnabled())) {
            return false;
        }
        if (table.streamSpecification().streamViewType() != StreamViewType.NEW_AND_OLD_IMAGES) {
            throw new IllegalStateException("the stream of the table of users must show new and old images");
        }
        return true;
    }

    private Uni<TableDescription> enabled() {
        return ask(() -> tables.updateTable(request -> request.tableName(config.table())
                        .streamSpecification(stream ->
                                stream.streamEnabled(true).streamViewType(StreamViewType.NEW_AND_OLD_IMAGES))))
                .map(answer -> answer.tableDescription());
    }

    private <T> Uni<T> ask(Supplier<CompletionStage<T>> request) {
        return Uni.createFrom()
                .deferred(
                        () -> AwsCalls.repeatable(request, Deadline.in(config.readTimeout()), config.attemptTimeout()));
    }
}

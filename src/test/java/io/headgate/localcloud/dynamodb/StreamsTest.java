package io.headgate.localcloud.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.Record;
import software.amazon.awssdk.services.dynamodb.model.ShardIteratorType;
import software.amazon.awssdk.services.dynamodb.model.StreamRecord;
import software.amazon.awssdk.services.dynamodb.model.StreamViewType;
import software.amazon.awssdk.services.dynamodb.model.TableDescription;
import software.amazon.awssdk.services.dynamodb.streams.DynamoDbStreamsAsyncClient;

/** A stream that a client enables shows what the client chose, also while the table's changes are kept. */
class StreamsTest {

    @TempDir
    private Path directory;

    @ParameterizedTest
    @EnumSource(value = StreamViewType.class, mode = EnumSource.Mode.EXCLUDE, names = "UNKNOWN_TO_SDK_VERSION")
    void aStreamShowsItsViewAlone(StreamViewType view) {
        try (TestDynamoDb dynamoDb = TestDynamoDb.start(directory);
                DynamoDbStreamsAsyncClient streams = dynamoDb.streams()) {
            // Given
            dynamoDb.createThings("Things");
            dynamoDb.enableRecovery("Things");
            TableDescription table = dynamoDb.client()
                    .updateTable(request -> request.tableName("Things")
                            .streamSpecification(
                                    stream -> stream.streamEnabled(true).streamViewType(view)))
                    .join()
                    .tableDescription();

            // When
            dynamoDb.put("Things", TestDynamoDb.thing("a", "red"));
            dynamoDb.put("Things", TestDynamoDb.thing("a", "blue"));
            dynamoDb.delete("Things", TestDynamoDb.thing("a", "blue"));

            // Then
            List<Record> records = records(streams, table.latestStreamArn());
            assertThat(records).extracting(Record::eventNameAsString).containsExactly("INSERT", "MODIFY", "REMOVE");
            StreamRecord modified = records.get(1).dynamodb();
            assertThat(modified.keys()).isEqualTo(Map.of("id", AttributeValue.fromS("a")));
            assertThat(modified.hasNewImage()).isEqualTo(view.toString().startsWith("NEW"));
            assertThat(modified.hasOldImage()).isEqualTo(view.toString().contains("OLD"));
        }
    }

    @Test
    void recoveryMakesNoStream() {
        try (TestDynamoDb dynamoDb = TestDynamoDb.start(directory);
                DynamoDbStreamsAsyncClient streams = dynamoDb.streams()) {
            // Given
            dynamoDb.createThings("Things");

            // When
            dynamoDb.enableRecovery("Things");

            // Then
            assertThat(streams.listStreams().join().streams()).isEmpty();
            assertThat(dynamoDb.describe("Things").streamSpecification()).isNull();
        }
    }

    private static List<Record> records(DynamoDbStreamsAsyncClient streams, String arn) {
        String shard = streams.describeStream(request -> request.streamArn(arn))
                .join()
                .streamDescription()
                .shards()
                .get(0)
                .shardId();
        String iterator = streams.getShardIterator(request ->
                        request.streamArn(arn).shardId(shard).shardIteratorType(ShardIteratorType.TRIM_HORIZON))
                .join()
                .shardIterator();
        return streams.getRecords(request -> request.shardIterator(iterator))
                .join()
                .records();
    }
}

package io.headgate.recovery.dynamodb;

import io.headgate.recovery.Change;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseKind;
import io.headgate.recovery.Progress;
import io.headgate.recovery.RecordedAws;
import io.headgate.recovery.SnapshotId;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An adapter to recorded answers of DynamoDB. */
abstract class RecordedDynamoDb {

    static final DatabaseId USERS = DatabaseId.parse("dynamodb:Users");
    static final DatabaseId RESTORED = DatabaseId.parse("dynamodb:Users-restored");
    static final String ARN = "arn:aws:dynamodb:eu-west-1:123456789012:table/Users";
    static final String BACKUP = ARN + "/backup/01772361005481-1c8a2b3d";
    static final SnapshotId SNAPSHOT = new SnapshotId(DatabaseKind.DYNAMODB_TABLE, BACKUP);
    static final Instant TIME = Instant.ofEpochSecond(1772359205);

    RecordedAws aws;
    DynamoDbRecoveryTarget target;

    @BeforeEach
    void start() throws IOException {
        aws = new RecordedAws();
        target = new DynamoDbRecoveryTarget(aws.dynamoDb(), DynamoDbTimes.ample(), Set.of("Users"));
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    String begin(Change change) {
        return String.valueOf(await(target.begin("op-1", change)));
    }

    Progress look(Change change, @Nullable String key) {
        return await(target.look("op-1", change, key));
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }
}

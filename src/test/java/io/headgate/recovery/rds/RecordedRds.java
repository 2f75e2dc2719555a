package io.headgate.recovery.rds;

import static io.headgate.recovery.RecordedAws.document;

import io.headgate.recovery.Change;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.Progress;
import io.headgate.recovery.RecordedAws;
import io.headgate.recovery.SnapshotId;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;

/** An adapter to recorded answers of RDS. */
abstract class RecordedRds {

    static final String OPERATION = "op-1";
    static final DatabaseId MYDB = DatabaseId.parse("rds:mydb");
    static final DatabaseId RESTORED = DatabaseId.parse("rds:mydb-restored");
    static final SnapshotId SNAPSHOT = SnapshotId.parse("snapshot:rds:before-migration");
    static final Instant TIME = Instant.parse("2026-03-01T11:00:05Z");

    RecordedAws aws;
    RdsRecoveryTarget target;

    @BeforeEach
    void start() throws IOException {
        aws = new RecordedAws();
        target = new RdsRecoveryTarget(aws.rds(), RdsTimes.ample());
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    static String restored(String status) {
        return document("rds/DescribeDBInstances-restored").replace("creating", status);
    }

    String begin(Change change) {
        return String.valueOf(await(target.begin(OPERATION, change)));
    }

    Progress look(Change change) {
        return await(target.look(OPERATION, change, null));
    }

    static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }
}

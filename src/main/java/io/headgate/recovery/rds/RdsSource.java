package io.headgate.recovery.rds;

import io.headgate.aws.AwsWork;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Change.RestoreSnapshot;
import io.headgate.recovery.Change.RestoreToPointInTime;
import io.smallrye.mutiny.Uni;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.DBInstance;
import software.amazon.awssdk.services.rds.model.DBSnapshot;

/**
 * What a restore is made of.
 *
 * @param snapshot the snapshot; {@code null} when it is a restore to a point in time, or there is none
 * @param instance the DB instance, {@code null} when it is gone
 */
record RdsSource(@Nullable DBSnapshot snapshot, @Nullable DBInstance instance) {

    static Uni<RdsSource> of(AwsWork<RdsAsyncClient> rds, Restore restore) {
        if (restore instanceof RestoreSnapshot fromSnapshot) {
            return RdsSnapshots.LISTING
                    .find(rds, fromSnapshot.snapshot().key())
                    .chain(snapshot -> snapshot == null
                            ? Uni.createFrom().item(new RdsSource(null, null))
                            : RdsInstances.LISTING
                                    .find(rds, snapshot.dbInstanceIdentifier())
                                    .map(instance -> new RdsSource(snapshot, instance)));
        }
        String source = ((RestoreToPointInTime) restore).source().name();
        return RdsInstances.LISTING.find(rds, source).map(instance -> new RdsSource(null, instance));
    }
}

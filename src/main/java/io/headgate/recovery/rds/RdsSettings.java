package io.headgate.recovery.rds;

import io.headgate.recovery.Reapplied;
import java.util.List;
import java.util.concurrent.CompletionStage;
import software.amazon.awssdk.services.rds.RdsAsyncClient;
import software.amazon.awssdk.services.rds.model.Tag;

/**
 * What DB instances and DB clusters differ in where settings are set again.
 *
 * @param <D> what RDS describes
 * @param <B> the request that modifies it
 */
public interface RdsSettings<D, B> {

    /** What it is called: DB instance. */
    String thing();

    String arn(D database);

    List<Tag> tags(D database);

    /** All settings, each as the source has it and as the new database has it. */
    List<RdsSetting<B>> compare(D source, D target);

    /** A request that changes nothing yet, and all that settings put into it at once. */
    B modification(D target);

    CompletionStage<?> send(RdsAsyncClient rds, B modification);

    /** What to set by hand when there is no source to look at. */
    String byHand();

    /** What RDS has no call for, or somebody has to decide. */
    List<Reapplied> leftToPeople(D source);
}

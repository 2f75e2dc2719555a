package io.headgate.user.changes;

import io.headgate.user.Store;
import io.headgate.user.UserEventSource.Batch;
import io.smallrye.mutiny.Uni;

/** What is kept of users anywhere, and must be forgotten before the log tells of their changes. */
public interface ForgottenUsers {

    /**
     * Forgets what a batch has changed, all of the store where the batch begins. Completes when no reader is shown it any
     * more; fails where that can't be said, and then it is done again.
     */
    Uni<Void> forget(Store store, Batch batch);
}

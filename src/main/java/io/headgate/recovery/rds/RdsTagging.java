package io.headgate.recovery.rds;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.util.List;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/** Tags of what was restored. */
public final class RdsTagging {

    private RdsTagging() {}

    /** Adds those tags that are wanted and not there, and tells how that went; says nothing when none are wanted. */
    public static Uni<List<Reapplied>> add(
            AwsWork<RdsAsyncClient> rds,
            String arn,
            List<software.amazon.awssdk.services.rds.model.Tag> there,
            List<Tag> wanted) {
        if (wanted.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        Reapplied set = new Reapplied("tags", true, wanted.size() + " tags are set");
        List<Tag> have = RdsTags.of(there);
        List<Tag> missing = wanted.stream().filter(tag -> !have.contains(tag)).toList();
        if (missing.isEmpty()) {
            return Uni.createFrom().item(List.of(set));
        }
        return rds.repeatableChange(client -> client.addTagsToResource(
                        request -> request.resourceName(arn).tags(RdsTags.forAws(missing))))
                .map(added -> set)
                .onFailure(AwsFailures::isFinal)
                .recoverWithItem(refusal -> new Reapplied("tags", false, ((GatewayException) refusal).getMessage()))
                .map(List::of);
    }

    /** Why nothing can be set any more. */
    public static GatewayException targetGone(String thing) {
        return GatewayException.of(
                ErrorCode.NOT_FOUND, thing + " is not there any more: somebody deleted it after it was restored");
    }
}

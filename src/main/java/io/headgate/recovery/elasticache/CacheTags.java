package io.headgate.recovery.elasticache;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsWork;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Reapplied;
import io.headgate.recovery.Tag;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.elasticache.ElastiCacheAsyncClient;
import software.amazon.awssdk.services.elasticache.model.InvalidReplicationGroupStateException;

/**
 * Tags of ElastiCache, which no description has: they are asked for one by one.
 *
 * @see <a
 *     href="https://docs.aws.amazon.com/AmazonElastiCache/latest/APIReference/API_ListTagsForResource.html">ListTagsForResource</a>
 */
final class CacheTags {

    private CacheTags() {}

    /** The tags of what an ARN names; none where it has gone meanwhile. */
    static Uni<List<Tag>> of(AwsWork<ElastiCacheAsyncClient> elastiCache, @Nullable String arn) {
        return read(elastiCache, arn)
                .onFailure(e -> e instanceof GatewayException known && known.code() == ErrorCode.NOT_FOUND)
                .recoverWithItem(List.of());
    }

    /** Whether the operation made what an ARN names. */
    static Uni<Boolean> areOf(AwsWork<ElastiCacheAsyncClient> elastiCache, @Nullable String arn, String operation) {
        return read(elastiCache, arn).map(tags -> tags.contains(new Tag(Tag.OPERATION, operation)));
    }

    /** None while ElastiCache does not tell them, for it makes or changes what they are of. */
    private static Uni<List<Tag>> read(AwsWork<ElastiCacheAsyncClient> elastiCache, @Nullable String arn) {
        if (arn == null) {
            return Uni.createFrom().item(List.of());
        }
        return elastiCache
                .find(
                        client -> client.listTagsForResource(request -> request.resourceName(arn)),
                        InvalidReplicationGroupStateException.class)
                .map(found -> found == null
                        ? List.of()
                        : found.tagList().stream()
                                .map(tag -> new Tag(tag.key(), tag.value() == null ? "" : tag.value()))
                                .toList());
    }

    /** Tags as ElastiCache has them, with the one that names the operation. */
    static List<software.amazon.awssdk.services.elasticache.model.Tag> of(String operation, Collection<Tag> tags) {
        List<Tag> all = new ArrayList<>(tags);
        all.add(new Tag(Tag.OPERATION, operation));
        return forAws(all);
    }

    /** Adds those tags that are wanted and not there, and tells how that went; says nothing when none are wanted. */
    static Uni<List<Reapplied>> add(AwsWork<ElastiCacheAsyncClient> elastiCache, Cache cache, List<Tag> wanted) {
        if (wanted.isEmpty()) {
            return Uni.createFrom().item(List.of());
        }
        Reapplied set = new Reapplied("tags", true, wanted.size() + " tags are set");
        return of(elastiCache, cache.arn()).chain(there -> {
            List<Tag> missing =
                    wanted.stream().filter(tag -> !there.contains(tag)).toList();
            if (missing.isEmpty()) {
                return Uni.createFrom().item(List.of(set));
            }
            return elastiCache
                    .repeatableChange(client -> client.addTagsToResource(
                            request -> request.resourceName(cache.arn()).tags(forAws(missing))))
                    .map(added -> set)
                    .onFailure(AwsFailures::isFinal)
                    .recoverWithItem(refusal -> new Reapplied("tags", false, ((GatewayException) refusal).getMessage()))
                    .map(List::of);
        });
    }

    private static List<software.amazon.awssdk.services.elasticache.model.Tag> forAws(Collection<Tag> tags) {
        return tags.stream()
                .map(tag -> software.amazon.awssdk.services.elasticache.model.Tag.builder()
                        .key(tag.key())
                        .value(tag.value())
                        .build())
                .toList();
    }
}

package io.headgate.recovery.rds;

import io.headgate.aws.AwsFailures;
import io.headgate.aws.AwsWork;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change.Restore;
import io.headgate.recovery.Reapplied;
import io.smallrye.mutiny.Uni;
import java.util.ArrayList;
import java.util.List;
import java.util.function.Function;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.rds.RdsAsyncClient;

/**
 * Sets what the restore request did not: compares the new database with its source, and changes by one request what
 * differs, for RDS takes no second change while it makes the first.
 */
public final class RdsReapply<D, B> {

    private final AwsWork<RdsAsyncClient> rds;
    private final RdsSettings<D, B> kind;
    private final Restore restore;
    private final D target;

    private RdsReapply(AwsWork<RdsAsyncClient> rds, RdsSettings<D, B> kind, Restore restore, D target) {
        this.rds = rds;
        this.kind = kind;
        this.restore = restore;
        this.target = target;
    }

    /**
     * Sets tags and settings of what a restore made.
     *
     * @param source finds what it was made of; {@code null} when that is gone
     */
    public static <D, B> Uni<List<Reapplied>> reapply(
            AwsWork<RdsAsyncClient> rds,
            RdsSettings<D, B> kind,
            RdsListing<?, D> listing,
            Function<Restore, Uni<@Nullable D>> source,
            Restore restore) {
        String name = restore.target().name();
        return listing.find(rds, name).chain(target -> {
            if (target == null) {
                return Uni.createFrom().failure(RdsTagging.targetGone(kind.thing() + " " + name));
            }
            RdsReapply<D, B> reapply = new RdsReapply<>(rds, kind, restore, target);
            return restore.reapply() ? source.apply(restore).chain(reapply::asSource) : reapply.tags(null);
        });
    }

    private Uni<List<Reapplied>> asSource(@Nullable D source) {
        if (source == null) {
            Reapplied gone = new Reapplied(
                    "settings of the source", false, "the source is gone: set " + kind.byHand() + " by hand");
            return tags(null)
                    .map(tags -> Stream.concat(tags.stream(), Stream.of(gone)).toList());
        }
        return tags(source)
                .chain(tags -> settings(source).map(settings -> {
                    List<Reapplied> all = new ArrayList<>(tags);
                    all.addAll(settings);
                    all.addAll(kind.leftToPeople(source));
                    return all;
                }));
    }

    private Uni<List<Reapplied>> tags(@Nullable D source) {
        return RdsTagging.add(
                rds,
                kind.arn(target),
                kind.tags(target),
                RdsTags.wanted(restore.tags(), source == null ? null : kind.tags(source)));
    }

    private Uni<List<Reapplied>> settings(D source) {
        List<RdsSetting<B>> settings = kind.compare(source, target);
        B modification = kind.modification(target);
        long changes =
                settings.stream().filter(each -> each.changes(modification)).count();
        if (changes == 0) {
            return Uni.createFrom().item(outcomes(settings, null));
        }
        return rds.checkedChange(client -> kind.send(client, modification))
                .map(modified -> outcomes(settings, null))
                .onFailure(AwsFailures::isFinal)
                .recoverWithItem(refusal -> outcomes(settings, ((GatewayException) refusal).getMessage()));
    }

    private static <B> List<Reapplied> outcomes(List<RdsSetting<B>> settings, @Nullable String refusal) {
        return settings.stream().map(each -> each.outcome(refusal)).toList();
    }
}

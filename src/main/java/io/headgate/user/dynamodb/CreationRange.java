package io.headgate.user.dynamodb;

import io.headgate.user.Position;
import io.headgate.user.Store;
import io.headgate.user.UserFilter;
import io.headgate.user.UserOrder;
import io.headgate.user.UserQuery;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Arrays;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * What stretch of {@code listKey} a query asks for, both ends included. It holds every user that the query's bounds and
 * its filter on the creation time let in; of others at most the one that stands at its end.
 */
record CreationRange(String from, String to) {

    private static final String FIRST = Timestamps.bound(Instant.MIN);
    private static final String LAST = Timestamps.bound(Instant.MAX);

    /** Keys have no control characters, so that nothing stands between a key and it with this behind. */
    private static final char NEXT = '\0';

    static CreationRange of(UserFilter filter) {
        return new CreationRange(
                filter.createdFrom() == null ? FIRST : Timestamps.bound(filter.createdFrom()),
                filter.createdBefore() == null ? LAST : Timestamps.bound(filter.createdBefore()));
    }

    static CreationRange of(UserQuery query) {
        boolean ascending = query.order().direction() == UserOrder.Direction.ASC;
        CreationRange range = of(query.filter());
        return ascending
                ? range.cut(query.after(), query.includesStart(Store.DYNAMODB), query.until())
                : range.cut(query.until(), query.includesEnd(Store.DYNAMODB), query.after());
    }

    boolean isEmpty() {
        return compare(from, to) > 0;
    }

    private CreationRange cut(@Nullable Position first, boolean withFirst, @Nullable Position last) {
        String lower = first == null ? from : withFirst ? place(first) : behind(first);
        String upper = last == null ? to : place(last);
        return new CreationRange(compare(lower, from) > 0 ? lower : from, compare(upper, to) < 0 ? upper : to);
    }

    private static String behind(Position position) {
        String place = place(position);
        return place.length() > Timestamps.LENGTH ? place + NEXT : place;
    }

    private static String place(Position position) {
        Instant time = Objects.requireNonNull(position.instant());
        // No user stands at a time that can't be written; what matters is who comes before and who after.
        return Timestamps.isWritable(time)
                ? UserItem.listKey(Timestamps.text(time), position.key())
                : Timestamps.bound(time);
    }

    /** As DynamoDB compares texts: by the bytes of their UTF-8. */
    private static int compare(String a, String b) {
        return Arrays.compareUnsigned(a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
    }
}

package io.headgate.recovery.rds;

import io.headgate.recovery.Tag;
import io.headgate.recovery.TagRules;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;

/**
 * Tags of RDS, Headgate's own among them: {@value Tag#OPERATION} names the operation that made a snapshot or a database.
 *
 * @see <a href="https://docs.aws.amazon.com/AmazonRDS/latest/APIReference/API_Tag.html">RDS API reference: Tag</a>
 */
public final class RdsTags {

    /** RDS takes 50, one of which is Headgate's. */
    public static final TagRules RULES = new TagRules(
            49, 1, Pattern.compile("[\\p{L}\\p{Z}\\p{N}_.:/=+\\-@]*"), List.of("aws:", "rds:", "headgate:"));

    private RdsTags() {}

    /** Tags as Headgate has them. */
    public static List<Tag> of(List<software.amazon.awssdk.services.rds.model.Tag> tags) {
        return tags.stream()
                .map(tag -> new Tag(tag.key(), tag.value() == null ? "" : tag.value()))
                .toList();
    }

    /** Tags as RDS has them, with the one that names the operation. */
    public static List<software.amazon.awssdk.services.rds.model.Tag> of(String operation, Collection<Tag> tags) {
        List<Tag> all = new ArrayList<>(tags);
        all.add(new Tag(Tag.OPERATION, operation));
        return forAws(all);
    }

    static List<software.amazon.awssdk.services.rds.model.Tag> forAws(Collection<Tag> tags) {
        return tags.stream()
                .map(tag -> software.amazon.awssdk.services.rds.model.Tag.builder()
                        .key(tag.key())
                        .value(tag.value())
                        .build())
                .toList();
    }

    /** Whether the operation made what has these tags. */
    public static boolean areOf(String operation, List<software.amazon.awssdk.services.rds.model.Tag> tags) {
        return tags.stream().anyMatch(tag -> Tag.OPERATION.equals(tag.key()) && operation.equals(tag.value()));
    }

    /** The tags that were asked for and, beneath them, as many of the source's as there may be. */
    public static List<Tag> wanted(
            List<Tag> askedFor, @Nullable List<software.amazon.awssdk.services.rds.model.Tag> source) {
        return RULES.wanted(askedFor, source == null ? List.of() : of(source));
    }
}

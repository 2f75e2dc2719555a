package io.headgate.recovery;

import java.time.Instant;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What a restore would do, without doing it.
 *
 * @param hash names exactly this plan: another plan has another one
 * @param source the database whose data is restored; its status is {@code deleted} when it is gone
 * @param target the name of the database that is created
 * @param time the second that is restored; of a snapshot, when it was made; {@code null} for the latest
 * @param problems why it would be refused, none when it would be accepted
 */
public record RestorePlan(
        String hash,
        Database source,
        String target,
        @Nullable Instant time,
        List<String> willCreate,
        List<String> notRestored,
        List<String> problems) {}

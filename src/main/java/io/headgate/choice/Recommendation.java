package io.headgate.choice;

import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What the rules say of one service for a workload.
 *
 * @param rank 1 is the best
 * @param score the sum of the weights; {@code null} where the service is excluded
 * @param reasons what speaks for it, the weightiest first; nothing where it is excluded
 * @param against what speaks against it, what excludes it first, then the weightiest; never empty
 */
public record Recommendation(
        int rank, DatabaseService service, @Nullable Integer score, List<Reason> reasons, List<Reason> against) {

    /** What to make of it. */
    public enum Verdict {
        SUITABLE,
        DOUBTFUL,
        EXCLUDED
    }

    public Verdict verdict() {
        if (score == null) {
            return Verdict.EXCLUDED;
        }
        return score > 0 ? Verdict.SUITABLE : Verdict.DOUBTFUL;
    }

    Recommendation ranked(int place) {
        return new Recommendation(place, service, score, reasons, against);
    }
}

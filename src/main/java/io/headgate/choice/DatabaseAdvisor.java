package io.headgate.choice;

import java.util.Comparator;
import java.util.List;
import java.util.Objects;
import java.util.stream.IntStream;

/** Ranks the databases that AWS runs for a workload, by the rules of {@link RuleBook}. It asks nobody. */
public final class DatabaseAdvisor {

    private static final Comparator<Recommendation> BEST_FIRST =
            Comparator.comparing(Recommendation::score, Comparator.nullsLast(Comparator.reverseOrder()));
    private static final Comparator<Reason> WEIGHTIEST_FIRST = Comparator.comparing(
                    Reason::excludes, Comparator.reverseOrder())
            .thenComparing(reason -> Math.abs(reason.weight()), Comparator.reverseOrder());

    private DatabaseAdvisor() {}

    /**
     * Every service, the best first and those that are excluded last; equal ones in the order of the file of rules. The same
     * workload is always answered alike.
     */
    public static List<Recommendation> recommend(Workload workload) {
        RuleBook book = RuleBook.HEADGATES;
        List<Rule> rules = book.applyingTo(workload);
        List<Recommendation> best = book.services().stream()
                .map(service -> judge(service, rules))
                .sorted(BEST_FIRST)
                .toList();
        return IntStream.range(0, best.size())
                .mapToObj(place -> best.get(place).ranked(place + 1))
                .toList();
    }

    private static Recommendation judge(DatabaseService service, List<Rule> rules) {
        List<Reason> all = rules.stream()
                .map(rule -> rule.reasons().get(service.id()))
                .filter(Objects::nonNull)
                .sorted(WEIGHTIEST_FIRST)
                .toList();
        boolean excluded = all.stream().anyMatch(Reason::excludes);
        return new Recommendation(
                0,
                service,
                excluded ? null : all.stream().mapToInt(Reason::weight).sum(),
                excluded
                        ? List.of()
                        : all.stream().filter(reason -> reason.weight() > 0).toList(),
                all.stream().filter(reason -> reason.weight() <= 0).toList());
    }
}

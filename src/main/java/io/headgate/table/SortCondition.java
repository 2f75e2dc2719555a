package io.headgate.table;

import java.util.List;

/**
 * A condition on the sort key.
 *
 * @param values as JSON has them: two for {@link Comparison#BETWEEN}, otherwise one
 */
public record SortCondition(Comparison comparison, List<Object> values) {}

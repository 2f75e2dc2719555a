package io.headgate.choice;

import java.util.List;
import java.util.Map;

/**
 * A rule: when all of its conditions hold, and none of its exceptions, it tells something of some services.
 *
 * @param reasons by the services' ids
 */
record Rule(List<Condition> conditions, List<Condition> exceptions, Map<String, Reason> reasons) {

    boolean appliesTo(Workload workload) {
        return conditions.stream().allMatch(condition -> condition.holds(workload))
                && exceptions.stream().noneMatch(exception -> exception.holds(workload));
    }
}

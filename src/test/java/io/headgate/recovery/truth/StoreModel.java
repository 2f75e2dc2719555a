package io.headgate.recovery.truth;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.function.Function;

/** What a store held at each second, by the answers that its writers got. */
final class StoreModel<V> {

    private final List<Share<V>> shares;

    StoreModel(List<Share<V>> shares) {
        this.shares = shares;
    }

    int changes() {
        return shares.stream().mapToInt(Share::changes).sum();
    }

    /** In how many writers' shares a change was under way when a second began, so that it may hold that or not. */
    long undetermined(Instant second) {
        return shares.stream().filter(share -> share.at(second).size() > 1).count();
    }

    /** All that a second may hold, to tell one second from another. */
    List<Set<Map<String, V>>> at(Instant second) {
        return shares.stream().map(share -> share.at(second)).toList();
    }

    /** Fails unless these rows are those of a second, none more, none less. */
    void assertHeldAt(Instant second, Map<String, V> rows, String what) {
        assertHeld(share -> share.at(second), rows, what + " at " + second);
    }

    /** Fails unless these rows are those of now, none more, none less. */
    void assertHeldNow(Map<String, V> rows, String what) {
        assertHeld(share -> Set.of(share.last()), rows, what + " now");
    }

    private void assertHeld(Function<Share<V>, Set<Map<String, V>>> states, Map<String, V> rows, String what) {
        Map<String, Map<String, V>> byShare = new HashMap<>();
        shares.forEach(share -> byShare.put(share.name(), new HashMap<>()));
        rows.forEach((key, row) -> {
            Map<String, V> share = byShare.get(shareOf(key));
            assertThat(share).as("%s: nobody wrote %s", what, key).isNotNull();
            Objects.requireNonNull(share).put(key, row);
        });
        for (Share<V> share : shares) {
            Map<String, V> held = byShare.get(share.name());
            Set<Map<String, V>> expected = states.apply(share);
            if (expected.size() == 1) {
                assertThat(held)
                        .as("%s: %s", what, share.name())
                        .containsExactlyInAnyOrderEntriesOf(expected.iterator().next());
            } else {
                assertThat(held).as("%s: %s", what, share.name()).isIn(expected);
            }
        }
    }

    /** The writer's name, which is the key's beginning. */
    private static String shareOf(String key) {
        return key.substring(0, key.indexOf('/'));
    }
}

package io.headgate.response;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.Iterator;
import java.util.List;
import java.util.Random;
import java.util.function.Function;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

/** Every order in which reads, writes and what is told of them can come, and many with failures among them. */
class ResponseRacesTest {

    private static final int SCHEDULES = 10_000;

    @Test
    void readerNeverSeesLessThanItsReplicaAnsweredInAnyOrder() {
        // Given
        Function<Replicas, List<List<Runnable>>> actors = replicas -> List.of(
                replicas.all.get(0).write(),
                replicas.all.get(0).read(),
                Collections.nCopies(2, replicas.all.get(0)::takeOne));

        // When
        long orders = everyOrder(1, actors);

        // Then
        assertThat(orders).isEqualTo(36_036);
    }

    @Test
    void readerOfAnotherReplicaKeepsNothingThatAWriteMadeOldInAnyOrder() {
        // Given
        Function<Replicas, List<List<Runnable>>> actors = replicas -> List.of(
                replicas.all.get(0).write(),
                replicas.all.get(1).read(),
                Collections.nCopies(2, replicas.all.get(1)::poll));

        // When
        long orders = everyOrder(2, actors);

        // Then
        assertThat(orders).isEqualTo(36_036);
    }

    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void nothingStaysStaleWhereBothCachesAreToldAtOnceInAnyOrder(boolean toldFirst) {
        // Given
        Function<Replicas, List<List<Runnable>>> actors = replicas -> List.of(
                replicas.all.get(0).writeToBoth(toldFirst),
                replicas.all.get(0).readThroughUsers(),
                List.of(replicas::loseEntry));

        // When
        long orders = everyOrder(1, actors);

        // Then
        assertThat(orders).isEqualTo(24_024);
    }

    @Test
    void nothingStaysStaleWhereBothCachesAreToldAtOnceByManyWhoseEntryIsLost() {
        // Given
        Random random = new Random(13);
        long shown = 0;

        // When
        for (int i = 0; i < SCHEDULES; i++) {
            Replicas replicas = new Replicas(2);
            List<List<Runnable>> actors = new ArrayList<>();
            List<Runnable> write = replicas.all.get(0).writeToBoth(random.nextBoolean());
            // One in four is killed before it can answer.
            actors.add(random.nextInt(4) == 0 ? write.subList(0, random.nextInt(write.size())) : write);
            actors.add(replicas.all.get(1).writeToBoth(random.nextBoolean()));
            for (Replicas.Replica replica : replicas.all) {
                for (int read = 0; read < 3; read++) {
                    actors.add(replica.readThroughUsers());
                }
                actors.add(Collections.nCopies(4, replica::look));
                actors.add(Collections.nCopies(6, replica::poll));
            }
            actors.add(List.of(replicas::loseEntry));
            actors.add(Collections.nCopies(4, () -> replicas.now += Replicas.BELIEF.toNanos() / 3));
            run(random, replicas, actors);
            shown += replicas.shown;
        }

        // Then
        assertThat(shown).isGreaterThan(SCHEDULES / 10);
    }

    @Test
    void replicaKilledAtAnyStepOfAWriteLeavesNothingStale() {
        // Given
        Random random = new Random(7);
        long shown = 0;

        // When
        for (int i = 0; i < SCHEDULES; i++) {
            Replicas replicas = new Replicas(2);
            List<Runnable> write = replicas.all.get(0).write();
            int steps = random.nextInt(write.size());
            run(
                    random,
                    replicas,
                    List.of(
                            write.subList(0, steps),
                            replicas.all.get(1).read(),
                            replicas.all.get(1).read(),
                            Collections.nCopies(3, replicas.all.get(1)::poll)));
            replicas.all.remove(0);
            replicas.settle();
            shown += replicas.shown;
        }

        // Then
        assertThat(shown).isGreaterThan(SCHEDULES / 10);
    }

    @Test
    void nothingStaysStaleWhateverIsLostAndRestarted() {
        // Given
        Random random = new Random(11);
        long shown = 0;

        // When
        for (int i = 0; i < SCHEDULES; i++) {
            Replicas replicas = new Replicas(3);
            List<List<Runnable>> actors = new ArrayList<>();
            for (Replicas.Replica replica : replicas.all) {
                actors.add(random.nextInt(4) == 0 ? replica.missedWrite() : replica.write());
                for (int read = 0; read < 3; read++) {
                    actors.add(replica.read());
                }
                actors.add(Collections.nCopies(6, replica::look));
                actors.add(List.of(
                        replica::poll, replica::enter, replica::takeOne, replica::enter, replica::poll, replica::poll));
                actors.add(List.of(replica::loseOne, replica::enter));
            }
            actors.add(List.of(random.nextBoolean() ? replicas::restartRedis : replicas::flushRedis));
            actors.add(Collections.nCopies(4, () -> replicas.now += Replicas.BELIEF.toNanos() / 3));
            run(random, replicas, actors);
            replicas.settle();
            shown += replicas.shown;
        }

        // Then
        assertThat(shown).isGreaterThan(SCHEDULES / 10);
    }

    private static void run(Random random, Replicas replicas, List<List<Runnable>> actors) {
        List<Iterator<Runnable>> waiting = new ArrayList<>();
        actors.forEach(steps -> waiting.add(steps.iterator()));
        waiting.removeIf(steps -> !steps.hasNext());
        // In bursts: with every step by another, hardly an answer would be kept.
        while (!waiting.isEmpty()) {
            Iterator<Runnable> actor = waiting.get(random.nextInt(waiting.size()));
            do {
                actor.next().run();
                replicas.now++;
            } while (actor.hasNext() && random.nextInt(4) != 0);
            waiting.removeIf(steps -> !steps.hasNext());
        }
    }

    /** Runs actors in each order of their steps, each time on new replicas, and gives how many orders there were. */
    private static long everyOrder(int count, Function<Replicas, List<List<Runnable>>> actors) {
        int[] left =
                actors.apply(new Replicas(count)).stream().mapToInt(List::size).toArray();
        return orders(count, actors, left, new ArrayList<>());
    }

    private static long orders(
            int count, Function<Replicas, List<List<Runnable>>> actors, int[] left, List<Integer> order) {
        long orders = 0;
        for (int actor = 0; actor < left.length; actor++) {
            if (left[actor] > 0) {
                left[actor]--;
                order.add(actor);
                orders += orders(count, actors, left, order);
                order.remove(order.size() - 1);
                left[actor]++;
            }
        }
        if (orders > 0) {
            return orders;
        }
        Replicas replicas = new Replicas(count);
        List<List<Runnable>> running = actors.apply(replicas);
        int[] next = new int[left.length];
        for (int actor : order) {
            running.get(actor).get(next[actor]++).run();
            replicas.now++;
        }
        replicas.settle();
        return 1;
    }
}

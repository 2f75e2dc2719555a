package io.headgate.localcloud;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import io.headgate.user.Attributes;
import io.headgate.user.UserRules;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.List;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class SampleUsersTest {

    @Test
    void everyStartMakesTheSamePeople() {
        // Given
        List<SampleUser> earlier = SampleUsers.ofDynamoDb();

        // When
        List<SampleUser> users = SampleUsers.ofDynamoDb();

        // Then
        assertThat(users).isEqualTo(earlier).hasSize(10_000);
        assertThat(users).first().extracting(SampleUser::userId).isEqualTo("u00001");
        assertThat(users).last().extracting(SampleUser::userId).isEqualTo("u10000");
    }

    @Test
    void noTwoUsersOfBothStoresHaveOneAddress() {
        // When
        List<String> emails = Stream.of(SampleUsers.ofPostgres(), SampleUsers.ofDynamoDb())
                .flatMap(List::stream)
                .map(SampleUser::email)
                .toList();

        // Then
        assertThat(emails).doesNotHaveDuplicates().allSatisfy(UserRules::checkEmail);
    }

    @Test
    void namesComeFromManyScripts() {
        // When
        List<SampleUser> users = SampleUsers.ofPostgres();

        // Then
        assertThat(users.stream()
                        .map(user -> Character.UnicodeScript.of(user.name().codePointAt(0)))
                        .distinct())
                .contains(
                        Character.UnicodeScript.LATIN,
                        Character.UnicodeScript.CYRILLIC,
                        Character.UnicodeScript.ARABIC,
                        Character.UnicodeScript.DEVANAGARI,
                        Character.UnicodeScript.HAN,
                        Character.UnicodeScript.HANGUL);
        assertThat(users).allSatisfy(user -> assertThat(user.name()).isNotBlank());
    }

    @Test
    void mostUsersAreActive() {
        // When
        Map<String, Long> users = SampleUsers.ofPostgres().stream()
                .collect(Collectors.groupingBy(SampleUser::status, Collectors.counting()));

        // Then
        assertThat(users).containsOnlyKeys("ACTIVE", "INVITED", "SUSPENDED");
        assertThat(users.get("ACTIVE")).isCloseTo(9000L, within(150L));
        assertThat(users.get("INVITED")).isCloseTo(600L, within(100L));
    }

    @Test
    void creationTimesFillThreeYearsToTheMicrosecond() {
        // When
        List<Instant> times = SampleUsers.ofPostgres().stream()
                .map(SampleUser::createdAt)
                .sorted()
                .toList();

        // Then
        assertThat(times.get(0)).isBetween("2023-01-01T00:00:00Z", "2023-01-02T00:00:00Z");
        assertThat(times.get(times.size() - 1)).isBetween("2025-12-31T00:00:00Z", "2025-12-31T23:59:59.999999Z");
        assertThat(times)
                .allSatisfy(time -> assertThat(time).isEqualTo(time.truncatedTo(ChronoUnit.MICROS)))
                .anySatisfy(time -> assertThat(time).isNotEqualTo(time.truncatedTo(ChronoUnit.MILLIS)));
    }

    @Test
    void attributesAreJsonThatStoresAccept() {
        // When
        List<String> attributes = SampleUsers.ofPostgres().stream()
                .map(SampleUser::attributesJson)
                .toList();

        // Then
        assertThat(attributes)
                .allSatisfy(json -> assertThat(Attributes.parse(json).values())
                        .containsOnlyKeys("plan", "locale", "logins", "tags"));
    }
}

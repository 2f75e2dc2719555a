package io.headgate.choice;

import static io.headgate.GraphQlClient.ask;
import static org.assertj.core.api.Assertions.assertThat;

import graphql.language.EnumTypeDefinition;
import graphql.language.InputObjectTypeDefinition;
import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import graphql.schema.idl.TypeUtil;
import io.headgate.GraphQlClient.Answer;
import io.headgate.json.Json;
import io.headgate.localcloud.LocalCloudResource;
import io.quarkus.test.common.WithTestResource;
import io.quarkus.test.junit.QuarkusTest;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The recommendation of a database over GraphQL: what known workloads want, and what no workload is. */
@QuarkusTest
@WithTestResource(LocalCloudResource.class)
class RecommendDatabaseTest {

    private static final Path RULES = Path.of("src/main/resources/choice/rules.json");
    private static final Path CASES = Path.of("src/test/resources/choice/cases.json");
    private static final Path SCHEMA = Path.of("src/main/resources/graphql/choice.graphqls");
    private static final String QUERY = "query($workload: WorkloadInput!) { all: recommendDatabase(workload: $workload)"
            + " { rank service name verdict score documentation"
            + " reasons { rule weight excludes message source } against { rule weight excludes message source } } }";

    /**
     * A workload that many have had, as data.
     *
     * @param first what is best, in order
     * @param excluded what is out, by the rule that says so
     * @param against a rule that speaks against a service
     */
    record Case(
            String name,
            Map<String, Object> workload,
            List<String> first,
            Map<String, String> excluded,
            Map<String, String> against) {

        @Override
        public String toString() {
            return name;
        }
    }

    @SuppressWarnings("unchecked")
    static List<Case> cases() throws IOException {
        return ((List<Map<String, Object>>) Objects.requireNonNull(Json.read(Files.readAllBytes(CASES))))
                .stream()
                        .map(each -> new Case(
                                (String) Objects.requireNonNull(each.get("case")),
                                (Map<String, Object>) Objects.requireNonNull(each.get("workload")),
                                (List<String>) Objects.requireNonNull(each.get("first")),
                                (Map<String, String>) Objects.requireNonNull(each.get("excluded")),
                                (Map<String, String>) Objects.requireNonNull(each.get("against"))))
                        .toList();
    }

    @ParameterizedTest
    @MethodSource("cases")
    void aKnownWorkloadGetsWhatIsKnownToServeIt(Case known) {
        Answer answer = ask(QUERY, Map.of("workload", known.workload()));

        List<Map<String, Object>> all = all(answer);
        List<Map<String, Object>> possible = all.stream()
                .filter(each -> !"EXCLUDED".equals(each.get("verdict")))
                .toList();
        assertThat(possible)
                .extracting(each -> each.get("service"))
                .startsWith(known.first().toArray());
        assertThat(possible.stream().limit(known.first().size()))
                .allSatisfy(each -> assertThat(each.get("verdict")).isEqualTo("SUITABLE"));
        known.excluded().forEach((service, rule) -> {
            Map<String, Object> excluded = of(all, service);
            assertThat(excluded)
                    .as(service)
                    .containsEntry("verdict", "EXCLUDED")
                    .containsEntry("reasons", List.of());
            assertThat(reasons(excluded, "against"))
                    .as(service)
                    .anySatisfy(
                            each -> assertThat(each).containsEntry("rule", rule).containsEntry("excludes", true));
        });
        known.against()
                .forEach((service, rule) -> assertThat(reasons(of(all, service), "against"))
                        .as(service)
                        .extracting(each -> each.get("rule"))
                        .contains(rule));
    }

    @ParameterizedTest
    @MethodSource("cases")
    void everyVerdictIsExplainedByItsRules(Case known) {
        Answer answer = ask(QUERY, Map.of("workload", known.workload()));

        List<Map<String, Object>> all = all(answer);
        assertThat(all)
                .extracting(each -> each.get("rank"))
                .isEqualTo(oneTo(services().size()));
        assertThat(all).extracting(each -> each.get("service")).containsExactlyInAnyOrderElementsOf(services());
        assertThat(all).isSortedAccordingTo((one, other) -> score(other) - score(one));
        assertThat(all).allSatisfy(each -> {
            List<Map<String, Object>> reasons = reasons(each, "reasons");
            List<Map<String, Object>> against = reasons(each, "against");
            assertThat(against).isNotEmpty();
            assertThat(reasons).allSatisfy(reason -> assertThat(weight(reason)).isPositive());
            assertThat(against).allSatisfy(reason -> assertThat(weight(reason)).isNotPositive());
            assertThat(Stream.concat(reasons.stream(), against.stream())).allSatisfy(reason -> {
                assertThat((String) reason.get("source")).startsWith("https://docs.aws.amazon.com/");
                assertThat((String) reason.get("message")).endsWith(".");
            });
            assertThat((String) each.get("documentation")).startsWith("https://docs.aws.amazon.com/");
            if (against.stream().noneMatch(reason -> Boolean.TRUE.equals(reason.get("excludes")))) {
                assertThat(each.get("score"))
                        .isEqualTo(Stream.concat(reasons.stream(), against.stream())
                                .mapToInt(reason -> weight(reason))
                                .sum());
            } else {
                assertThat(each).containsEntry("score", null).containsEntry("verdict", "EXCLUDED");
            }
        });
        assertThat(ask(QUERY, Map.of("workload", known.workload())).response()).isEqualTo(answer.response());
    }

    @Test
    void theQueryOfTheDocumentationIsAnsweredAsItSays() throws IOException {
        String document = Files.readString(Path.of("docs/choice.md"));

        Answer answer = ask(document.substring(document.indexOf("```graphql") + 10, document.lastIndexOf("```")));

        assertThat(answer.data("recommendDatabase", 0, "service")).isEqualTo("DYNAMODB");
        assertThat(list(answer.data("recommendDatabase")))
                .filteredOn(each -> "EXCLUDED".equals(each.get("verdict")))
                .extracting(each -> each.get("service"))
                .containsExactly("ELASTICACHE_REDIS", "ELASTICACHE_MEMCACHED");
    }

    @Test
    void oneAccessPatternNeedsNoList() {
        Answer answer = ask("{ recommendDatabase(workload: {accessPattern: LEADERBOARD}) { service } }");

        assertThat(answer.data("recommendDatabase", 0, "service")).isEqualTo("ELASTICACHE_REDIS");
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "{}",
                "{shape: null, compatibility: []}",
                "{sizeGib: 0}",
                "{sizeGib: -1}",
                "{sizeGib: 1e999}",
                "{latencyMillis: 0}",
                "{latencyMillis: -0.5, analytics: true}",
                "{readsPerSecond: -1}",
                "{writesPerSecond: -1}"
            })
    void whatNoWorkloadIsIsInvalid(String workload) {
        Answer answer = ask("{ recommendDatabase(workload: " + workload + ") { service } }");

        assertThat(answer.codes()).containsExactly("INVALID_ARGUMENT");
        assertThat(answer.messages().get(0)).containsAnyOf("says nothing", "sizeGib", "latencyMillis", "PerSecond");
    }

    @Test
    void aWorkloadWithoutWritesIsAWorkload() {
        assertThat(ask("{ recommendDatabase(workload: {writesPerSecond: 0}) { service } }")
                        .hasErrors())
                .isFalse();
    }

    @Test
    void rulesAskForWhatTheSchemaHas() throws IOException {
        TypeDefinitionRegistry schema = new SchemaParser().parse(Files.readString(SCHEMA));
        InputObjectTypeDefinition input =
                (InputObjectTypeDefinition) schema.types().get("WorkloadInput");
        Map<String, String> fields = Objects.requireNonNull(input).getInputValueDefinitions().stream()
                .collect(Collectors.toMap(
                        field -> field.getName(),
                        field -> TypeUtil.unwrapAll(field.getType()).getName()));

        assertThat(rules()).isNotEmpty().allSatisfy(rule -> {
            for (String part : List.of("when", "unless")) {
                object(rule.getOrDefault(part, Map.of())).forEach((field, condition) -> {
                    assertThat(fields).containsKey(field);
                    EnumTypeDefinition constants =
                            (EnumTypeDefinition) schema.types().get(fields.get(field));
                    Set<String> known = constants == null
                            ? Set.of("true", "false", "above", "atMost")
                            : constants.getEnumValueDefinitions().stream()
                                    .map(each -> each.getName())
                                    .collect(Collectors.toSet());
                    assertThat(known).as(rule + "").containsAll(words(condition));
                });
            }
        });
        assertThat(rules()).extracting(rule -> rule.get("id")).doesNotHaveDuplicates();
        assertThat(services())
                .containsExactlyElementsOf(((EnumTypeDefinition)
                                Objects.requireNonNull(schema.types().get("DatabaseService")))
                        .getEnumValueDefinitions().stream()
                                .map(each -> each.getName())
                                .toList());
    }

    /** The constants, or the keys, that a condition has. */
    private static List<String> words(@Nullable Object condition) {
        if (condition instanceof Map<?, ?> range) {
            return range.containsKey("beyond")
                    ? words(range.get("beyond"))
                    : range.keySet().stream().map(String::valueOf).toList();
        }
        Collection<?> words = condition instanceof Collection<?> several ? several : List.of(String.valueOf(condition));
        return words.stream().map(String::valueOf).toList();
    }

    private static int score(Map<String, Object> recommendation) {
        return recommendation.get("score") instanceof Integer score ? score : -1_000_000;
    }

    private static int weight(Map<String, Object> reason) {
        return (int) Objects.requireNonNull(reason.get("weight"));
    }

    private static List<Object> oneTo(int size) {
        List<Object> numbers = new ArrayList<>();
        for (int each = 1; each <= size; each++) {
            numbers.add(each);
        }
        return numbers;
    }

    private static List<String> services() {
        return list(file().get("services")).stream()
                .map(each -> String.valueOf(each.get("id")))
                .toList();
    }

    private static List<Map<String, Object>> rules() {
        return Stream.of("exclusions", "preferences")
                .flatMap(part -> list(file().get(part)).stream())
                .toList();
    }

    private static Map<String, Object> file() {
        try {
            return object(Json.read(Files.readAllBytes(RULES)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static List<Map<String, Object>> all(Answer answer) {
        assertThat(answer.hasErrors()).as("%s", answer).isFalse();
        return list(answer.data("all"));
    }

    private static Map<String, Object> of(List<Map<String, Object>> all, String service) {
        return all.stream()
                .filter(each -> service.equals(each.get("service")))
                .findFirst()
                .orElseThrow();
    }

    private static List<Map<String, Object>> reasons(Map<String, Object> recommendation, String field) {
        return list(recommendation.get(field));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> object(@Nullable Object value) {
        return (Map<String, Object>) Objects.requireNonNull(value);
    }

    @SuppressWarnings("unchecked")
    private static List<Map<String, Object>> list(@Nullable Object value) {
        return (List<Map<String, Object>>) Objects.requireNonNull(value);
    }
}

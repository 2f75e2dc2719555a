package io.headgate.choice.graphql;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import io.headgate.choice.DatabaseAdvisor;
import io.headgate.choice.Reason;
import io.headgate.choice.Recommendation;
import io.headgate.graphql.Arguments;
import io.headgate.graphql.Fields;
import io.headgate.graphql.GraphQlApi;
import io.headgate.security.Role;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What answers the fields of the choice of a database in the schema. */
public final class ChoiceGraphQlApi implements GraphQlApi {

    @Override
    public Map<Class<?>, String> nodeTypes() {
        return Map.of();
    }

    @Override
    public Map<String, Role> roles() {
        return Map.of(
                "Query.recommendDatabase", Role.READER,
                "DatabaseRecommendation", Role.READER,
                "RecommendationReason", Role.READER);
    }

    @Override
    public boolean owns(String id) {
        return false;
    }

    @Override
    public CompletableFuture<List<@Nullable Object>> nodes(DataFetchingEnvironment environment, List<String> ids) {
        throw new IllegalStateException("there are no nodes of this feature");
    }

    @Override
    public void wire(RuntimeWiring.Builder wiring) {
        wiring.type(TypeRuntimeWiring.newTypeWiring("Query")
                .dataFetcher(
                        "recommendDatabase",
                        environment -> DatabaseAdvisor.recommend(
                                WorkloadInput.read(Arguments.of(environment).requiredObject("workload")))));
        wiring.type(Fields.of("DatabaseRecommendation", Recommendation.class)
                .field("rank", Recommendation::rank)
                .field("service", each -> each.service().id())
                .field("name", each -> each.service().name())
                .field("verdict", Recommendation::verdict)
                .field("score", Recommendation::score)
                .field("reasons", Recommendation::reasons)
                .field("against", Recommendation::against)
                .field("documentation", each -> each.service().page())
                .wiring());
        wiring.type(Fields.of("RecommendationReason", Reason.class)
                .field("rule", Reason::rule)
                .field("weight", Reason::weight)
                .field("excludes", Reason::excludes)
                .field("message", Reason::message)
                .field("source", Reason::source)
                .wiring());
    }
}

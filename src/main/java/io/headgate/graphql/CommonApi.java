package io.headgate.graphql;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import io.headgate.error.GatewayException;
import io.headgate.response.Making;
import io.headgate.security.Caller;
import io.headgate.security.Role;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;

/** What all features share in the schema: pages, and nodes by id, whichever feature they are of. */
final class CommonApi {

    /** What a node is of decides too: see {@link #owner}. */
    static final Map<String, Role> ROLES =
            Map.of("Query.node", Role.READER, "Query.nodes", Role.READER, "Node", Role.READER, "PageInfo", Role.READER);

    /** The feature of the node tells what it depends on. */
    static final Set<String> CACHEABLE = Set.of("node", "nodes");

    private static final int MAX_NODES = 1_000;

    private final List<GraphQlApi> apis;
    private final FieldRoles roles;

    CommonApi(List<GraphQlApi> apis, FieldRoles roles) {
        this.apis = apis;
        this.roles = roles;
    }

    void wire(RuntimeWiring.Builder wiring) {
        wiring.type(TypeRuntimeWiring.newTypeWiring("Query")
                .dataFetcher("node", this::node)
                .dataFetcher("nodes", this::nodes));
        wiring.type(Fields.of("PageInfo", PageInfo.class)
                .field("hasNextPage", PageInfo::hasNextPage)
                .field("hasPreviousPage", PageInfo::hasPreviousPage)
                .field("startCursor", PageInfo::startCursor)
                .field("endCursor", PageInfo::endCursor)
                .wiring());
    }

    private CompletableFuture<@Nullable Object> node(DataFetchingEnvironment environment) {
        String id = Arguments.of(environment).requiredText("id");
        return owner(environment, id).nodes(environment, List.of(id)).thenApply(nodes -> nodes.get(0));
    }

    private CompletableFuture<List<@Nullable Object>> nodes(DataFetchingEnvironment environment) {
        List<String> ids = Arguments.of(environment).requiredTexts("ids");
        if (ids.size() > MAX_NODES) {
            throw GatewayException.invalidArgument("ids has " + ids.size() + " ids; at most " + MAX_NODES);
        }
        Map<GraphQlApi, List<Integer>> places = new LinkedHashMap<>();
        for (int place = 0; place < ids.size(); place++) {
            places.computeIfAbsent(owner(environment, ids.get(place)), api -> new ArrayList<>())
                    .add(place);
        }
        List<@Nullable Object> found = new ArrayList<>(Collections.nCopies(ids.size(), null));
        List<CompletableFuture<Void>> reads = new ArrayList<>();
        places.forEach((api, own) ->
                reads.add(api.nodes(environment, own.stream().map(ids::get).toList())
                        .thenAccept(nodes -> {
                            for (int each = 0; each < own.size(); each++) {
                                found.set(own.get(each), nodes.get(each));
                            }
                        })));
        return CompletableFuture.allOf(reads.toArray(CompletableFuture[]::new)).thenApply(all -> found);
    }

    /** The feature whose node it is, where the caller may see nodes of that feature. */
    private GraphQlApi owner(DataFetchingEnvironment environment, String id) {
        GraphQlApi owner = apis.stream()
                .filter(api -> api.owns(id))
                .findFirst()
                .orElseThrow(() -> GatewayException.invalidArgument("'" + id
                        + "' is no id that Headgate gives: pass the id of a user, a database (rds:mydb), a snapshot or"
                        + " an operation unchanged"));
        roles.requireAll(
                environment.getGraphQlContext().get(Caller.class),
                owner.nodeTypes().values());
        if (owner.cacheable().isEmpty()) {
            environment.getGraphQlContext().<Making>get(Making.class).refuse();
        }
        return owner;
    }
}

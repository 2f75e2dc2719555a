package io.headgate.user.graphql;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import io.headgate.graphql.Arguments;
import io.headgate.graphql.Fields;
import io.headgate.graphql.GraphQlApi;
import io.headgate.graphql.Reads;
import io.headgate.security.Role;
import io.headgate.user.Store;
import io.headgate.user.UserId;
import io.headgate.user.UserStatus;
import io.headgate.user.changes.UserEvents;
import io.headgate.user.changes.UserEvents.Told;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;

/** What answers the fields of changes of users in the schema. */
public final class UserEventsGraphQlApi implements GraphQlApi {

    private final UserEvents events;

    public UserEventsGraphQlApi(UserEvents events) {
        this.events = events;
    }

    @Override
    public Map<Class<?>, String> nodeTypes() {
        return Map.of();
    }

    @Override
    public Map<String, Role> roles() {
        return Map.of(
                "Query.userChangesCursor", Role.READER,
                "Subscription.userChanged", Role.READER,
                "UserEvent", Role.READER);
    }

    @Override
    public boolean owns(String id) {
        return false;
    }

    @Override
    public CompletableFuture<List<@Nullable Object>> nodes(DataFetchingEnvironment environment, List<String> ids) {
        return CompletableFuture.failedFuture(new IllegalStateException("a change is no node"));
    }

    @Override
    public void wire(RuntimeWiring.Builder wiring) {
        wiring.type(TypeRuntimeWiring.newTypeWiring("Query").dataFetcher("userChangesCursor", this::cursor));
        wiring.type(TypeRuntimeWiring.newTypeWiring("Subscription").dataFetcher("userChanged", this::userChanged));
        wiring.type(Fields.of("UserEvent", Told.class)
                .field("cursor", Told::cursor)
                .field("kind", told -> told.event().kind())
                .field("changedAt", told -> told.event().at())
                .field("user", told -> told.event().user())
                .wiring());
    }

    private CompletableFuture<String> cursor(DataFetchingEnvironment environment) {
        Store store = Arguments.of(environment).constant("store", Store.class);
        return Reads.of(environment.getGraphQlContext()).begin(events.end(store));
    }

    private Publisher<Told> userChanged(DataFetchingEnvironment environment) {
        Arguments arguments = Arguments.of(environment);
        String global = arguments.text("id");
        UserId id = global == null ? null : UserId.parse(global);
        Store store = arguments.constant("store", Store.class);
        List<UserStatus> status = arguments.constants("status", UserStatus.class);
        return FlowAdapters.toPublisher(events.follow(
                store == null && id != null ? id.store() : store,
                arguments.text("after"),
                event -> (id == null || id.equals(event.user().id()))
                        && (status == null || status.contains(event.user().status()))));
    }
}

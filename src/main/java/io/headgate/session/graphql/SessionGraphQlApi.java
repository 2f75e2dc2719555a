package io.headgate.session.graphql;

import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import io.headgate.error.GatewayException;
import io.headgate.graphql.Arguments;
import io.headgate.graphql.Fields;
import io.headgate.graphql.GraphQlApi;
import io.headgate.graphql.Reads;
import io.headgate.security.Role;
import io.headgate.session.NewSession;
import io.headgate.session.Session;
import io.headgate.session.Sessions;
import io.smallrye.mutiny.Uni;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What answers the fields of sessions in the schema. */
public final class SessionGraphQlApi implements GraphQlApi {

    private final Sessions sessions;

    public SessionGraphQlApi(Sessions sessions) {
        this.sessions = sessions;
    }

    @Override
    public Map<Class<?>, String> nodeTypes() {
        return Map.of();
    }

    @Override
    public Map<String, Role> roles() {
        return Map.of(
                "Query.session", Role.READER,
                "Mutation.createSession", Role.EDITOR,
                "Mutation.touchSession", Role.EDITOR,
                "Mutation.revokeSession", Role.EDITOR,
                "Mutation.revokeSessions", Role.EDITOR,
                "Session", Role.READER,
                "CreatedSession", Role.EDITOR);
    }

    @Override
    public boolean owns(String id) {
        return false;
    }

    @Override
    public CompletableFuture<List<@Nullable Object>> nodes(DataFetchingEnvironment environment, List<String> ids) {
        throw new IllegalStateException("sessions are no nodes");
    }

    @Override
    public void wire(RuntimeWiring.Builder wiring) {
        wiring.type(TypeRuntimeWiring.newTypeWiring("Query").dataFetcher("session", this::session));
        wiring.type(TypeRuntimeWiring.newTypeWiring("Mutation")
                .dataFetcher("createSession", changing(this::createSession))
                .dataFetcher("touchSession", changing(arguments -> sessions.touch(arguments.requiredText("token"))))
                .dataFetcher("revokeSession", changing(arguments -> sessions.revoke(arguments.requiredText("token"))))
                .dataFetcher(
                        "revokeSessions", changing(arguments -> sessions.revokeAll(arguments.requiredText("user")))));
        wiring.type(Fields.of("Session", Session.class)
                .field("user", Session::user)
                .field("attributes", Session::attributes)
                .field("createdAt", Session::createdAt)
                .field("expiresAt", Session::expiresAt)
                .wiring());
        wiring.type(Fields.of("CreatedSession", NewSession.class)
                .field("token", NewSession::token)
                .field("session", NewSession::session)
                .wiring());
    }

    private CompletableFuture<@Nullable Session> session(DataFetchingEnvironment environment) {
        return Reads.of(environment.getGraphQlContext())
                .begin(sessions.find(Arguments.of(environment).requiredText("token")));
    }

    private Uni<NewSession> createSession(Arguments arguments) {
        Arguments input = arguments.requiredObject("input");
        Integer seconds = input.integer("ttlSeconds");
        return sessions.create(
                input.requiredText("user"),
                attributes(input.json("attributes")),
                seconds == null ? null : Duration.ofSeconds(seconds));
    }

    @SuppressWarnings("unchecked")
    private static Map<String, Object> attributes(@Nullable Object json) {
        if (json == null) {
            return Map.of();
        }
        if (!(json instanceof Map<?, ?> object)) {
            throw GatewayException.invalidArgument("attributes is a JSON object, such as {\"device\": \"phone\"}");
        }
        return (Map<String, Object>) object;
    }

    /** A change goes on to its end when the client goes: see {@link Reads}. */
    private static <T> DataFetcher<CompletableFuture<T>> changing(Function<Arguments, Uni<T>> change) {
        return environment -> change.apply(Arguments.of(environment)).subscribeAsCompletionStage();
    }
}

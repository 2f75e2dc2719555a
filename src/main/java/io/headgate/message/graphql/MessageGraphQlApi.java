package io.headgate.message.graphql;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import io.headgate.graphql.Arguments;
import io.headgate.graphql.Fields;
import io.headgate.graphql.GraphQlApi;
import io.headgate.message.Message;
import io.headgate.message.MessagePosition;
import io.headgate.message.Messages;
import io.headgate.redis.Once;
import io.headgate.security.Caller;
import io.headgate.security.Role;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import org.jspecify.annotations.Nullable;
import org.reactivestreams.FlowAdapters;
import org.reactivestreams.Publisher;

/** What answers the fields of messages in the schema. */
public final class MessageGraphQlApi implements GraphQlApi {

    private final Messages messages;

    public MessageGraphQlApi(Messages messages) {
        this.messages = messages;
    }

    @Override
    public Map<Class<?>, String> nodeTypes() {
        return Map.of();
    }

    @Override
    public Map<String, Role> roles() {
        return Map.of("Mutation.publish", Role.EDITOR, "Subscription.messages", Role.READER, "Message", Role.READER);
    }

    @Override
    public boolean owns(String id) {
        return false;
    }

    @Override
    public CompletableFuture<List<@Nullable Object>> nodes(DataFetchingEnvironment environment, List<String> ids) {
        throw new IllegalStateException("messages are no nodes");
    }

    @Override
    public void wire(RuntimeWiring.Builder wiring) {
        wiring.type(TypeRuntimeWiring.newTypeWiring("Mutation").dataFetcher("publish", this::publish));
        wiring.type(TypeRuntimeWiring.newTypeWiring("Subscription").dataFetcher("messages", this::messages));
        wiring.type(Fields.of("Message", Message.class)
                .field("channel", Message::channel)
                .field("body", Message::body)
                .field("publishedAt", Message::publishedAt)
                .field("cursor", message -> message.position().cursor())
                .wiring());
    }

    /** A change goes on to its end when the client goes: see {@link io.headgate.graphql.Reads}. */
    private CompletableFuture<Message> publish(DataFetchingEnvironment environment) {
        Arguments input = Arguments.of(environment).requiredObject("input");
        String caller =
                environment.getGraphQlContext().<Caller>get(Caller.class).id();
        return messages.publish(
                        input.requiredText("channel"),
                        Objects.requireNonNull(input.json("body")),
                        Once.of(caller, input.text("idempotencyKey")))
                .subscribeAsCompletionStage();
    }

    private Publisher<Message> messages(DataFetchingEnvironment environment) {
        Arguments arguments = Arguments.of(environment);
        String after = arguments.text("after");
        return FlowAdapters.toPublisher(messages.follow(
                arguments.requiredText("channel"), after == null ? null : MessagePosition.parse(after)));
    }
}

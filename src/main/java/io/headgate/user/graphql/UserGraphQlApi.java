package io.headgate.user.graphql;

import graphql.schema.DataFetcher;
import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import io.headgate.graphql.Arguments;
import io.headgate.graphql.BatchLoaderFactory;
import io.headgate.graphql.Fields;
import io.headgate.graphql.GraphQlApi;
import io.headgate.graphql.KeyedRead;
import io.headgate.graphql.PageInfo;
import io.headgate.graphql.Reads;
import io.headgate.response.Making;
import io.headgate.security.Role;
import io.headgate.user.Attributes;
import io.headgate.user.Consistency;
import io.headgate.user.Position;
import io.headgate.user.Store;
import io.headgate.user.User;
import io.headgate.user.UserChange;
import io.headgate.user.UserFilter;
import io.headgate.user.UserId;
import io.headgate.user.UserOrder;
import io.headgate.user.UserPage;
import io.headgate.user.UserRules;
import io.headgate.user.UserService;
import io.headgate.user.UserStatus;
import io.headgate.user.UserTags;
import io.smallrye.mutiny.Uni;
import io.smallrye.mutiny.subscription.Cancellable;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.BiConsumer;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** What answers the fields of users in the schema. */
public final class UserGraphQlApi implements GraphQlApi {

    private final UserService users;
    private final UserLoaders loaders;

    public UserGraphQlApi(UserService users) {
        this.users = users;
        this.loaders = new UserLoaders(users);
    }

    @Override
    public Map<Class<?>, String> nodeTypes() {
        return Map.of(User.class, "User");
    }

    @Override
    public Map<String, Role> roles() {
        return Map.of(
                "Query.user", Role.READER,
                "Query.userByEmail", Role.READER,
                "Query.users", Role.READER,
                "Mutation.createUser", Role.EDITOR,
                "Mutation.updateUser", Role.EDITOR,
                "Mutation.deleteUser", Role.EDITOR,
                "User", Role.READER,
                "UserEdge", Role.READER,
                "UserConnection", Role.READER);
    }

    @Override
    public Set<String> cacheable() {
        return Set.of("user", "userByEmail", "users");
    }

    @Override
    public Map<String, KeyedRead> keyed() {
        return Map.of("user", this::readUser);
    }

    /** A user's id is base64url, and so without the colon that other ids have. */
    @Override
    public boolean owns(String id) {
        return id.indexOf(':') < 0;
    }

    @Override
    public CompletableFuture<List<@Nullable Object>> nodes(DataFetchingEnvironment environment, List<String> ids) {
        return UserLoaders.byIds(environment, ids.stream().map(UserId::parse).toList(), Consistency.EVENTUAL)
                .thenApply(users ->
                        users.stream().<@Nullable Object>map(user -> user).toList());
    }

    @Override
    public Map<String, BatchLoaderFactory<?, ?>> loaders() {
        return loaders.factories();
    }

    @Override
    public void wire(RuntimeWiring.Builder wiring) {
        wiring.type(TypeRuntimeWiring.newTypeWiring("Query")
                .dataFetcher("user", this::user)
                .dataFetcher("userByEmail", this::userByEmail)
                .dataFetcher("users", this::users));
        wiring.type(TypeRuntimeWiring.newTypeWiring("Mutation")
                .dataFetcher("createUser", changing(this::createUser))
                .dataFetcher("updateUser", changing(this::updateUser))
                .dataFetcher("deleteUser", changing(this::deleteUser)));
        wiring.type(Fields.of("User", User.class)
                .field("id", user -> user.id().global())
                .field("userId", user -> user.id().key())
                .field("store", user -> user.id().store())
                .field("email", User::email)
                .field("name", User::name)
                .field("phone", User::phone)
                .field("status", User::status)
                .field("attributes", user -> user.attributes().values())
                .field("createdAt", User::createdAt)
                .field("updatedAt", User::updatedAt)
                .field("version", User::version)
                .wiring());
        wiring.type(Fields.of("UserEdge", Edge.class)
                .field("cursor", Edge::cursor)
                .field("node", Edge::user)
                .wiring());
        wiring.type(Fields.of("UserConnection", Connection.class)
                .field("edges", Connection::edges)
                .field("nodes", Connection::nodes)
                .field("pageInfo", Connection::pageInfo)
                .wiring()
                .dataFetcher("totalCount", this::totalCount));
    }

    private CompletableFuture<@Nullable User> user(DataFetchingEnvironment environment) {
        Arguments arguments = Arguments.of(environment);
        Consistency consistency = arguments.constant("consistency", Consistency.class);
        return UserLoaders.byId(
                environment,
                UserId.parse(arguments.requiredText("id")),
                consistency == null ? Consistency.EVENTUAL : consistency);
    }

    private @Nullable Cancellable readUser(
            Arguments arguments,
            Making making,
            BiConsumer<? super @Nullable Object, ? super @Nullable Throwable> outcome) {
        if (arguments.constant("consistency", Consistency.class) == Consistency.STRONG) {
            return null;
        }
        UserId id = UserId.parse(arguments.requiredText("id"));
        loaders.dependsOn(making, id);
        return users.find(id, outcome);
    }

    private CompletableFuture<@Nullable User> userByEmail(DataFetchingEnvironment environment) {
        Arguments arguments = Arguments.of(environment);
        String email = arguments.requiredText("email");
        UserRules.checkEmail(email);
        Store store = arguments.constant("store", Store.class);
        if (store != null) {
            return UserLoaders.byEmail(environment, store, email);
        }
        CompletableFuture<@Nullable User> dynamoDb = UserLoaders.byEmail(environment, Store.DYNAMODB, email);
        return UserLoaders.byEmail(environment, Store.POSTGRES, email)
                .thenCombine(dynamoDb, (first, second) -> first != null ? first : second);
    }

    private CompletableFuture<Connection> users(DataFetchingEnvironment environment) {
        Arguments arguments = Arguments.of(environment);
        Store store = arguments.constant("store", Store.class);
        UserFilter filter = UserInputs.filter(arguments.object("filter"));
        UserOrder order = UserInputs.order(arguments.object("orderBy"));
        Making making = environment.getGraphQlContext().get(Making.class);
        users.storesOf(store).forEach(each -> making.dependsOnLagging(UserTags.lists(each)));
        Uni<Connection> page = users.page(store, filter, order, UserInputs.page(arguments, order))
                .map(found -> new Connection(found, store, filter, order));
        return Reads.of(environment.getGraphQlContext()).begin(page);
    }

    private CompletableFuture<Long> totalCount(DataFetchingEnvironment environment) {
        Connection connection = environment.<Connection>getSource();
        return Reads.of(environment.getGraphQlContext()).begin(users.count(connection.store, connection.filter));
    }

    private Uni<User> createUser(Arguments arguments) {
        Arguments input = arguments.requiredObject("input");
        UserStatus status = input.constant("status", UserStatus.class);
        Object attributes = input.json("attributes");
        return users.create(
                input.requiredConstant("store", Store.class),
                input.text("userId"),
                input.requiredText("email"),
                input.requiredText("name"),
                input.text("phone"),
                status == null ? UserStatus.ACTIVE : status,
                attributes == null ? Attributes.NONE : Attributes.of(attributes));
    }

    private Uni<User> updateUser(Arguments arguments) {
        Arguments input = arguments.requiredObject("input");
        input.refuseNull("email", "name", "status", "attributes");
        return users.update(
                UserId.parse(input.requiredText("id")),
                input.text("email"),
                input.text("name"),
                input.gives("phone") ? new UserChange.Phone(input.text("phone")) : null,
                input.constant("status", UserStatus.class),
                input.gives("attributes") ? Attributes.of(input.json("attributes")) : null,
                input.integer("expectedVersion"));
    }

    private Uni<User> deleteUser(Arguments arguments) {
        return users.delete(UserId.parse(arguments.requiredText("id")), arguments.integer("expectedVersion"));
    }

    /** A change goes on to its end when the client goes: see {@link Reads}. */
    private static DataFetcher<CompletableFuture<User>> changing(Function<Arguments, Uni<User>> change) {
        return environment -> change.apply(Arguments.of(environment)).subscribeAsCompletionStage();
    }

    /** A page, and what was asked for. */
    private record Connection(UserPage page, @Nullable Store store, UserFilter filter, UserOrder order) {

        List<User> nodes() {
            return page.users();
        }

        List<Edge> edges() {
            return page.users().stream()
                    .map(user -> new Edge(user, order.field()))
                    .toList();
        }

        PageInfo pageInfo() {
            return new PageInfo(page.hasNext(), page.hasPrevious(), cursorAt(0), cursorAt(nodes().size() - 1));
        }

        private @Nullable String cursorAt(int index) {
            return page.users().isEmpty() ? null : new Edge(page.users().get(index), order.field()).cursor();
        }
    }

    private record Edge(User user, UserOrder.Field field) {

        String cursor() {
            return Cursors.write(Position.of(user, field));
        }
    }
}

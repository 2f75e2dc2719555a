package io.headgate.bench;

import java.util.List;
import org.springframework.graphql.data.method.annotation.Argument;
import org.springframework.graphql.data.method.annotation.MutationMapping;
import org.springframework.graphql.data.method.annotation.QueryMapping;
import org.springframework.stereotype.Controller;
import reactor.core.publisher.Mono;

/** The queries of the workloads. */
@Controller
class UsersController {

    record UserConnection(List<User> nodes) {}

    record UpdateUserInput(String id, String name) {}

    private final Users users;

    UsersController(Users users) {
        this.users = users;
    }

    @QueryMapping
    Mono<User> user(@Argument String id) {
        return users.byId(id);
    }

    @QueryMapping
    Mono<List<User>> nodes(@Argument List<String> ids) {
        return users.byIds(ids);
    }

    @QueryMapping
    Mono<UserConnection> users(@Argument int first) {
        return users.firstByCreation(first).map(UserConnection::new);
    }

    @MutationMapping
    Mono<User> updateUser(@Argument UpdateUserInput input) {
        return users.rename(input.id(), input.name());
    }
}

package io.headgate.user.postgres;

import io.vertx.sqlclient.Tuple;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** SQL and what is bound to its parameters. The SQL never holds a value that came from outside. */
record Statement(String sql, List<@Nullable Object> parameters) {

    static Statement of(String sql, @Nullable Object... parameters) {
        return new Statement(sql, Arrays.asList(parameters));
    }

    Tuple tuple() {
        return Tuple.tuple(new ArrayList<>(parameters));
    }
}

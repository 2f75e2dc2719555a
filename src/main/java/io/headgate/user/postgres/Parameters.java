package io.headgate.user.postgres;

import java.util.ArrayList;
import java.util.List;
import org.jspecify.annotations.Nullable;

/** What is bound to a statement while its SQL is put together. */
final class Parameters {

    private final List<@Nullable Object> values = new ArrayList<>();

    /** Binds a value to one more parameter, and gives what stands for it in the SQL. */
    String bind(@Nullable Object value) {
        values.add(value);
        return "$" + values.size();
    }

    Statement of(String sql) {
        return new Statement(sql, values);
    }
}

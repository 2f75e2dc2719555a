package io.headgate.graphql;

import graphql.GraphQLContext;
import io.headgate.json.JsonWriter;
import java.util.List;
import java.util.Locale;
import java.util.function.Function;
import org.jspecify.annotations.Nullable;

/** How a value of a type is written; throws where GraphQL has an error for it. */
interface Output {

    /** What scalars are written with, none of which asks for more. */
    GraphQLContext NO_CONTEXT = GraphQLContext.getDefault();

    void write(JsonWriter out, @Nullable Object value);

    record NonNull(Output of) implements Output {

        @Override
        public void write(JsonWriter out, @Nullable Object value) {
            if (value == null) {
                throw new IllegalStateException("null where none may be");
            }
            of.write(out, value);
        }
    }

    record Leaf(Serializer serializer) implements Output {

        @Override
        public void write(JsonWriter out, @Nullable Object value) {
            out.value(value == null ? null : serializer.serialize(value, NO_CONTEXT, Locale.ROOT));
        }
    }

    interface Serializer {

        @Nullable
        Object serialize(Object value, GraphQLContext context, Locale locale);
    }

    record ListOf(Output element) implements Output {

        @Override
        public void write(JsonWriter out, @Nullable Object value) {
            if (value == null) {
                out.value(null);
                return;
            }
            out.beginArray();
            for (Object each : (List<?>) value) {
                element.write(out, each);
            }
            out.endArray();
        }
    }

    /** A value whose class says what is selected of it. */
    record Selected(Function<Object, @Nullable List<Member>> members) implements Output {

        @Override
        public void write(JsonWriter out, @Nullable Object value) {
            if (value == null) {
                out.value(null);
                return;
            }
            List<Member> selected = members.apply(value);
            if (selected == null) {
                throw new IllegalStateException("a value of no known type");
            }
            out.beginObject();
            for (Member member : selected) {
                out.name(member.name);
                member.output.write(out, member.accessor.apply(value));
            }
            out.endObject();
        }
    }

    record Member(JsonWriter.Name name, Function<Object, @Nullable Object> accessor, Output output) {}
}

package io.headgate.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.scalars.ExtendedScalars;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.GraphQLScalarType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/** The scalars beyond GraphQL's own. */
final class Scalars {

    /** An {@link Instant} as RFC 3339 writes it, in UTC. Any offset is read. */
    static final GraphQLScalarType DATE_TIME = GraphQLScalarType.newScalar()
            .name("DateTime")
            .coercing(new DateTime())
            .build();

    /** Any JSON value, as plain Java values. */
    static final GraphQLScalarType JSON = ExtendedScalars.Json;

    /** An opaque text. */
    static final GraphQLScalarType CURSOR =
            GraphQLScalarType.newScalar().name("Cursor").coercing(new Opaque()).build();

    private Scalars() {}

    private abstract static class TextCoercing<T> implements Coercing<T, String> {

        abstract @Nullable T parse(String text);

        abstract String expected();

        @Override
        public String serialize(Object value, GraphQLContext context, Locale locale) {
            return value.toString();
        }

        @Override
        public T parseValue(Object input, GraphQLContext context, Locale locale) {
            T value = input instanceof String text ? parse(text) : null;
            if (value == null) {
                throw new CoercingParseValueException(expected());
            }
            return value;
        }

        @Override
        public T parseLiteral(Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            T value = input instanceof StringValue text ? parse(text.getValue()) : null;
            if (value == null) {
                throw new CoercingParseLiteralException(expected());
            }
            return value;
        }

        @Override
        public Value<?> valueToLiteral(Object input, GraphQLContext context, Locale locale) {
            return StringValue.of(input.toString());
        }
    }

    private static final class DateTime extends TextCoercing<Instant> {

        @Override
        @Nullable
        Instant parse(String text) {
            try {
                OffsetDateTime time = OffsetDateTime.parse(text, DateTimeFormatter.ISO_OFFSET_DATE_TIME)
                        .withOffsetSameInstant(ZoneOffset.UTC);
                // RFC 3339 has years of four digits.
                return time.getYear() >= 0 && time.getYear() <= 9999 ? time.toInstant() : null;
            } catch (DateTimeException e) {
                return null;
            }
        }

        @Override
        String expected() {
            return "DateTime is a text such as \"2026-01-31T23:59:59.123456Z\" (RFC 3339)";
        }
    }

    private static final class Opaque extends TextCoercing<String> {

        @Override
        String parse(String text) {
            return text;
        }

        @Override
        String expected() {
            return "Cursor is a text that a list gave";
        }
    }
}

package io.headgate.graphql;

import graphql.GraphQLContext;
import graphql.execution.CoercedVariables;
import graphql.language.ArrayValue;
import graphql.language.BooleanValue;
import graphql.language.FloatValue;
import graphql.language.IntValue;
import graphql.language.NullValue;
import graphql.language.ObjectValue;
import graphql.language.StringValue;
import graphql.language.Value;
import graphql.language.VariableReference;
import graphql.schema.Coercing;
import graphql.schema.CoercingParseLiteralException;
import graphql.schema.CoercingParseValueException;
import graphql.schema.GraphQLScalarType;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/** The scalars beyond GraphQL's own. */
final class Scalars {

    /** An {@link Instant} as RFC 3339 writes it, in UTC. Any offset is read. */
    static final GraphQLScalarType DATE_TIME = GraphQLScalarType.newScalar()
            .name("DateTime")
            .coercing(new DateTime())
            .build();

    /** Any JSON value, as plain Java values; numbers of a document are {@code BigInteger}s and {@code BigDecimal}s. */
    static final GraphQLScalarType JSON =
            GraphQLScalarType.newScalar().name("JSON").coercing(new AnyJson()).build();

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

    private static final class AnyJson implements Coercing<Object, Object> {

        @Override
        public Object serialize(Object value, GraphQLContext context, Locale locale) {
            return value;
        }

        @Override
        public Object parseValue(Object input, GraphQLContext context, Locale locale) {
            return input;
        }

        @Override
        public @Nullable Object parseLiteral(
                Value<?> input, CoercedVariables variables, GraphQLContext context, Locale locale) {
            return value(input, variables);
        }

        private static @Nullable Object value(Value<?> literal, CoercedVariables variables) {
            if (literal instanceof StringValue text) {
                return text.getValue();
            }
            if (literal instanceof IntValue integer) {
                return integer.getValue();
            }
            if (literal instanceof FloatValue decimal) {
                return decimal.getValue();
            }
            if (literal instanceof BooleanValue truth) {
                return truth.isValue();
            }
            if (literal instanceof NullValue) {
                return null;
            }
            if (literal instanceof VariableReference variable) {
                return variables.get(variable.getName());
            }
            if (literal instanceof ArrayValue array) {
                List<@Nullable Object> list = new ArrayList<>();
                array.getValues().forEach(element -> list.add(value(element, variables)));
                return list;
            }
            if (literal instanceof ObjectValue object) {
                Map<String, @Nullable Object> fields = new LinkedHashMap<>();
                object.getObjectFields()
                        .forEach(field -> fields.put(field.getName(), value(field.getValue(), variables)));
                return fields;
            }
            throw new CoercingParseLiteralException("JSON has no value such as this; put text in quotes");
        }
    }
}

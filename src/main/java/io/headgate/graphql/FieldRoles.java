package io.headgate.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.introspection.Introspection;
import graphql.language.Document;
import graphql.language.Field;
import graphql.language.FragmentDefinition;
import graphql.language.FragmentSpread;
import graphql.language.InlineFragment;
import graphql.language.OperationDefinition;
import graphql.language.Selection;
import graphql.language.SelectionSet;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLNamedType;
import graphql.schema.GraphQLSchema;
import graphql.schema.GraphQLType;
import graphql.schema.GraphQLTypeUtil;
import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.security.Caller;
import io.headgate.security.Role;
import java.util.EnumMap;
import java.util.HashMap;
import java.util.HashSet;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * Which role each field needs. A field without a rule is not served: {@link #requireComplete} fails at start. An operation
 * is refused as a whole, before anything of it is executed, when one of its fields may not be used, be it skipped or not.
 */
final class FieldRoles {

    /** By identity: one parsed document has one of each. */
    private static final int MAX_OPERATIONS = 1_000;

    private final GraphQLSchema schema;
    private final Map<String, Role> rules;
    private final Cache<OperationDefinition, Map<Role, String>> needs =
            Caffeine.newBuilder().maximumSize(MAX_OPERATIONS).build();

    /** @param rules the role by {@code Type.field}, or by {@code Type} for all fields that have no rule of their own */
    FieldRoles(GraphQLSchema schema, Map<String, Role> rules) {
        this.schema = schema;
        this.rules = Map.copyOf(rules);
        requireComplete();
    }

    private void requireComplete() {
        for (GraphQLNamedType type : schema.getAllTypesAsList()) {
            if (type instanceof GraphQLFieldsContainer container && !Introspection.isIntrospectionTypes(type)) {
                container.getFieldDefinitions().forEach(field -> of(container, field.getName()));
            }
        }
    }

    /** The role that a field needs. */
    private Role of(GraphQLNamedType type, String field) {
        Role own = rules.get(type.getName() + "." + field);
        Role role = own == null ? rules.get(type.getName()) : own;
        if (role == null) {
            throw new IllegalStateException("no role for " + type.getName() + "." + field);
        }
        return role;
    }

    /** The roles that nodes of these types need. */
    void requireAll(Caller caller, Iterable<String> types) {
        for (String type : types) {
            require(caller, Map.of(of(schema.getObjectType(type), "id"), type));
        }
    }

    /** Throws UNAUTHENTICATED or FORBIDDEN when the caller may not run the operation. */
    void require(Caller caller, Document document, OperationDefinition operation) {
        if (caller.roles().size() < Role.values().length) {
            require(caller, needs.get(operation, each -> new Walk(document).needs(each)));
        }
    }

    private static void require(Caller caller, Map<Role, String> needed) {
        needed.forEach((role, field) -> {
            if (!caller.may(role)) {
                throw caller.isAuthenticated()
                        ? GatewayException.of(
                                ErrorCode.FORBIDDEN, field + " needs the role " + role + ", which the caller has not")
                        : GatewayException.of(
                                ErrorCode.UNAUTHENTICATED,
                                field + " needs the role " + role
                                        + ": send a token (Authorization: Bearer ...) or an API key (X-API-Key)");
            }
        });
    }

    /** Goes through each selection set of an operation once, so that fragments can't make it long. */
    private final class Walk {

        private final Document document;
        private final Map<Role, String> needed = new EnumMap<>(Role.class);
        private final Map<String, FragmentDefinition> fragments = new HashMap<>();
        private final Set<String> seen = new HashSet<>();

        Walk(Document document) {
            this.document = document;
        }

        Map<Role, String> needs(OperationDefinition operation) {
            document.getDefinitionsOfType(FragmentDefinition.class)
                    .forEach(fragment -> fragments.put(fragment.getName(), fragment));
            visit(GraphQlSchema.root(schema, operation), operation.getSelectionSet());
            return needed;
        }

        private void visit(GraphQLType type, @Nullable SelectionSet selections) {
            if (selections == null || !(type instanceof GraphQLFieldsContainer container)) {
                return;
            }
            for (Selection<?> selection : selections.getSelections()) {
                if (selection instanceof Field field) {
                    visit(container, field);
                } else if (selection instanceof InlineFragment fragment) {
                    visit(
                            fragment.getTypeCondition() == null
                                    ? type
                                    : schema.getType(fragment.getTypeCondition().getName()),
                            fragment.getSelectionSet());
                } else if (selection instanceof FragmentSpread spread && seen.add(spread.getName())) {
                    FragmentDefinition fragment = Objects.requireNonNull(fragments.get(spread.getName()));
                    visit(schema.getType(fragment.getTypeCondition().getName()), fragment.getSelectionSet());
                }
            }
        }

        private void visit(GraphQLFieldsContainer container, Field field) {
            if (field.getName().equals(Introspection.TypeNameMetaFieldDef.getName())) {
                return;
            }
            if (field.getName().startsWith("__")) {
                needed.putIfAbsent(Role.READER, field.getName());
                return;
            }
            GraphQLFieldDefinition definition = container.getFieldDefinition(field.getName());
            needed.putIfAbsent(of(container, field.getName()), container.getName() + "." + field.getName());
            visit(GraphQLTypeUtil.unwrapAll(definition.getType()), field.getSelectionSet());
        }
    }
}

package io.headgate.graphql;

import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import graphql.ErrorClassification;
import graphql.ExecutionInput;
import graphql.GraphqlErrorBuilder;
import graphql.ParseAndValidate;
import graphql.ParseAndValidateResult;
import graphql.execution.preparsed.PreparsedDocumentEntry;
import graphql.execution.preparsed.PreparsedDocumentProvider;
import graphql.language.AstPrinter;
import graphql.language.Document;
import graphql.language.OperationDefinition;
import graphql.schema.GraphQLArgument;
import graphql.schema.GraphQLFieldDefinition;
import graphql.schema.GraphQLFieldsContainer;
import graphql.schema.GraphQLSchema;
import graphql.validation.ValidationError;
import graphql.validation.Validator;
import io.headgate.error.GatewayException;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/**
 * Documents, each checked against the limits, parsed and validated once. Of wrong ones the last alone is kept. Each step is dearer than
 * the one before and bounded by it: a look at the text, the parser, a look at the fields, validation.
 */
final class Documents implements PreparsedDocumentProvider {

    /** Of all documents together. */
    private static final long MAX_CHARACTERS = 1_000_000;

    /** For what any document takes beside its text. */
    private static final int LEAST_CHARACTERS = 500;

    /** Attackers want many; who writes documents mends the first. */
    private static final int MAX_ERRORS = 5;

    private final GraphQLSchema schema;
    private final GraphQlConfig config;
    private final Set<String> names;
    private final Cache<String, Valid> valid = Caffeine.newBuilder()
            .maximumWeight(MAX_CHARACTERS)
            .weigher((String text, Valid entry) -> text.length() + entry.size() + LEAST_CHARACTERS)
            .build();

    private volatile @Nullable Wrong last;

    Documents(GraphQLSchema schema, GraphQlConfig config) {
        this.schema = schema;
        this.config = config;
        this.names = names(schema);
        Validator.setMaxValidationErrors(MAX_ERRORS);
    }

    /** Of all fields and arguments, those of directives too. */
    private static Set<String> names(GraphQLSchema schema) {
        Stream<GraphQLFieldDefinition> fields = Stream.concat(
                schema.getAllTypesAsList().stream()
                        .filter(GraphQLFieldsContainer.class::isInstance)
                        .flatMap(type -> ((GraphQLFieldsContainer) type).getFieldDefinitions().stream()),
                Stream.of(
                        schema.getIntrospectionTypenameFieldDefinition(),
                        schema.getIntrospectionSchemaFieldDefinition(),
                        schema.getIntrospectionTypeFieldDefinition()));
        return Stream.concat(
                        fields.flatMap(field -> Stream.concat(
                                Stream.of(field.getName()),
                                field.getArguments().stream().map(GraphQLArgument::getName))),
                        schema.getDirectives().stream()
                                .flatMap(directive -> directive.getArguments().stream())
                                .map(GraphQLArgument::getName))
                .collect(Collectors.toUnmodifiableSet());
    }

    int maxListSize() {
        return config.maxListSize();
    }

    @Override
    public CompletableFuture<PreparsedDocumentEntry> getDocumentAsync(
            ExecutionInput input, Function<ExecutionInput, PreparsedDocumentEntry> parseAndValidate) {
        return CompletableFuture.completedFuture(entry(input));
    }

    private PreparsedDocumentEntry entry(ExecutionInput input) {
        PreparsedDocumentEntry entry = known(input);
        if (entry.hasErrors()) {
            return entry;
        }
        try {
            OperationCost.check(
                    entry.getDocument(), schema, config, input.getRawVariables().toMap());
            return entry;
        } catch (GatewayException refused) {
            return refusal(refused);
        }
    }

    private static PreparsedDocumentEntry refusal(GatewayException refused) {
        return new PreparsedDocumentEntry(GraphqlErrorBuilder.newError()
                .message("%s", refused.getMessage())
                .errorType(
                        ErrorClassification.errorClassification(refused.code().name()))
                .extensions(Errors.extensions(refused))
                .build());
    }

    /** A document that is valid, and does not cost too much with these variables; {@code null} where it is not. */
    @Nullable
    Valid query(String document, Map<String, @Nullable Object> variables) {
        Valid known = kept(document);
        if (known == null) {
            known(ExecutionInput.newExecutionInput(document).locale(Locale.ROOT).build());
            known = kept(document);
        }
        if (known == null) {
            return null;
        }
        try {
            OperationCost.check(known.entry.getDocument(), schema, config, variables);
            return known;
        } catch (GatewayException refused) {
            return null;
        }
    }

    /** What is too long is not looked for, which would be to read all of it. */
    private @Nullable Valid kept(String document) {
        return document.length() > config.maxDocumentSize().asLongValue() ? null : valid.getIfPresent(document);
    }

    private PreparsedDocumentEntry known(ExecutionInput input) {
        Valid known = kept(input.getQuery());
        if (known != null) {
            return known.entry;
        }
        Wrong refused = last;
        // Whoever asks for the canonical form runs the same document next.
        if (refused != null && refused.document.equals(input.getQuery())) {
            return refused.entry;
        }
        PreparsedDocumentEntry entry = read(input);
        if (entry.hasErrors()) {
            last = new Wrong(input.getQuery(), entry);
        } else {
            valid.put(input.getQuery(), new Valid(entry, canonical(entry.getDocument())));
        }
        return entry;
    }

    private PreparsedDocumentEntry read(ExecutionInput input) {
        ParseAndValidateResult parsed;
        try {
            DocumentScan.check(input.getQuery(), config, names);
            parsed = ParseAndValidate.parse(input);
            if (parsed.isFailure()) {
                return new PreparsedDocumentEntry(parsed.getErrors());
            }
            DocumentShape.check(parsed.getDocument(), config);
        } catch (GatewayException refused) {
            return refusal(refused);
        }
        List<ValidationError> wrong = ParseAndValidate.validate(schema, parsed.getDocument(), input.getLocale());
        return wrong.isEmpty()
                ? new PreparsedDocumentEntry(parsed.getDocument())
                : new PreparsedDocumentEntry(parsed.getDocument(), wrong);
    }

    private static @Nullable String canonical(Document document) {
        return document.getDefinitionsOfType(OperationDefinition.class).stream()
                        .allMatch(operation -> operation.getOperation() == OperationDefinition.Operation.QUERY)
                ? AstPrinter.printAstCompact(document)
                : null;
    }

    private record Wrong(String document, PreparsedDocumentEntry entry) {}

    /** A valid document. */
    static final class Valid {

        private final PreparsedDocumentEntry entry;
        private final @Nullable String canonical;

        /** Made when it is first asked for: many a document is executed once. */
        private @Nullable QueryPlan plan;

        private boolean isPlanned;

        Valid(PreparsedDocumentEntry entry, @Nullable String canonical) {
            this.entry = entry;
            this.canonical = canonical;
        }

        /** The same for all documents that differ in layout alone; {@code null} for what is not queries alone. */
        @Nullable
        String canonical() {
            return canonical;
        }

        synchronized @Nullable QueryPlan plan(Function<Document, @Nullable QueryPlan> planner) {
            if (!isPlanned) {
                plan = planner.apply(entry.getDocument());
                isPlanned = true;
            }
            return plan;
        }

        int size() {
            return canonical == null ? 0 : canonical.length();
        }
    }
}

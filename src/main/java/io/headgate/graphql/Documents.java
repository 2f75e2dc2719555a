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
import io.headgate.graphql.DocumentScan.Outline;
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
 * the one before and bounded by it: a look at the text, the parser, a look at the fields, validation. A query whose outline is
 * known needs the first alone.
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
    private final Function<Document, @Nullable OperationPlan> planner;
    private final Cache<String, Valid> valid = Caffeine.newBuilder()
            .maximumWeight(MAX_CHARACTERS)
            .weigher((String text, Valid entry) -> text.length() + entry.size() + LEAST_CHARACTERS)
            .build();

    /** Those of which any other with the same outline is executed alike, by the tokens of that. */
    private final Cache<String, Valid> outlined = Caffeine.newBuilder()
            .maximumWeight(MAX_CHARACTERS)
            .weigher((String tokens, Valid entry) -> tokens.length() + LEAST_CHARACTERS)
            .build();

    private volatile @Nullable Wrong last;

    /** @param planner makes the plans of valid documents */
    Documents(GraphQLSchema schema, GraphQlConfig config, Function<Document, @Nullable OperationPlan> planner) {
        this.schema = schema;
        this.config = config;
        this.planner = planner;
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
    Known known(String document, Map<String, @Nullable Object> variables) {
        return affordable(known(document), variables);
    }

    /** The same of one that was known before: what is wrong is not looked at once more. */
    @Nullable
    Known kept(String document, Map<String, @Nullable Object> variables) {
        Valid valid = kept(document);
        return affordable(valid == null ? null : new Known(valid, valid.outline), variables);
    }

    private @Nullable Known affordable(@Nullable Known known, Map<String, @Nullable Object> variables) {
        if (known == null) {
            return null;
        }
        if (known.valid.isCheap && areTexts(variables)) {
            return known;
        }
        try {
            OperationCost.check(known.valid.entry.getDocument(), schema, config, variables);
            return known;
        } catch (GatewayException refused) {
            return null;
        }
    }

    private static boolean areTexts(Map<String, @Nullable Object> variables) {
        for (Object value : variables.values()) {
            if (!(value instanceof String)) {
                return false;
            }
        }
        return true;
    }

    /** Whether a document costs little whatever its variables are, where they are texts. */
    private boolean isCheap(Document document) {
        boolean hasTextsAlone = document.getDefinitionsOfType(OperationDefinition.class).stream()
                .flatMap(operation -> operation.getVariableDefinitions().stream())
                .allMatch(OperationPlan::isText);
        try {
            OperationCost.check(document, schema, config, Map.of());
            return hasTextsAlone;
        } catch (GatewayException refused) {
            return false;
        }
    }

    private @Nullable Known known(String document) {
        Valid valid = kept(document);
        if (valid != null) {
            return new Known(valid, valid.outline);
        }
        ExecutionInput input =
                ExecutionInput.newExecutionInput(document).locale(Locale.ROOT).build();
        Outline outline;
        try {
            outline = DocumentScan.check(document, config, names);
        } catch (GatewayException refused) {
            last = new Wrong(document, refusal(refused));
            return null;
        }
        valid = outline == null ? null : outlined.getIfPresent(outline.tokens());
        if (valid == null) {
            known(input);
            valid = kept(document);
        }
        return valid == null ? null : new Known(valid, valid.outline == null ? null : outline);
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
        Wrong wrong = last;
        // Whoever asks for the canonical form runs the same document next.
        if (wrong != null && wrong.document.equals(input.getQuery())) {
            return wrong.entry;
        }
        PreparsedDocumentEntry entry;
        try {
            Outline outline = DocumentScan.check(input.getQuery(), config, names);
            entry = read(input);
            if (!entry.hasErrors()) {
                Valid read = valid(entry, outline);
                valid.put(input.getQuery(), read);
                if (read.outline != null) {
                    outlined.put(read.outline.tokens(), read);
                }
                return entry;
            }
        } catch (GatewayException refused) {
            entry = refusal(refused);
        }
        last = new Wrong(input.getQuery(), entry);
        return entry;
    }

    private Valid valid(PreparsedDocumentEntry entry, @Nullable Outline outline) {
        Document document = entry.getDocument();
        String canonical = canonical(document);
        OperationPlan plan = planner.apply(document);
        boolean isOutlined = canonical != null && outline != null && plan != null && plan.isOf(outline.texts());
        return new Valid(entry, canonical, plan, isOutlined ? outline : null, isCheap(document));
    }

    private PreparsedDocumentEntry read(ExecutionInput input) {
        ParseAndValidateResult parsed = ParseAndValidate.parse(input);
        if (parsed.isFailure()) {
            return new PreparsedDocumentEntry(parsed.getErrors());
        }
        DocumentShape.check(parsed.getDocument(), config);
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
    private static final class Valid {

        private final PreparsedDocumentEntry entry;
        private final @Nullable String canonical;
        private final @Nullable OperationPlan plan;
        private final @Nullable Outline outline;
        private final boolean isCheap;

        /**
         * @param outline where all of that outline have the plan of this
         * @param isCheap whether it costs no more than it may whatever its variables are, where they are texts
         */
        Valid(
                PreparsedDocumentEntry entry,
                @Nullable String canonical,
                @Nullable OperationPlan plan,
                @Nullable Outline outline,
                boolean isCheap) {
            this.entry = entry;
            this.canonical = canonical;
            this.plan = plan;
            this.outline = outline;
            this.isCheap = isCheap;
        }

        int size() {
            return (canonical == null ? 0 : canonical.length())
                    + (outline == null ? 0 : outline.tokens().length());
        }
    }

    /** What is known of a valid document. */
    static final class Known {

        /** That stands nowhere in a document. */
        private static final char BETWEEN = '\1';

        private final Valid valid;
        private final @Nullable Outline outline;

        /** @param outline the document's own, where it has the plan of another of the same outline */
        private Known(Valid valid, @Nullable Outline outline) {
            this.valid = valid;
            this.outline = outline;
        }

        /**
         * The same for all documents that mean the same and differ in layout alone, and perhaps in the name of the operation;
         * {@code null} for what is not queries alone.
         */
        @Nullable
        String canonical() {
            return outline == null
                    ? valid.canonical
                    : outline.tokens() + BETWEEN + String.join(String.valueOf(BETWEEN), outline.texts());
        }

        @Nullable
        OperationPlan plan() {
            return valid.plan;
        }

        /** Whether the operation of that name is the one that the plan is of; {@code null} names the only one. */
        boolean isPlanOf(@Nullable String name) {
            return valid.plan != null
                    && (name == null
                            || name.equals(
                                    outline == null ? valid.plan.operation().getName() : outline.operationName()));
        }

        /** What stands in place of the texts in the plan's arguments; none where they are right. */
        List<String> texts() {
            return outline == null ? List.of() : outline.texts();
        }
    }
}

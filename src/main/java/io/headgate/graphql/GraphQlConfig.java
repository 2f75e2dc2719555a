package io.headgate.graphql;

import io.quarkus.runtime.configuration.MemorySize;
import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.Min;
import java.time.Duration;
import org.hibernate.validator.constraints.time.DurationMin;

/** How much work one GraphQL request may be. Fragments count wherever they are used. */
@ConfigMapping(prefix = "headgate.graphql")
public interface GraphQlConfig {

    /** The longest document, in characters. */
    @WithDefault("64K")
    MemorySize maxDocumentSize();

    /** The most tokens of a document: names, values, brackets. */
    @WithDefault("1000")
    @Min(1)
    int maxTokens();

    /** The most levels of fields; GraphiQL's introspection has 15. */
    @WithDefault("16")
    @Min(1)
    int maxDepth();

    /** The most fields of a document. */
    @WithDefault("250")
    @Min(1)
    int maxFields();

    /** The most fields that begin at the root of one operation. */
    @WithDefault("20")
    @Min(1)
    int maxRootFields();

    /** The most aliases of a document, counted as written. */
    @WithDefault("30")
    @Min(0)
    int maxAliases();

    /** The most directives of a document, counted as written. */
    @WithDefault("20")
    @Min(0)
    int maxDirectives();

    /** The most elements of a list that is an argument or part of one. */
    @WithDefault("1000")
    @Min(1)
    int maxListSize();

    /** The most objects that an operation may ask for, with as many in each list as its arguments allow. */
    @WithDefault("20000")
    @Min(1)
    long maxCost();

    /** Whether the schema can be asked for. */
    @WithDefault("false")
    boolean introspection();

    /** How long a query or a mutation may take; then it is answered without its data. */
    @WithDefault("30s")
    @DurationMin(millis = 1)
    Duration requestTimeout();
}

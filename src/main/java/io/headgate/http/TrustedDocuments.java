package io.headgate.http;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.json.Json;
import io.headgate.json.MalformedJsonException;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The documents of a manifest, which are the only ones that run: asked for by their ids, or by their exact texts. A manifest
 * is Apollo's, or a JSON object that has a text for each id.
 */
final class TrustedDocuments implements Documents {

    private static final String PROPERTY = "headgate.http.trusted-documents";
    private static final String APOLLO = "apollo-persisted-query-manifest";
    private static final String HASH_PREFIX = "sha256:";

    private final Map<String, String> byId;
    private final Set<String> texts;

    private TrustedDocuments(Map<String, String> byId) {
        this.byId = Map.copyOf(byId);
        this.texts = Set.copyOf(byId.values());
    }

    /** @throws IllegalArgumentException with the name of the property when the file is no manifest */
    static TrustedDocuments of(Path manifest) {
        try {
            if (!(Json.read(Files.readAllBytes(manifest)) instanceof Map<?, ?> object)) {
                throw refused("is not a JSON object", null);
            }
            Map<String, String> documents = new HashMap<>();
            if (APOLLO.equals(object.get("format"))) {
                addOperations(object, documents);
            } else {
                object.forEach((id, text) -> add(documents, id, text));
            }
            if (documents.isEmpty()) {
                throw refused("has no documents, so that nothing could be asked", null);
            }
            return new TrustedDocuments(documents);
        } catch (IOException e) {
            throw refused("can't be read", e);
        } catch (MalformedJsonException e) {
            throw refused("is " + e.getMessage(), e);
        }
    }

    private static void addOperations(Map<?, ?> manifest, Map<String, String> documents) {
        if (!Integer.valueOf(1).equals(manifest.get("version"))
                || !(manifest.get("operations") instanceof List<?> operations)) {
            throw refused("is not version 1 of " + APOLLO, null);
        }
        for (Object each : operations) {
            if (!(each instanceof Map<?, ?> operation)) {
                throw refused("has an operation that is not an object", null);
            }
            add(documents, operation.get("id"), operation.get("body"));
        }
    }

    private static void add(Map<String, String> documents, @Nullable Object id, @Nullable Object text) {
        if (!(id instanceof String name) || name.isEmpty() || !(text instanceof String document)) {
            throw refused("has an operation without an id and a text", null);
        }
        String other = documents.put(name, document);
        if (other != null && !other.equals(document)) {
            throw refused("has two documents of the id " + name, null);
        }
    }

    private static IllegalArgumentException refused(String why, @Nullable Exception cause) {
        return new IllegalArgumentException(PROPERTY + ": the file " + why, cause);
    }

    @Override
    public Uni<String> document(Asked asked) {
        try {
            return Uni.createFrom().item(trusted(asked));
        } catch (GatewayException e) {
            return Uni.createFrom().failure(e);
        }
    }

    @Override
    public @Nullable String atHand(Asked asked) {
        try {
            return trusted(asked);
        } catch (GatewayException refused) {
            return null;
        }
    }

    private String trusted(Asked asked) {
        String query = asked.query();
        String named = asked.isPlain() ? null : named(asked.name());
        if (query == null) {
            if (named == null) {
                throw Documents.notFound();
            }
            return named;
        }
        if (named != null && !named.equals(query)) {
            throw GatewayException.invalidArgument("the query is not the document of this id");
        }
        if (!texts.contains(query)) {
            throw GatewayException.of(
                    ErrorCode.FORBIDDEN, "this document is not one of those that may be run here: see the manifest");
        }
        return query;
    }

    private @Nullable String named(String id) {
        String document = byId.get(id);
        if (document == null && id.startsWith(HASH_PREFIX)) {
            return byId.get(id.substring(HASH_PREFIX.length()));
        }
        return document;
    }

    @Override
    public void executed(Asked asked) {}
}

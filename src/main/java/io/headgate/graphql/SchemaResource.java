package io.headgate.graphql;

import graphql.schema.idl.SchemaParser;
import graphql.schema.idl.TypeDefinitionRegistry;
import java.io.IOException;
import java.io.InputStream;
import java.io.InputStreamReader;
import java.io.UncheckedIOException;
import java.nio.charset.StandardCharsets;

/**
 * A part of the schema, read from a resource in the schema definition language. Kept in a static field it is read when a
 * native image is built, not at each start.
 *
 * @param name the resource's name
 */
public record SchemaResource(String name, TypeDefinitionRegistry types) {

    public static SchemaResource read(String name) {
        try (InputStream stream = SchemaResource.class.getClassLoader().getResourceAsStream(name)) {
            if (stream == null) {
                throw new IOException("no resource " + name);
            }
            return new SchemaResource(
                    name, new SchemaParser().parse(new InputStreamReader(stream, StandardCharsets.UTF_8)));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

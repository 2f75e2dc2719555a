package io.headgate.bench;

import com.fasterxml.jackson.annotation.JsonIgnoreProperties;
import io.quarkus.runtime.annotations.RegisterForReflection;
import org.eclipse.microprofile.graphql.Id;
import org.eclipse.microprofile.graphql.NonNull;

/** A user as it stands in Redis as JSON. */
@RegisterForReflection
@JsonIgnoreProperties(ignoreUnknown = true)
public class User {
    @Id
    @NonNull
    public String id;

    @NonNull
    public String email;

    @NonNull
    public String name;

    @NonNull
    public String status;

    @NonNull
    public String createdAt;

    public int version;
}

package io.headgate.recovery;

/** A label of a database or snapshot, as AWS has them. */
public record Tag(String key, String value) {

    /** The key of the tag that names the operation which made a thing. */
    public static final String OPERATION = "headgate:operation";
}

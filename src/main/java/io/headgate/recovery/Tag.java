package io.headgate.recovery;

/** A label of a database or snapshot, as AWS has them. */
public record Tag(String key, String value) {}

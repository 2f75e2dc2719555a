package io.headgate.bench;

/** A user as it stands in Redis as JSON. */
record User(String id, String userId, String email, String name, String status, String createdAt, int version) {}

package io.headgate.session;

/**
 * A session that has just been created.
 *
 * @param token what names it; nobody can find it out again
 */
public record NewSession(String token, Session session) {}

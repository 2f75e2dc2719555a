package io.headgate.user;

/** Whether a user may work. */
public enum UserStatus {
    ACTIVE,
    INVITED,
    SUSPENDED
}

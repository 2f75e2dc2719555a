package io.headgate.aws;

/** A user name and a password, or a token in its place. */
public record DatabaseLogin(String user, String password) {

    /** Without the password. */
    @Override
    public String toString() {
        return "DatabaseLogin[user=" + user + "]";
    }
}

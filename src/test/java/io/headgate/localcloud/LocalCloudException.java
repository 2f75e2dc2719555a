package io.headgate.localcloud;

import org.jspecify.annotations.Nullable;

/** What stops the local cloud from starting or from doing as told; its message says what to do about it. */
public final class LocalCloudException extends RuntimeException {

    private static final long serialVersionUID = 1L;

    public LocalCloudException(String message) {
        this(message, null);
    }

    public LocalCloudException(String message, @Nullable Throwable cause) {
        super(message, cause);
    }
}

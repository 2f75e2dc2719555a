package io.headgate.aws;

import io.headgate.error.ErrorCode;
import java.util.HashMap;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/** What the refusals of a service mean: by AWS's code, Headgate's code and a message that says what to do. */
public final class AwsRefusals {

    /** What one of AWS's codes means. */
    public record Meaning(ErrorCode code, String message, boolean retryable) {}

    static final AwsRefusals NONE = new AwsRefusals(Map.of());

    private final Map<String, Meaning> byCode;

    private AwsRefusals(Map<String, Meaning> byCode) {
        this.byCode = Map.copyOf(byCode);
    }

    /** An empty table. */
    public static Builder table() {
        return new Builder();
    }

    /** What a code means; {@code null} when the table does not have it. */
    public @Nullable Meaning of(@Nullable String awsErrorCode) {
        return awsErrorCode == null ? null : byCode.get(awsErrorCode);
    }

    /** The codes that the table has. */
    public Set<String> codes() {
        return byCode.keySet();
    }

    /** The rows of a table. */
    public static final class Builder {
        private final Map<String, Meaning> byCode = new HashMap<>();

        private Builder() {}

        /** A refusal that is retryable as its code says. */
        public Builder row(String awsErrorCode, ErrorCode code, String message) {
            return add(awsErrorCode, new Meaning(code, message, code.retryable()));
        }

        /** A refusal that stays until somebody does what the message says. */
        public Builder lasting(String awsErrorCode, ErrorCode code, String message) {
            return add(awsErrorCode, new Meaning(code, message, false));
        }

        /**
         * The finished table.
         *
         * @return one that no further row changes
         */
        public AwsRefusals build() {
            return new AwsRefusals(byCode);
        }

        private Builder add(String awsErrorCode, Meaning meaning) {
            if (byCode.put(awsErrorCode, meaning) != null) {
                throw new IllegalArgumentException("two rows for " + awsErrorCode);
            }
            return this;
        }
    }
}

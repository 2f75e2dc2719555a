package io.headgate.localcloud;

import java.time.Instant;
import org.jspecify.annotations.Nullable;

/**
 * A made-up user, before any store has seen it. Its version is 1, and it was updated when it was created.
 *
 * @param email an address that is valid by the WHATWG's rule, of a domain that is reserved for examples
 * @param name in the script of its language
 * @param phone in E.164 form, of a range that is reserved for fiction, where there is such a range
 * @param status ACTIVE, INVITED or SUSPENDED
 * @param attributesJson a JSON object of scalars and of one list
 * @param createdAt to the microsecond
 */
public record SampleUser(
        String userId,
        String email,
        String name,
        @Nullable String phone,
        String status,
        String attributesJson,
        Instant createdAt) {}

package io.headgate.audit;

import io.smallrye.config.ConfigMapping;
import io.smallrye.config.WithDefault;
import jakarta.validation.constraints.PositiveOrZero;

/** What of it is recorded. */
@ConfigMapping(prefix = "headgate.audit")
public interface AuditConfig {

    /** How many refusals of one caller have a record of their own in a minute; the others of that minute are counted in one. */
    @WithDefault("100")
    @PositiveOrZero
    int refusalsPerMinute();
}

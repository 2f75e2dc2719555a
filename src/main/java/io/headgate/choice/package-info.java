/**
 * Which database a workload wants: rules, which are data in {@code resources/choice/rules.json}, and what they say.
 * Imports {@code error} and {@code json}.
 */
@NullMarked
package io.headgate.choice;

import org.jspecify.annotations.NullMarked;

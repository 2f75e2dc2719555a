/**
 * What was changed, what was refused, and who asked for it: one record each, in a log of its own. Imports {@code security} and
 * {@code json}.
 */
@NullMarked
package io.headgate.audit;

import org.jspecify.annotations.NullMarked;

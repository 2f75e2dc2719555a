/**
 * The application: what is wired to what, what happens at start-up, health, metrics. May import everything; nothing
 * imports it.
 */
@NullMarked
package io.headgate.app;

import org.jspecify.annotations.NullMarked;

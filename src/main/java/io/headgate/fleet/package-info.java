/**
 * The fleet of managed databases: what they are like beside what recovery needs, their automated backups and events. How
 * they are changed is an operation of {@code recovery}, which it imports.
 */
@NullMarked
package io.headgate.fleet;

import org.jspecify.annotations.NullMarked;

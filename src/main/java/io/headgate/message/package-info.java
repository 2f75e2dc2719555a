/** Messages that are published on channels, kept in Redis for a while. Imports {@code error}, {@code json} and {@code redis}. */
@NullMarked
package io.headgate.message;

import org.jspecify.annotations.NullMarked;

/** The closed set of errors that Headgate answers with. Imports nothing of ours. */
@NullMarked
package io.headgate.error;

import org.jspecify.annotations.NullMarked;

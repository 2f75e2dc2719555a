/** The gateway's log on its way to a standard output that may be blocked. Imports none of our packages. */
@NullMarked
package io.headgate.log;

import org.jspecify.annotations.NullMarked;

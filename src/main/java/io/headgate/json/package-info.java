/** JSON without loss: numbers keep every digit. Imports {@code error} alone. */
@NullMarked
package io.headgate.json;

import org.jspecify.annotations.NullMarked;

/**
 * What every adapter to an AWS service shares: how a client sends, how a call becomes a {@link
 * io.smallrye.mutiny.Uni}, what is sent again, and what a failure means; and as whom a database is logged in to. Of Headgate it
 * imports {@code error} and {@code json}.
 */
@NullMarked
package io.headgate.aws;

import org.jspecify.annotations.NullMarked;

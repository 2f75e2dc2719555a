/**
 * Snapshots and restores of databases: what there is, what a restore would do, and the operations that carry changes to
 * their end, whatever fails meanwhile. Imports {@code error} alone; adapters implement its ports {@link
 * io.headgate.recovery.RecoveryTarget} and {@link io.headgate.recovery.OperationLedger}.
 */
@NullMarked
package io.headgate.recovery;

import org.jspecify.annotations.NullMarked;

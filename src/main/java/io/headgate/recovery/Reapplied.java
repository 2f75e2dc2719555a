package io.headgate.recovery;

/**
 * How setting something again went that AWS does not restore.
 *
 * @param setting what: {@code tags}, {@code time to live}, {@code Multi-AZ}
 * @param applied whether the new database has it now as the source has it
 * @param message what was set, or why it was not and what to do
 */
public record Reapplied(String setting, boolean applied, String message) {}

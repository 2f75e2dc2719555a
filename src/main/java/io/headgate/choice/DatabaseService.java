package io.headgate.choice;

/**
 * A database that AWS runs.
 *
 * @param id the schema's constant
 * @param name as AWS names it
 * @param page the address of AWS's page about it
 */
public record DatabaseService(String id, String name, String page) {}

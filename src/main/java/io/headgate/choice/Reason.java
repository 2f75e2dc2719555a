package io.headgate.choice;

/**
 * What a rule says of a service.
 *
 * @param rule the rule's name in the file of rules
 * @param weight how much it counts: above zero for the service, below against it; zero is a caveat, which counts nothing
 * @param excludes whether the service can't be chosen, whatever else is said of it
 * @param message the rule in a sentence
 * @param source the address of AWS's page that it is taken from
 */
public record Reason(String rule, int weight, boolean excludes, String message, String source) {}

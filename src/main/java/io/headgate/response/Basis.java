package io.headgate.response;

/**
 * How far a replica was when it began to make an answer: the answer shows all changes of the epoch up to the number.
 */
record Basis(String epoch, long number) {}

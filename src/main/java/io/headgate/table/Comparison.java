package io.headgate.table;

/** How a sort key is compared; each is one of DynamoDB's key conditions. */
public enum Comparison {
    EQ("#s = :s"),
    LT("#s < :s"),
    LTE("#s <= :s"),
    GT("#s > :s"),
    GTE("#s >= :s"),
    BETWEEN("#s BETWEEN :s AND :t"),
    BEGINS_WITH("begins_with(#s, :s)");

    private final String expression;

    Comparison(String expression) {
        this.expression = expression;
    }

    /** With {@code #s} for the name of the sort key, {@code :s} and {@code :t} for what it is compared with. */
    String expression() {
        return expression;
    }
}

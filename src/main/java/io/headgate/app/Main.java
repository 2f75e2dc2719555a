package io.headgate.app;

import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Starts the gateway. */
@QuarkusMain
public final class Main {

    private Main() {}

    /**
     * The entry of the process.
     *
     * @param arguments passed on to Quarkus
     */
    public static void main(String... arguments) {
        NameLookup.forgetSoon();
        Quarkus.run(arguments);
    }
}

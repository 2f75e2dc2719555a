package io.headgate.app;

import io.headgate.http.SlowClients;
import io.quarkus.runtime.LaunchMode;
import io.quarkus.runtime.Quarkus;
import io.quarkus.runtime.annotations.QuarkusMain;

/** Runs the gateway; {@code headgate health [path]} asks one that runs on this machine, and starts nothing. */
@QuarkusMain
public final class Main {

    private Main() {}

    /**
     * The entry of the process.
     *
     * @param arguments {@code health} and a path or nothing; anything else is passed on to Quarkus
     */
    public static void main(String... arguments) {
        if (arguments.length > 0 && arguments[0].equals(HealthProbe.COMMAND)) {
            HealthProbe probe = HealthProbe.ofThisMachine(System::getProperty, System::getenv);
            System.exit(probe.isUp(arguments.length > 1 ? arguments[1] : HealthProbe.LIVE) ? 0 : 1);
        }
        if (LaunchMode.current() == LaunchMode.NORMAL) {
            CleanExit.install();
        }
        SlowClients.watch();
        NameLookup.forgetSoon();
        Quarkus.run(arguments);
    }
}

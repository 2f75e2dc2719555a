package io.headgate.app;

import io.quarkus.runtime.ApplicationLifecycleManager;

/**
 * Lets the process exit with 0 when SIGTERM, which ends every container, was answered by an orderly stop. Of itself a JVM
 * exits with 143 then, however well all went: its shutdown hooks run, and the code is the signal's.
 */
final class CleanExit {

    private final Thread main;
    private final Thread awaitingMain;

    private CleanExit(Thread main) {
        this.main = main;
        this.awaitingMain = new Thread(this::awaitMain, "headgate-exit");
    }

    /** Must be called by the thread that runs the application: the one that learns that it has stopped, and the code. */
    static void install() {
        CleanExit exit = new CleanExit(Thread.currentThread());
        Runtime.getRuntime().addShutdownHook(exit.awaitingMain);
        ApplicationLifecycleManager.setDefaultExitCodeHandler(code -> exit.end(code));
    }

    /** Keeps the JVM from exiting with the signal's code before the main thread exits with the application's. */
    private void awaitMain() {
        try {
            main.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void end(int code) {
        try {
            Runtime.getRuntime().removeShutdownHook(awaitingMain);
        } catch (IllegalStateException signalled) {
            Runtime.getRuntime().halt(code);
        }
        System.exit(code);
    }
}

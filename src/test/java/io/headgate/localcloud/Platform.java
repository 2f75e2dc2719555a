package io.headgate.localcloud;

/** The operating system and the processor that this JVM runs on, in the names of the PostgreSQL archives. */
record Platform(String system, String processor) {

    static Platform current() {
        return new Platform(
                switch (osName()) {
                    case "Linux" -> "linux";
                    case "Mac OS X" -> "darwin";
                    default -> throw unsupported();
                },
                switch (osArch()) {
                    case "amd64", "x86_64" -> "x86_64";
                    case "aarch64" -> "arm_64";
                    default -> throw unsupported();
                });
    }

    /** As people call it, for messages. */
    static String name() {
        return osName() + " on " + osArch();
    }

    private static LocalCloudException unsupported() {
        return new LocalCloudException("The local cloud runs on Linux and macOS, on x86-64 and ARM64, not on " + name()
                + ". On Windows, use the Windows Subsystem for Linux");
    }

    private static String osName() {
        return System.getProperty("os.name");
    }

    private static String osArch() {
        return System.getProperty("os.arch");
    }
}

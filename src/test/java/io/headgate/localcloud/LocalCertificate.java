package io.headgate.localcloud;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.GeneralSecurityException;
import java.security.KeyStore;
import java.util.Base64;

/**
 * A certificate for {@code localhost} and 127.0.0.1, and for no other name or address, which is its own authority.
 *
 * @param keyStore PKCS #12, with {@link #PASSWORD}
 * @param certificate PEM; who trusts it trusts the servers that have it
 * @param key PEM, PKCS #8
 */
public record LocalCertificate(Path keyStore, Path certificate, Path key) {

    public static final String PASSWORD = "local-certificate";

    private static final String ALIAS = "localhost";

    /** Makes one, with the JDK's {@code keytool}, in files of a directory. */
    public static LocalCertificate in(Path directory) {
        LocalCertificate made = new LocalCertificate(
                directory.resolve("localhost.p12"),
                directory.resolve("localhost.crt"),
                directory.resolve("localhost.key"));
        try {
            run(
                    "-genkeypair",
                    "-alias",
                    ALIAS,
                    "-keyalg",
                    "EC",
                    "-dname",
                    "CN=localhost",
                    "-ext",
                    "san=dns:localhost,ip:127.0.0.1",
                    "-validity",
                    "2",
                    "-storetype",
                    "PKCS12",
                    "-storepass",
                    PASSWORD,
                    "-keystore",
                    made.keyStore.toString());
            KeyStore store = KeyStore.getInstance(made.keyStore.toFile(), PASSWORD.toCharArray());
            pem(made.certificate, "CERTIFICATE", store.getCertificate(ALIAS).getEncoded());
            pem(
                    made.key,
                    "PRIVATE KEY",
                    store.getKey(ALIAS, PASSWORD.toCharArray()).getEncoded());
            Files.setPosixFilePermissions(made.key, PosixFilePermissions.fromString("rw-------"));
            return made;
        } catch (IOException | GeneralSecurityException e) {
            throw new LocalCloudException("Cannot make a certificate: " + e.getMessage(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new LocalCloudException("Interrupted while a certificate was made", e);
        }
    }

    private static void run(String... arguments) throws IOException, InterruptedException {
        String[] command = new String[arguments.length + 1];
        command[0] = Path.of(System.getProperty("java.home"), "bin", "keytool").toString();
        System.arraycopy(arguments, 0, command, 1, arguments.length);
        Process keytool = new ProcessBuilder(command).redirectErrorStream(true).start();
        String said = new String(keytool.getInputStream().readAllBytes(), StandardCharsets.UTF_8);
        if (keytool.waitFor() != 0) {
            throw new LocalCloudException("keytool failed: " + said);
        }
    }

    private static void pem(Path file, String type, byte[] content) throws IOException {
        Files.writeString(
                file,
                "-----BEGIN " + type + "-----\n"
                        + Base64.getMimeEncoder(64, new byte[] {'\n'}).encodeToString(content) + "\n-----END " + type
                        + "-----\n");
    }
}

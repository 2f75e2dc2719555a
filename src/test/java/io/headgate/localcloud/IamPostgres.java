package io.headgate.localcloud;

import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Clock;
import java.util.concurrent.atomic.AtomicInteger;

/**
 * A port of 127.0.0.1 that leads on to a PostgreSQL for those who bring a token of IAM database authentication in the place
 * of a password, as RDS asks it of members of {@code rds_iam}. It offers no TLS, which RDS wants for this.
 */
public final class IamPostgres implements AutoCloseable {

    private static final int SSL_REQUEST = 80877103;
    private static final int GSS_REQUEST = 80877104;
    private static final int CANCEL_REQUEST = 80877102;

    private final LocalPostgres server;
    private final IamTokens tokens;
    private final ServerSocket entrance;
    private final AtomicInteger admitted = new AtomicInteger();
    private final AtomicInteger refused = new AtomicInteger();

    private IamPostgres(LocalPostgres server, IamTokens tokens, ServerSocket entrance) {
        this.server = server;
        this.tokens = tokens;
        this.entrance = entrance;
    }

    /** Opens the port for one role, which the server trusts from then on. */
    public static IamPostgres before(
            LocalPostgres server, String role, String accessKey, String secretKey, String region, Clock clock)
            throws IOException, SQLException {
        Path rules = server.data().resolve("pg_hba.conf");
        Files.writeString(rules, "host all " + role + " 127.0.0.1/32 trust\n" + Files.readString(rules));
        try (Connection administrator = server.connectAsAdministrator()) {
            administrator.createStatement().execute("SELECT pg_reload_conf()");
        }
        IamPostgres front = new IamPostgres(
                server, new IamTokens(accessKey, secretKey, region, clock), new ServerSocket(0, 50, Ports.LOOPBACK));
        front.inThread(front::accept);
        return front;
    }

    public int port() {
        return entrance.getLocalPort();
    }

    /** How many connections brought a good token. */
    public int admitted() {
        return admitted.get();
    }

    /** How many connections did not. */
    public int refused() {
        return refused.get();
    }

    @Override
    public void close() throws IOException {
        entrance.close();
    }

    private void accept() throws IOException {
        while (!entrance.isClosed()) {
            Socket client = entrance.accept();
            inThread(() -> {
                try (client;
                        Socket postgres = new Socket(Ports.LOOPBACK, server.port())) {
                    lead(client, postgres);
                }
            });
        }
    }

    private void lead(Socket client, Socket postgres) throws IOException {
        DataInputStream in = new DataInputStream(client.getInputStream());
        DataOutputStream out = new DataOutputStream(client.getOutputStream());
        byte[] startup = message(in);
        int kind = ByteBuffer.wrap(startup).getInt();
        while (kind == SSL_REQUEST || kind == GSS_REQUEST) {
            out.writeByte('N');
            startup = message(in);
            kind = ByteBuffer.wrap(startup).getInt();
        }
        if (kind != CANCEL_REQUEST && !isAdmitted(startup, in, out)) {
            return;
        }
        DataOutputStream on = new DataOutputStream(postgres.getOutputStream());
        on.writeInt(startup.length + 4);
        on.write(startup);
        inThread(() -> copy(postgres.getInputStream(), out));
        copy(in, on);
    }

    private boolean isAdmitted(byte[] startup, DataInputStream in, DataOutputStream out) throws IOException {
        String[] parameters = new String(startup, 4, startup.length - 4, StandardCharsets.UTF_8).split("\0", -1);
        String user = "";
        for (int i = 0; i + 1 < parameters.length; i += 2) {
            user = parameters[i].equals("user") ? parameters[i + 1] : user;
        }
        // AuthenticationCleartextPassword
        out.writeByte('R');
        out.writeInt(8);
        out.writeInt(3);
        in.readByte();
        byte[] password = message(in);
        String token = new String(password, 0, password.length - 1, StandardCharsets.UTF_8);
        if (tokens.admits(token, "127.0.0.1", port(), user)) {
            admitted.incrementAndGet();
            return true;
        }
        refused.incrementAndGet();
        byte[] error = ("SFATAL\0VFATAL\0C28000\0MPAM authentication failed for user \"" + user + "\"\0\0")
                .getBytes(StandardCharsets.UTF_8);
        out.writeByte('E');
        out.writeInt(error.length + 4);
        out.write(error);
        return false;
    }

    private static byte[] message(DataInputStream in) throws IOException {
        byte[] message = new byte[in.readInt() - 4];
        in.readFully(message);
        return message;
    }

    private static void copy(InputStream from, OutputStream to) throws IOException {
        byte[] buffer = new byte[8192];
        for (int read = from.read(buffer); read >= 0; read = from.read(buffer)) {
            to.write(buffer, 0, read);
            to.flush();
        }
        to.close();
    }

    private interface Work {
        void run() throws IOException;
    }

    private void inThread(Work work) {
        Thread thread = new Thread(
                () -> {
                    try {
                        work.run();
                    } catch (IOException e) {
                        // The connection, or the port, has ended.
                    }
                },
                "iam-postgres");
        thread.setDaemon(true);
        thread.start();
    }
}

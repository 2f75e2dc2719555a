package io.headgate.http.fuzz;

import io.headgate.json.Json;
import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.util.HashMap;
import java.util.Locale;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** A bare connection on which any bytes are sent, and HTTP/1.1 is read. */
final class HttpConnection implements AutoCloseable {

    /** Netty answers under the name of the protocol that it was asked under. */
    private static final Pattern STATUS = Pattern.compile("\\S+/\\d+\\.\\d+ (\\d{3}) .*");

    private static final int LONGEST_LINE = 100_000;

    private final Socket socket;
    private final InputStream in;

    /** @param limitMillis for each read; what takes longer fails with SocketTimeoutException */
    HttpConnection(int port, int limitMillis) throws IOException {
        socket = new Socket(InetAddress.getLoopbackAddress(), port);
        socket.setTcpNoDelay(true);
        socket.setSoTimeout(limitMillis);
        in = new BufferedInputStream(socket.getInputStream());
    }

    /** How long each read may take from now on. */
    void limit(int millis) throws IOException {
        socket.setSoTimeout(millis);
    }

    void send(byte[] bytes) throws IOException {
        socket.getOutputStream().write(bytes);
        socket.getOutputStream().flush();
    }

    /** The next response, whole. Fails with EOFException when there is none. */
    Response response() throws IOException {
        Head head = head();
        while (head.status == 100) {
            head = head();
        }
        return new Response(
                head.status,
                new String(body(head), StandardCharsets.UTF_8),
                "close".equalsIgnoreCase(head.fields.get("connection")));
    }

    /** The status of the next response. */
    Head head() throws IOException {
        String status = line();
        Matcher matcher = STATUS.matcher(status);
        if (!matcher.matches()) {
            throw new IOException("no status: " + Json.write(status));
        }
        Map<String, String> fields = new HashMap<>();
        for (String line = line(); !line.isEmpty(); line = line()) {
            int colon = line.indexOf(':');
            fields.put(
                    line.substring(0, colon).toLowerCase(Locale.ROOT),
                    line.substring(colon + 1).strip());
        }
        return new Head(Integer.parseInt(matcher.group(1)), fields);
    }

    private byte[] body(Head head) throws IOException {
        if (head.status == 204 || head.status == 304 || head.status < 200) {
            return new byte[0];
        }
        if ("chunked".equalsIgnoreCase(head.fields.get("transfer-encoding"))) {
            ByteArrayOutputStream body = new ByteArrayOutputStream();
            for (int length = chunk(); length > 0; length = chunk()) {
                body.writeBytes(bytes(length));
                line();
            }
            line();
            return body.toByteArray();
        }
        String length = head.fields.get("content-length");
        return length == null ? in.readAllBytes() : bytes(Integer.parseInt(length));
    }

    private int chunk() throws IOException {
        return Integer.parseInt(line(), 16);
    }

    private byte[] bytes(int length) throws IOException {
        byte[] bytes = in.readNBytes(length);
        if (bytes.length < length) {
            throw new EOFException("a body ends in the middle");
        }
        return bytes;
    }

    private String line() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int next = byteOrEnd(); next != '\n'; next = byteOrEnd()) {
            if (line.size() > LONGEST_LINE) {
                throw new IOException("a line without an end");
            }
            line.write(next);
        }
        return line.toString(StandardCharsets.ISO_8859_1).stripTrailing();
    }

    /** The next byte. Fails with EOFException when there is none. */
    int byteOrEnd() throws IOException {
        int next = in.read();
        if (next < 0) {
            throw new EOFException("closed");
        }
        return next;
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }

    /** What comes before a body; names of fields are in lower case. */
    record Head(int status, Map<String, String> fields) {}

    /** A response, and whether its connection ends with it. */
    record Response(int status, String text, boolean isLast) {}
}

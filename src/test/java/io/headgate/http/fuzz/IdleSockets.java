package io.headgate.http.fuzz;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.util.concurrent.atomic.AtomicInteger;

/** Many WebSockets of one thread, which do nothing but answer pings. */
final class IdleSockets implements AutoCloseable {

    private static final String HANDSHAKE = String.join(
            "\r\n",
            "GET /graphql HTTP/1.1",
            "Host: idle",
            "Upgrade: websocket",
            "Connection: Upgrade",
            "Sec-WebSocket-Key: AAAAAAAAAAAAAAAAAAAAAA==",
            "Sec-WebSocket-Version: 13",
            "Sec-WebSocket-Protocol: graphql-transport-ws",
            "",
            "");

    /** Text, masked with nothing. */
    private static final byte[] INITIALISATION = frame(0x81, "{\"type\": \"connection_init\"}".getBytes(UTF_8));

    private static final byte[] PONG = frame(0x8A, new byte[0]);

    private final Selector selector = Selector.open();
    private final AtomicInteger acknowledged = new AtomicInteger();
    private final AtomicInteger closed = new AtomicInteger();
    private final Thread thread = new Thread(this::answer, "idle-sockets");
    private volatile boolean isClosing;

    /** Begins to open so many, all at once. */
    IdleSockets(int port, int count) throws IOException {
        thread.start();
        for (int i = 0; i < count; i++) {
            SocketChannel channel = SocketChannel.open();
            channel.connect(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
            channel.write(ByteBuffer.wrap(HANDSHAKE.getBytes(UTF_8)));
            channel.configureBlocking(false);
            channel.register(selector, SelectionKey.OP_READ);
            selector.wakeup();
        }
    }

    /** How many the server has acknowledged. */
    int acknowledged() {
        return acknowledged.get();
    }

    /** How many the server has closed. */
    int closed() {
        return closed.get();
    }

    private static byte[] frame(int first, byte[] payload) {
        ByteArrayOutputStream frame = new ByteArrayOutputStream();
        frame.write(first);
        frame.write(0x80 | payload.length);
        frame.writeBytes(new byte[4]);
        frame.writeBytes(payload);
        return frame.toByteArray();
    }

    private void answer() {
        ByteBuffer buffer = ByteBuffer.allocate(4_096);
        try {
            while (!isClosing) {
                selector.select(key -> answer(key, buffer), 100);
            }
            for (SelectionKey key : selector.keys()) {
                key.channel().close();
            }
            selector.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private void answer(SelectionKey key, ByteBuffer buffer) {
        SocketChannel channel = (SocketChannel) key.channel();
        try {
            buffer.clear();
            if (channel.read(buffer) < 0) {
                closed.incrementAndGet();
                key.cancel();
                channel.close();
                return;
            }
            String said = UTF_8.decode(buffer.flip()).toString();
            if (said.startsWith("HTTP/1.1 101")) {
                channel.write(ByteBuffer.wrap(INITIALISATION));
            } else if (said.contains("connection_ack")) {
                acknowledged.incrementAndGet();
            } else {
                channel.write(ByteBuffer.wrap(PONG));
            }
        } catch (IOException reset) {
            closed.incrementAndGet();
            key.cancel();
        }
    }

    @Override
    public void close() {
        isClosing = true;
        selector.wakeup();
    }
}

package io.headgate.http;

import io.vertx.core.http.HttpServerRequest;
import io.vertx.core.net.SocketAddress;
import java.net.Inet6Address;
import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;

/** Where a request comes from: an IPv4 address or a network of IPv6, since who has one of its addresses has them all. */
final class RemoteAddress {

    static final String FORWARDED_FOR = "X-Forwarded-For";

    /** In bytes: /64. */
    private static final int NETWORK = 8;

    private RemoteAddress() {}

    /**
     * The address that the request came from or, where {@code quarkus.http.proxy} trusts who sent it, the last one of {@code
     * X-Forwarded-For}: that is what the proxy itself has seen, while whoever asked could write the ones before it.
     */
    static String of(HttpServerRequest request) {
        SocketAddress said = request.remoteAddress();
        if (!said.equals(request.connection().remoteAddress())
                && !request.headers().contains("Forwarded")) {
            List<String> headers = request.headers().getAll(FORWARDED_FOR);
            if (!headers.isEmpty()) {
                return last(headers);
            }
        }
        String address = said.hostAddress();
        return address == null ? String.valueOf(said.host()) : network(address);
    }

    /** The last address that these headers {@code X-Forwarded-For} name. */
    static String last(List<String> headers) {
        String last = headers.get(headers.size() - 1);
        return network(withoutPort(last.substring(last.lastIndexOf(',') + 1).strip()));
    }

    private static String withoutPort(String address) {
        if (address.startsWith("[")) {
            int end = address.indexOf(']');
            return end < 0 ? address : address.substring(1, end);
        }
        int port = address.indexOf(':');
        return port >= 0 && port == address.lastIndexOf(':') ? address.substring(0, port) : address;
    }

    /** An address, or the network of one of IPv6. */
    static String network(String address) {
        // What begins with a digit or a colon and has one is never looked up.
        if (address.indexOf(':') < 0 || !(address.charAt(0) == ':' || Character.digit(address.charAt(0), 16) >= 0)) {
            return address;
        }
        try {
            InetAddress parsed = InetAddress.getByName(address);
            return parsed instanceof Inet6Address
                    ? HexFormat.of().formatHex(Arrays.copyOf(parsed.getAddress(), NETWORK))
                    : parsed.getHostAddress();
        } catch (UnknownHostException e) {
            return address;
        }
    }
}

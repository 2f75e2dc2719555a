package io.headgate.localcloud;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.UnknownHostException;

/** Ports of 127.0.0.1. */
final class Ports {

    /** 127.0.0.1, and never ::1: the only address on which the local cloud listens. */
    static final InetAddress LOOPBACK = loopback();

    private static final int CLUSTER_BUS = 10_000;
    private static final int MAX = 65_535;

    private Ports() {}

    /** A free port that leaves room for the port of Redis Cluster's bus, which is 10,000 above. */
    static int freeWithClusterBus() {
        while (true) {
            int port = free();
            if (port + CLUSTER_BUS <= MAX && isFree(port + CLUSTER_BUS)) {
                return port;
            }
        }
    }

    /** A port that nothing listens on, which another process may take before the caller does. */
    static int free() {
        try (ServerSocket socket = new ServerSocket(0, 1, LOOPBACK)) {
            return socket.getLocalPort();
        } catch (IOException e) {
            throw new LocalCloudException("No free port on 127.0.0.1", e);
        }
    }

    static boolean isFree(int port) {
        try (ServerSocket socket = new ServerSocket()) {
            socket.setReuseAddress(true);
            socket.bind(new InetSocketAddress(LOOPBACK, port), 1);
            return true;
        } catch (IOException e) {
            return false;
        }
    }

    static LocalCloudException taken(String server, int port, String property) {
        return new LocalCloudException(
                "Port " + port + " for " + server + " is taken: stop what listens there, or give " + server
                        + " another one with -D" + property + "=PORT (0 takes any free port)");
    }

    private static InetAddress loopback() {
        try {
            return InetAddress.getByAddress("localhost", new byte[] {127, 0, 0, 1});
        } catch (UnknownHostException e) {
            throw new IllegalStateException(e);
        }
    }
}

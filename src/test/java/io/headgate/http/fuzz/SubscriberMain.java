package io.headgate.http.fuzz;

import io.headgate.SocketClient;

/** A process with an open WebSocket to the gateway at a port. It says when that is open, and with which code it was closed. */
final class SubscriberMain {

    private SubscriberMain() {}

    public static void main(String[] arguments) {
        SocketClient socket = SocketClient.open(Integer.parseInt(arguments[0]));
        System.out.println("open");
        while (socket.nextOrEnd() != null) {
            // Nothing is asked for.
        }
        System.out.println(socket.closeCode());
        System.exit(0);
    }
}

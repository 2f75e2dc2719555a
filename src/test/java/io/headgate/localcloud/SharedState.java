package io.headgate.localcloud;

import java.lang.management.ManagementFactory;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.function.Supplier;
import javax.management.InstanceAlreadyExistsException;
import javax.management.JMException;
import javax.management.MBeanServer;
import javax.management.ObjectName;
import javax.management.StandardMBean;

/** The state of the JVM's one local cloud, which every class loader finds at the platform's MBean server. */
final class SharedState {

    private SharedState() {}

    /** What the MBean server shows; it hands out the object itself within a JVM. */
    public interface Holder {
        CompletableFuture<Map<String, Object>> getState();
    }

    /** The state, made by the first caller; all callers fail like the first one where that failed. */
    static State of(Supplier<State> start) {
        CompletableFuture<Map<String, Object>> mine = new CompletableFuture<>();
        CompletableFuture<Map<String, Object>> first = firstOf(mine);
        if (first == mine) {
            try {
                mine.complete(start.get().values());
            } catch (RuntimeException e) {
                mine.completeExceptionally(e);
            }
        }
        return new State(first.join());
    }

    @SuppressWarnings("unchecked")
    private static CompletableFuture<Map<String, Object>> firstOf(CompletableFuture<Map<String, Object>> mine) {
        MBeanServer server = ManagementFactory.getPlatformMBeanServer();
        try {
            ObjectName name = new ObjectName(SharedState.class.getPackageName(), "type", "LocalCloud");
            try {
                server.registerMBean(new StandardMBean((Holder) () -> mine, Holder.class), name);
                return mine;
            } catch (InstanceAlreadyExistsException e) {
                return (CompletableFuture<Map<String, Object>>) server.getAttribute(name, "State");
            }
        } catch (JMException e) {
            throw new IllegalStateException(e);
        }
    }
}

package io.headgate.localcloud.rds;

import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.util.HashMap;
import java.util.Map;

/** Every action of the API that is here, by its name. */
final class Actions {

    /** One action, which reads the request and writes the content of the result, with the account's lock. */
    @FunctionalInterface
    private interface Action {
        void answer(QueryRequest request, XmlResponse xml);
    }

    /** An action that is there for instances and for clusters. */
    @FunctionalInterface
    private interface KindAction {
        void answer(Kind kind, QueryRequest request, XmlResponse xml);
    }

    static final String NAMESPACE = "http://rds.amazonaws.com/doc/2014-10-31/";

    private final Account account;
    private final Map<String, Action> actions = new HashMap<>();

    Actions(Account account, Work work, Backups backups, Standbys standbys, ReadReplicas replicas) {
        this.account = account;
        DatabaseXml databaseXml = new DatabaseXml(account);
        Snapshots snapshots = new Snapshots(account, work, backups, SnapshotXml::write);
        Databases databases = new Databases(account, work, backups, standbys, replicas, snapshots, databaseXml::write);
        Restores restores = new Restores(account, work, backups, standbys, databaseXml::write);
        Reboots reboots = new Reboots(account, work, standbys, databaseXml::write);
        AutomatedBackups automatedBackups = new AutomatedBackups(account);
        Tags tags = new Tags(account);
        for (Kind kind : Kind.values()) {
            add("Create" + kind.noun, kind, databases::create);
            add("Describe" + kind.noun + "s", kind, databases::describe);
            add("Modify" + kind.noun, kind, databases::modify);
            add("Delete" + kind.noun, kind, databases::delete);
            add("Create" + kind.snapshotNoun, kind, snapshots::create);
            add("Describe" + kind.snapshotNoun + "s", kind, snapshots::describe);
            add("Delete" + kind.snapshotNoun, kind, snapshots::delete);
            add("Restore" + kind.noun + "ToPointInTime", kind, restores::toPointInTime);
            add("Describe" + kind.noun + "AutomatedBackups", kind, automatedBackups::describe);
        }
        add("RestoreDBInstanceFromDBSnapshot", Kind.INSTANCE, restores::fromSnapshot);
        add("RestoreDBClusterFromSnapshot", Kind.CLUSTER, restores::fromSnapshot);
        actions.put("RebootDBInstance", reboots::reboot);
        actions.put("FailoverDBCluster", reboots::failOver);
        actions.put("DescribeEvents", account.events::describe);
        actions.put("CreateDBInstanceReadReplica", (request, xml) -> replicas.create(request, xml, databaseXml::write));
        actions.put("PromoteReadReplica", (request, xml) -> replicas.promote(request, xml, databaseXml::write));
        actions.put("AddTagsToResource", tags::add);
        actions.put("ListTagsForResource", tags::list);
        actions.put("RemoveTagsFromResource", tags::remove);
    }

    private void add(String name, Kind kind, KindAction action) {
        actions.put(name, (request, xml) -> action.answer(kind, request, xml));
    }

    /**
     * Answers a request.
     *
     * @throws QueryError as RDS would fail
     */
    String answer(QueryRequest request) {
        String name = request.action();
        Action action = actions.get(name);
        if (action == null) {
            throw new QueryError("InvalidAction", 400, "Could not find operation " + name + " for version 2014-10-31");
        }
        synchronized (account) {
            return XmlResponse.of(NAMESPACE, name, xml -> action.answer(request, xml));
        }
    }
}

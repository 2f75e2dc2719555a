package io.headgate.localcloud.rds;

import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import io.headgate.localcloud.query.XmlResponse;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/** The actions on tags, of whatever has an ARN. */
final class Tags {

    private static final Pattern ARN =
            Pattern.compile("arn:aws:rds:[a-z0-9-]+:\\d{12}:(db|cluster|snapshot|cluster-snapshot):(.+)");

    private final Account account;

    Tags(Account account) {
        this.account = account;
    }

    void add(QueryRequest request, XmlResponse xml) {
        tags(request).putAll(request.tags());
    }

    void list(QueryRequest request, XmlResponse xml) {
        xml.tags(tags(request));
    }

    void remove(QueryRequest request, XmlResponse xml) {
        tags(request).keySet().removeAll(request.strings("TagKeys", "member"));
    }

    private Map<String, String> tags(QueryRequest request) {
        String name = request.require("ResourceName");
        Matcher arn = ARN.matcher(name);
        if (!arn.matches()) {
            throw QueryError.invalidValue("Invalid resource name: " + name);
        }
        return switch (arn.group(1)) {
            case "db" -> account.database(Kind.INSTANCE, name).tags;
            case "cluster" -> account.database(Kind.CLUSTER, name).tags;
            case "snapshot" -> account.snapshot(Kind.INSTANCE, name).tags;
            default -> account.snapshot(Kind.CLUSTER, name).tags;
        };
    }
}

package io.headgate.localcloud.elasticache;

import io.headgate.localcloud.query.QueryError;
import io.headgate.localcloud.query.QueryRequest;
import java.time.Instant;
import java.util.List;
import java.util.Locale;
import java.util.regex.Pattern;

/** What requests that make or change caches have in common. */
final class CacheSettings {

    /** What the names of AWS's own parameter groups for cluster mode end with. */
    static final String CLUSTER_MODE = ".cluster.on";

    private static final List<String> KEPT = List.of(
            "ReplicationGroupDescription",
            "CacheNodeType",
            "CacheParameterGroupName",
            "CacheSubnetGroupName",
            "SnapshotWindow",
            "AtRestEncryptionEnabled",
            "TransitEncryptionEnabled",
            "AutoMinorVersionUpgrade");
    private static final Pattern NAME = Pattern.compile("[A-Za-z](-?[A-Za-z0-9])*");
    private static final Pattern WINDOW = Pattern.compile("([01]\\d|2[0-3]):[0-5]\\d-([01]\\d|2[0-3]):[0-5]\\d");
    private static final int LONGEST_RETENTION = 35;

    private CacheSettings() {}

    /** A name in the form that ElastiCache keeps. */
    static String name(QueryRequest request, String parameter, int longest) {
        String name = request.require(parameter);
        if (name.length() > longest || !NAME.matcher(name).matches()) {
            throw QueryError.invalidValue("The parameter " + parameter
                    + " is not a valid identifier. Identifiers must begin with a letter; must contain only ASCII letters,"
                    + " digits, and hyphens; and must not end with a hyphen or contain two consecutive hyphens.");
        }
        return name.toLowerCase(Locale.ROOT);
    }

    /** Takes over what a request sets. */
    static void apply(LocalCache cache, QueryRequest request, Instant now) {
        String window = request.find("SnapshotWindow");
        if (window != null && !WINDOW.matcher(window).matches()) {
            throw QueryError.invalidValue("Invalid snapshot window: " + window + ". It is like 03:00-04:00.");
        }
        for (String name : KEPT) {
            String value = request.find(name);
            if (value != null) {
                cache.attributes.put(name, value);
            }
        }
        List<String> groups = request.strings("SecurityGroupIds", "SecurityGroupId");
        if (!groups.isEmpty()) {
            cache.securityGroups = groups;
        }
        request.integer("SnapshotRetentionLimit", 0, LONGEST_RETENTION).ifPresent(days -> {
            if (cache.isMemcached()) {
                throw QueryError.invalidCombination("Memcached has no snapshots.");
            }
            if (cache.retentionDays == 0) {
                cache.daily = now;
            }
            cache.retentionDays = days;
        });
    }
}

package io.headgate.fleet.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.recovery.Change;
import io.headgate.recovery.DatabaseId;
import io.headgate.recovery.DatabaseSettings;
import io.headgate.recovery.Failure;
import io.headgate.recovery.FleetChange.CreateDatabase;
import io.headgate.recovery.FleetChange.CreateReadReplica;
import io.headgate.recovery.FleetChange.DeleteDatabase;
import io.headgate.recovery.FleetChange.FailoverDatabase;
import io.headgate.recovery.FleetChange.ModifyDatabase;
import io.headgate.recovery.FleetChange.PromoteReadReplica;
import io.headgate.recovery.FleetChange.RebootDatabase;
import io.headgate.recovery.Password;
import io.headgate.recovery.Progress;
import io.headgate.recovery.RecordedAws;
import io.headgate.recovery.RecoveryTarget;
import io.headgate.recovery.Tag;
import io.headgate.recovery.rds.RdsConfig;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** What RDS is asked for, form by form, and what a look makes of its answers. */
class FleetRequestsTest {

    /** Its first eleven digits are a time: 2026-03-01T11:00:05Z. */
    private static final String OPERATION = "operation:19ca90e2f080000000000000000";

    private static final DatabaseId SHOP = DatabaseId.parse("rds:shop");
    private static final DatabaseId CLUSTER = DatabaseId.parse("aurora:ledger");
    private static final DatabaseSettings SETTINGS = new DatabaseSettings(
            "17.4", "db.t4g.micro", 50, "io2", 3000, true, 14, true, false, "shop-postgres17", List.of("sg-1", "sg-2"));

    private RecordedAws aws;
    private RecoveryTarget rds;
    private RecoveryTarget aurora;

    private record Times() implements RdsConfig {
        @Override
        public Duration readTimeout() {
            return Duration.ofSeconds(20);
        }

        @Override
        public Duration writeTimeout() {
            return Duration.ofSeconds(20);
        }

        @Override
        public Duration attemptTimeout() {
            return Duration.ofSeconds(10);
        }
    }

    @BeforeEach
    void start() throws IOException {
        aws = new RecordedAws();
        rds = new RdsFleetTarget(aws.rds(), new Times());
        aurora = new AuroraFleetTarget(aws.rds(), new Times());
        for (String call : List.of(
                "CreateDBCluster",
                "CreateDBInstance",
                "CreateDBInstanceReadReplica",
                "DeleteDBCluster",
                "DeleteDBInstance",
                "DescribeEvents",
                "FailoverDBCluster",
                "ModifyDBCluster",
                "ModifyDBInstance",
                "PromoteReadReplica",
                "RebootDBInstance")) {
            aws.give(call, answer(call, ""));
        }
        aws.give("DescribeDBInstances", instances(""));
        aws.give("DescribeDBClusters", clusters("<Engine>aurora-mysql</Engine>"));
    }

    @AfterEach
    void stop() {
        aws.close();
    }

    private static String answer(String call, String result) {
        return "<" + call + "Response xmlns=\"http://rds.amazonaws.com/doc/2014-10-31/\"><" + call + "Result>" + result
                + "</" + call + "Result></" + call + "Response>";
    }

    private static String instances(String elements) {
        return answer(
                "DescribeDBInstances",
                "<DBInstances><DBInstance><DBInstanceIdentifier>shop</DBInstanceIdentifier>"
                        + "<DBInstanceStatus>available</DBInstanceStatus>" + elements + "</DBInstance></DBInstances>");
    }

    private static String clusters(String elements) {
        return answer(
                "DescribeDBClusters",
                "<DBClusters><DBCluster><DBClusterIdentifier>ledger</DBClusterIdentifier><Status>available</Status>"
                        + elements + "</DBCluster></DBClusters>");
    }

    private @Nullable String begin(RecoveryTarget target, Change change) {
        return await(target.begin(OPERATION, change));
    }

    private Progress look(Change change, @Nullable String key) {
        return await(rds.look(OPERATION, change, key));
    }

    private static <T> T await(Uni<T> uni) {
        return uni.await().atMost(Duration.ofSeconds(30));
    }

    /** The form that was sent, a pair a line, in the order of AWS's names. */
    private String form(String call) {
        List<RecordedAws.Request> requests = aws.requests(call);
        assertThat(requests).hasSize(1);
        return String.join(
                "\n",
                Arrays.stream(requests.get(0).body().split("&"))
                        .filter(pair -> !pair.startsWith("Action=") && !pair.startsWith("Version="))
                        .sorted()
                        .toList());
    }

    private static CreateDatabase creation(DatabaseId id, String engine, @Nullable Password password) {
        return new CreateDatabase(
                id,
                engine,
                SETTINGS,
                "shop",
                5433,
                "alice",
                password,
                true,
                "alias/shop",
                "private",
                1,
                List.of(new Tag("team", "core & shop")));
    }

    @Test
    void createDbInstance() {
        begin(rds, creation(SHOP, "postgres", null));

        assertThat(aws.requests("CreateDBInstance").get(0).body())
                .startsWith("Action=CreateDBInstance&Version=2014-10-31&");
        assertThat(form("CreateDBInstance")).isEqualTo("""
                AllocatedStorage=50
                BackupRetentionPeriod=14
                DBInstanceClass=db.t4g.micro
                DBInstanceIdentifier=shop
                DBName=shop
                DBParameterGroupName=shop-postgres17
                DBSubnetGroupName=private
                DeletionProtection=true
                Engine=postgres
                EngineVersion=17.4
                Iops=3000
                KmsKeyId=alias%2Fshop
                ManageMasterUserPassword=true
                MasterUsername=alice
                MultiAZ=true
                Port=5433
                PubliclyAccessible=false
                StorageEncrypted=true
                StorageType=io2
                Tags.Tag.1.Key=team
                Tags.Tag.1.Value=core+%26+shop
                Tags.Tag.2.Key=headgate%3Aoperation
                Tags.Tag.2.Value=operation%3A19ca90e2f080000000000000000
                VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-1
                VpcSecurityGroupIds.VpcSecurityGroupId.2=sg-2""");
    }

    @Test
    void passwordThatIsGivenIsSentInsteadOfManaged() {
        begin(rds, creation(SHOP, "postgres", Password.of("Only-4-the-master")));
        begin(aurora, creation(CLUSTER, "aurora-mysql", Password.of("Only-4-the-master")));

        assertThat(form("CreateDBInstance"))
                .contains("MasterUserPassword=Only-4-the-master")
                .doesNotContain("ManageMasterUserPassword");
        assertThat(form("CreateDBCluster"))
                .contains("MasterUserPassword=Only-4-the-master")
                .doesNotContain("ManageMasterUserPassword");
    }

    @Test
    void passwordThatIsGoneIsNotReplaced() {
        GatewayException failure = Failure.of(rds.begin(OPERATION, creation(SHOP, "postgres", Password.withheld())));

        assertThat(failure.code()).isEqualTo(ErrorCode.FAILED_PRECONDITION);
        assertThat(aws.calls()).isEmpty();
    }

    @Test
    void modifyDbInstance() {
        String key =
                begin(rds, new ModifyDatabase(SHOP, SETTINGS, Password.of("Only-4-the-master"), false, true, true));

        assertThat(key).isEqualTo(InstanceProgress.ACCEPTED);
        assertThat(form("ModifyDBInstance")).isEqualTo("""
                AllocatedStorage=50
                AllowMajorVersionUpgrade=true
                ApplyImmediately=true
                BackupRetentionPeriod=14
                DBInstanceClass=db.t4g.micro
                DBInstanceIdentifier=shop
                DBParameterGroupName=shop-postgres17
                DeletionProtection=true
                EngineVersion=17.4
                Iops=3000
                ManageMasterUserPassword=false
                MasterUserPassword=Only-4-the-master
                MultiAZ=true
                PubliclyAccessible=false
                StorageType=io2
                VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-1
                VpcSecurityGroupIds.VpcSecurityGroupId.2=sg-2""");
    }

    @Test
    void modificationSaysOnlyWhatIsToChange() {
        begin(rds, new ModifyDatabase(SHOP, DatabaseSettings.none(), null, true, false, false));
        begin(aurora, new ModifyDatabase(CLUSTER, DatabaseSettings.none(), null, true, false, true));

        assertThat(form("ModifyDBInstance")).isEqualTo("""
                ApplyImmediately=false
                DBInstanceIdentifier=shop
                ManageMasterUserPassword=true""");
        assertThat(form("ModifyDBCluster")).isEqualTo("""
                ApplyImmediately=true
                DBClusterIdentifier=ledger
                ManageMasterUserPassword=true""");
    }

    @Test
    void deleteDbInstanceWithALastSnapshotByDefault() {
        String key = begin(rds, new DeleteDatabase(SHOP, false, null, false));

        assertThat(key).isEqualTo("shop-final-19ca90e2f08");
        assertThat(form("DeleteDBInstance")).isEqualTo("""
                DBInstanceIdentifier=shop
                DeleteAutomatedBackups=false
                FinalDBSnapshotIdentifier=shop-final-19ca90e2f08
                SkipFinalSnapshot=false""");
    }

    @Test
    void readReplicaIsDeletedWithoutSnapshotAndBackups() {
        aws = restarted("<ReadReplicaSourceDBInstanceIdentifier>shop</ReadReplicaSourceDBInstanceIdentifier>");

        String key = begin(rds, new DeleteDatabase(SHOP, false, null, false));

        assertThat(key).isNull();
        assertThat(form("DeleteDBInstance")).isEqualTo("""
                DBInstanceIdentifier=shop
                SkipFinalSnapshot=true""");
    }

    /** RDS as it answers of one DB instance. */
    private RecordedAws restarted(String elements) {
        try {
            aws.close();
            RecordedAws other = new RecordedAws();
            other.give("DescribeDBInstances", instances(elements));
            other.give("DescribeEvents", answer("DescribeEvents", ""));
            other.give("DeleteDBInstance", answer("DeleteDBInstance", ""));
            rds = new RdsFleetTarget(other.rds(), new Times());
            return other;
        } catch (IOException e) {
            throw new AssertionError(e);
        }
    }

    @Test
    void rebootAndFailover() {
        begin(rds, new RebootDatabase(SHOP));
        assertThat(form("RebootDBInstance")).isEqualTo("DBInstanceIdentifier=shop");

        begin(aurora, new FailoverDatabase(CLUSTER, "ledger-2"));
        assertThat(form("FailoverDBCluster")).isEqualTo("""
                DBClusterIdentifier=ledger
                TargetDBInstanceIdentifier=ledger-2""");
    }

    @Test
    void failoverOfADbInstanceIsAForcedReboot() {
        begin(rds, new FailoverDatabase(SHOP, null));

        assertThat(form("RebootDBInstance")).isEqualTo("""
                DBInstanceIdentifier=shop
                ForceFailover=true""");
    }

    @Test
    void createDbInstanceReadReplica() {
        begin(rds, new CreateReadReplica(SHOP, DatabaseId.parse("rds:shop-r"), DatabaseSettings.none(), List.of()));

        assertThat(form("CreateDBInstanceReadReplica")).isEqualTo("""
                DBInstanceIdentifier=shop-r
                SourceDBInstanceIdentifier=shop
                Tags.Tag.1.Key=headgate%3Aoperation
                Tags.Tag.1.Value=operation%3A19ca90e2f080000000000000000""");
    }

    @Test
    void promoteReadReplica() {
        begin(rds, new PromoteReadReplica(SHOP, 5));

        assertThat(form("PromoteReadReplica")).isEqualTo("""
                BackupRetentionPeriod=5
                DBInstanceIdentifier=shop""");
    }

    @Test
    void createDbCluster() {
        begin(aurora, creation(CLUSTER, "aurora-mysql", null));

        assertThat(form("CreateDBCluster")).isEqualTo("""
                BackupRetentionPeriod=14
                DBClusterIdentifier=ledger
                DBClusterParameterGroupName=shop-postgres17
                DBSubnetGroupName=private
                DatabaseName=shop
                DeletionProtection=true
                Engine=aurora-mysql
                EngineVersion=17.4
                KmsKeyId=alias%2Fshop
                ManageMasterUserPassword=true
                MasterUsername=alice
                Port=5433
                StorageEncrypted=true
                Tags.Tag.1.Key=team
                Tags.Tag.1.Value=core+%26+shop
                Tags.Tag.2.Key=headgate%3Aoperation
                Tags.Tag.2.Value=operation%3A19ca90e2f080000000000000000
                VpcSecurityGroupIds.VpcSecurityGroupId.1=sg-1
                VpcSecurityGroupIds.VpcSecurityGroupId.2=sg-2""");
    }

    @Test
    void deleteDbCluster() {
        begin(aurora, new DeleteDatabase(CLUSTER, false, "last", true));

        assertThat(form("DeleteDBCluster")).isEqualTo("""
                DBClusterIdentifier=ledger
                DeleteAutomatedBackups=true
                FinalDBSnapshotIdentifier=last
                SkipFinalSnapshot=false""");
    }

    @Test
    void restartWhoseAnswerWasLostIsKnownByItsEvent() {
        assertThat(look(new RebootDatabase(SHOP), null)).isEqualTo(new Progress.Absent());
        assertThat(form("DescribeEvents")).isEqualTo("""
                MaxRecords=100
                SourceIdentifier=shop
                SourceType=db-instance
                StartTime=2026-03-01T11%3A00%3A05Z""");
        aws.give("DescribeEvents", events("2026-03-01T11:00:04.000Z"));
        aws.give("DescribeEvents", events("2026-03-01T11:00:09.000Z"));

        look(new RebootDatabase(SHOP), null);
        assertThat(look(new RebootDatabase(SHOP), null)).isEqualTo(new Progress.Absent());
        assertThat(look(new RebootDatabase(SHOP), null)).isEqualTo(new Progress.Done(null));
        assertThat(look(new RebootDatabase(SHOP), InstanceProgress.ACCEPTED)).isEqualTo(new Progress.Done(null));
    }

    @Test
    void failoverThatWasAcceptedIsNotOverBeforeItBegan() {
        Change failover = new FailoverDatabase(CLUSTER, null);
        Change toReader = new FailoverDatabase(CLUSTER, "ledger-2");
        Progress notYet = new Progress.Running(null, InstanceProgress.ACCEPTED);

        assertThat(await(aurora.look(OPERATION, failover, InstanceProgress.ACCEPTED)))
                .isEqualTo(notYet);
        assertThat(await(aurora.look(OPERATION, toReader, InstanceProgress.ACCEPTED)))
                .isEqualTo(notYet);
        assertThat(await(aurora.look(OPERATION, toReader, null))).isEqualTo(new Progress.Absent());

        aws.give("DescribeEvents", event("Completed failover to DB instance: ledger-2", "2026-03-01T11:00:09.000Z"));
        aws.give(
                "DescribeDBClusters",
                clusters("<DBClusterMembers><DBClusterMember><DBInstanceIdentifier>ledger-2</DBInstanceIdentifier>"
                        + "<IsClusterWriter>true</IsClusterWriter></DBClusterMember></DBClusterMembers>"));
        // Each answer that was given is for one request, the last one for all that follow.
        await(aurora.look(OPERATION, failover, InstanceProgress.ACCEPTED));
        assertThat(await(aurora.look(OPERATION, failover, InstanceProgress.ACCEPTED)))
                .isEqualTo(new Progress.Done(null));
        assertThat(await(aurora.look(OPERATION, toReader, InstanceProgress.ACCEPTED)))
                .isEqualTo(new Progress.Done(null));
    }

    private static String events(String date) {
        return event("DB instance restarted", date);
    }

    private static String event(String message, String date) {
        return answer(
                "DescribeEvents",
                "<Events><Event><SourceIdentifier>shop</SourceIdentifier><SourceType>db-instance</SourceType><Message>"
                        + message + "</Message><Date>" + date + "</Date></Event></Events>");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "Done    | true  | <BackupRetentionPeriod>14</BackupRetentionPeriod>",
                "Absent  | true  | <BackupRetentionPeriod>7</BackupRetentionPeriod>",
                "Running | true  | <BackupRetentionPeriod>7</BackupRetentionPeriod><PendingModifiedValues><BackupRetentionPeriod>14</BackupRetentionPeriod></PendingModifiedValues>",
                "Done    | false | <BackupRetentionPeriod>7</BackupRetentionPeriod><PendingModifiedValues><BackupRetentionPeriod>14</BackupRetentionPeriod></PendingModifiedValues>",
                "Absent  | false | <BackupRetentionPeriod>7</BackupRetentionPeriod><PendingModifiedValues><BackupRetentionPeriod>9</BackupRetentionPeriod></PendingModifiedValues>"
            })
    void modificationIsFollowedByWhatRdsHasAndIsAboutToHave(String progress, boolean immediately, String elements) {
        aws = restarted(elements);
        DatabaseSettings asked = new DatabaseSettings(null, null, null, null, null, null, 14, null, null, null, null);

        Progress found = look(new ModifyDatabase(SHOP, asked, null, false, false, immediately), "accepted");

        assertThat(found.getClass().getSimpleName()).isEqualTo(progress);
    }

    @Test
    void passwordIsSetAgainWhenItIsNotKnownWhetherItWas() {
        ModifyDatabase change =
                new ModifyDatabase(SHOP, DatabaseSettings.none(), Password.withheld(), false, false, true);

        assertThat(look(change, null)).isEqualTo(new Progress.Absent());
        assertThat(look(change, InstanceProgress.ACCEPTED)).isEqualTo(new Progress.Done(null));
    }
}

package io.headgate.localcloud.rds;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.localcloud.LocalCloud;
import java.io.IOException;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.util.Map;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.services.rds.model.DbInstanceNotFoundException;
import software.amazon.awssdk.services.rds.model.DbSnapshotNotFoundException;
import software.amazon.awssdk.services.rds.model.PointInTimeRestoreNotEnabledException;
import software.amazon.awssdk.services.rds.model.RdsException;

/** What fails, with which code and which status of HTTP. */
class RdsErrorsTest {

    private static final LocalCloud CLOUD = LocalCloud.shared();
    private static final Rds RDS = new Rds(CLOUD);
    private static final HttpClient HTTP = HttpClient.newHttpClient();

    /** What each request is completed with where it does not say something else. */
    private static final Map<String, String> USUAL = Map.of(
            "CreateDBInstance",
            "Engine=mysql&DBInstanceClass=db.t4g.micro&MasterUsername=alice&MasterUserPassword=password-1",
            "CreateDBCluster",
            "Engine=aurora-mysql&MasterUsername=alice&MasterUserPassword=password-1");

    @BeforeAll
    static void create() throws Exception {
        assertThat(post("CreateDBInstance", "DBInstanceIdentifier=errs&BackupRetentionPeriod=0")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("CreateDBInstance", "DBInstanceIdentifier=errs-protected&DeletionProtection=true")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post("CreateDBCluster", "DBClusterIdentifier=errs-cluster").statusCode())
                .isEqualTo(200);
        RDS.availableInstance("errs");
        RDS.availableInstance("errs-protected");
        RDS.availableCluster("errs-cluster");
        assertThat(post("CreateDBSnapshot", "DBInstanceIdentifier=errs&DBSnapshotIdentifier=errs-s")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(
                                "CreateDBClusterSnapshot",
                                "DBClusterIdentifier=errs-cluster&DBClusterSnapshotIdentifier=errs-cs")
                        .statusCode())
                .isEqualTo(200);
        assertThat(post(
                                "CreateDBInstance",
                                "DBInstanceIdentifier=errs-member&DBClusterIdentifier=errs-cluster"
                                        + "&Engine=aurora-mysql&MasterUsername=&MasterUserPassword=")
                        .body())
                .contains("InvalidParameterCombination");
        RDS.client
                .createDBInstance(request -> request.dbInstanceIdentifier("errs-member")
                        .dbClusterIdentifier("errs-cluster")
                        .dbInstanceClass("db.r7g.large")
                        .engine("aurora-mysql"))
                .join();
        RDS.availableInstance("errs-member");
        RDS.availableSnapshot("errs-s");
        RDS.availableCluster("errs-cluster");
        RDS.availableInstance("errs");
    }

    @AfterAll
    static void close() throws Exception {
        post("ModifyDBInstance", "DBInstanceIdentifier=errs-protected&DeletionProtection=false");
        RDS.availableInstance("errs-protected");
        RDS.delete("errs");
        RDS.delete("errs-protected");
        RDS.delete("errs-member");
        post("DeleteDBCluster", "DBClusterIdentifier=errs-cluster&SkipFinalSnapshot=true");
        post("DeleteDBSnapshot", "DBSnapshotIdentifier=errs-s");
        post("DeleteDBClusterSnapshot", "DBClusterSnapshotIdentifier=errs-cs");
        RDS.close();
    }

    @ParameterizedTest(name = "{0} {1}: {3}")
    @CsvSource(
            delimiter = '|',
            value = {
                "NoSuchAction | a=b | 400 | InvalidAction",
                "CreateDBParameterGroup | a=b | 400 | InvalidAction",
                "DescribeDBInstances | DBInstanceIdentifier=none | 404 | DBInstanceNotFound",
                "DescribeDBInstances | MaxRecords=19 | 400 | InvalidParameterValue",
                "DescribeDBInstances | MaxRecords=101 | 400 | InvalidParameterValue",
                "DescribeDBInstances | MaxRecords=many | 400 | InvalidParameterValue",
                "DescribeDBInstances | Filters.Filter.1.Name=colour&Filters.Filter.1.Values.Value.1=red | 400 | InvalidParameterValue",
                "CreateDBInstance | a=b | 400 | MissingParameter",
                "CreateDBInstance | DBInstanceIdentifier=errs | 400 | DBInstanceAlreadyExists",
                "CreateDBInstance | DBInstanceIdentifier=ERRS | 400 | DBInstanceAlreadyExists",
                "CreateDBInstance | DBInstanceIdentifier=mydb | 400 | DBInstanceAlreadyExists",
                "CreateDBInstance | DBInstanceIdentifier=1errs | 400 | InvalidParameterValue",
                "CreateDBInstance | DBInstanceIdentifier=errs- | 400 | InvalidParameterValue",
                "CreateDBInstance | DBInstanceIdentifier=er--rs | 400 | InvalidParameterValue",
                "CreateDBInstance | DBInstanceIdentifier=er_rs | 400 | InvalidParameterValue",
                "CreateDBInstance | DBInstanceIdentifier=x&Engine=dbase | 400 | InvalidParameterValue",
                "CreateDBInstance | DBInstanceIdentifier=x&MasterUserPassword=short | 400 | InvalidParameterValue",
                "CreateDBInstance | DBInstanceIdentifier=x&MasterUserPassword=with%40signs | 400 | InvalidParameterValue",
                "CreateDBInstance | DBInstanceIdentifier=x&MasterUsername=rdsadmin | 400 | InvalidParameterValue",
                "CreateDBInstance | DBInstanceIdentifier=x&BackupRetentionPeriod=36 | 400 | InvalidParameterValue",
                "CreateDBInstance | DBInstanceIdentifier=x&MultiAZ=perhaps | 400 | InvalidParameterValue",
                "CreateDBInstance | DBInstanceIdentifier=x&DBClusterIdentifier=none&Engine=aurora-mysql | 404 | DBClusterNotFoundFault",
                "CreateDBInstance | DBInstanceIdentifier=x&DBClusterIdentifier=errs-cluster | 400 | InvalidParameterCombination",
                "CreateDBInstance | DBInstanceIdentifier=x&Engine=aurora-mysql | 400 | InvalidParameterCombination",
                "CreateDBInstance | DBInstanceIdentifier=x&Tags.Tag.1.Key=aws:mine | 400 | InvalidParameterValue",
                "ModifyDBInstance | DBInstanceIdentifier=none | 404 | DBInstanceNotFound",
                "ModifyDBInstance | DBInstanceIdentifier=errs&NewDBInstanceIdentifier=mydb | 400 | DBInstanceAlreadyExists",
                "ModifyDBInstance | DBInstanceIdentifier=errs-member&BackupRetentionPeriod=3 | 400 | InvalidParameterCombination",
                "ModifyDBInstance | DBInstanceIdentifier=mydb&DeletionProtection=false | 400 | InvalidParameterCombination",
                "DeleteDBInstance | DBInstanceIdentifier=none | 404 | DBInstanceNotFound",
                "DeleteDBInstance | DBInstanceIdentifier=mydb&SkipFinalSnapshot=true | 400 | InvalidParameterCombination",
                "DeleteDBInstance | DBInstanceIdentifier=errs | 400 | InvalidParameterCombination",
                "DeleteDBInstance | DBInstanceIdentifier=errs&SkipFinalSnapshot=true&FinalDBSnapshotIdentifier=f | 400 | InvalidParameterCombination",
                "DeleteDBInstance | DBInstanceIdentifier=errs&FinalDBSnapshotIdentifier=errs-s | 400 | DBSnapshotAlreadyExists",
                "DeleteDBInstance | DBInstanceIdentifier=errs-protected&SkipFinalSnapshot=true | 400 | InvalidParameterCombination",
                "CreateDBSnapshot | DBInstanceIdentifier=none&DBSnapshotIdentifier=x | 404 | DBInstanceNotFound",
                "CreateDBSnapshot | DBInstanceIdentifier=errs&DBSnapshotIdentifier=errs-s | 400 | DBSnapshotAlreadyExists",
                "CreateDBSnapshot | DBInstanceIdentifier=errs&DBSnapshotIdentifier=rds:x | 400 | InvalidParameterValue",
                "CreateDBSnapshot | DBInstanceIdentifier=errs-member&DBSnapshotIdentifier=x | 400 | InvalidParameterValue",
                "CreateDBSnapshot | DBInstanceIdentifier=errs | 400 | MissingParameter",
                "DescribeDBSnapshots | DBSnapshotIdentifier=none | 404 | DBSnapshotNotFound",
                "DescribeDBSnapshots | SnapshotType=blue | 400 | InvalidParameterValue",
                "DeleteDBSnapshot | DBSnapshotIdentifier=none | 404 | DBSnapshotNotFound",
                "RestoreDBInstanceFromDBSnapshot | DBInstanceIdentifier=x&DBSnapshotIdentifier=none | 404 | DBSnapshotNotFound",
                "RestoreDBInstanceFromDBSnapshot | DBInstanceIdentifier=mydb&DBSnapshotIdentifier=errs-s | 400 | DBInstanceAlreadyExists",
                "RestoreDBInstanceFromDBSnapshot | DBInstanceIdentifier=x&DBSnapshotIdentifier=errs-s&Engine=postgres | 400 | InvalidParameterValue",
                "RestoreDBInstanceFromDBSnapshot | DBInstanceIdentifier=x | 400 | MissingParameter",
                "RestoreDBInstanceToPointInTime | TargetDBInstanceIdentifier=x&SourceDBInstanceIdentifier=none&UseLatestRestorableTime=true | 404 | DBInstanceNotFound",
                "RestoreDBInstanceToPointInTime | TargetDBInstanceIdentifier=x&SourceDbiResourceId=db-NONE&UseLatestRestorableTime=true | 404 | DBInstanceAutomatedBackupNotFound",
                "RestoreDBInstanceToPointInTime | TargetDBInstanceIdentifier=x&SourceDBInstanceIdentifier=errs&UseLatestRestorableTime=true | 400 | PointInTimeRestoreNotEnabled",
                "RestoreDBInstanceToPointInTime | TargetDBInstanceIdentifier=x&SourceDBInstanceIdentifier=errs-member&UseLatestRestorableTime=true | 400 | InvalidParameterValue",
                "RestoreDBInstanceToPointInTime | TargetDBInstanceIdentifier=errs&SourceDBInstanceIdentifier=mydb&RestoreTime=2001-01-01T00:00:00Z | 400 | InvalidParameterValue",
                "RestoreDBInstanceToPointInTime | TargetDBInstanceIdentifier=x&SourceDBInstanceIdentifier=mydb&RestoreTime=2301-01-01T00:00:00Z | 400 | InvalidParameterValue",
                "RestoreDBInstanceToPointInTime | TargetDBInstanceIdentifier=x&SourceDBInstanceIdentifier=mydb&RestoreTime=yesterday | 400 | InvalidParameterValue",
                "RestoreDBInstanceToPointInTime | TargetDBInstanceIdentifier=x&SourceDBInstanceIdentifier=mydb | 400 | InvalidParameterCombination",
                "RestoreDBInstanceToPointInTime | TargetDBInstanceIdentifier=x&UseLatestRestorableTime=true | 400 | InvalidParameterCombination",
                "DescribeDBInstanceAutomatedBackups | DBInstanceIdentifier=none | 404 | DBInstanceNotFound",
                "DescribeDBInstanceAutomatedBackups | DbiResourceId=db-NONE | 404 | DBInstanceAutomatedBackupNotFound",
                "ListTagsForResource | ResourceName=mydb | 400 | InvalidParameterValue",
                "ListTagsForResource | ResourceName=arn:aws:rds:eu-west-1:000000000000:db:none | 404 | DBInstanceNotFound",
                "ListTagsForResource | ResourceName=arn:aws:rds:eu-west-1:000000000000:snapshot:none | 404 | DBSnapshotNotFound",
                "ListTagsForResource | ResourceName=arn:aws:rds:eu-west-1:000000000000:cluster:none | 404 | DBClusterNotFoundFault",
                "DescribeDBClusters | DBClusterIdentifier=none | 404 | DBClusterNotFoundFault",
                "CreateDBCluster | DBClusterIdentifier=errs-cluster | 400 | DBClusterAlreadyExistsFault",
                "CreateDBCluster | DBClusterIdentifier=x&BackupRetentionPeriod=0 | 400 | InvalidParameterValue",
                "DeleteDBCluster | DBClusterIdentifier=errs-cluster&SkipFinalSnapshot=true | 400 | InvalidDBClusterStateFault",
                "DeleteDBCluster | DBClusterIdentifier=none&SkipFinalSnapshot=true | 404 | DBClusterNotFoundFault",
                "CreateDBClusterSnapshot | DBClusterIdentifier=none&DBClusterSnapshotIdentifier=x | 404 | DBClusterNotFoundFault",
                "CreateDBClusterSnapshot | DBClusterIdentifier=errs-cluster&DBClusterSnapshotIdentifier=errs-cs | 400 | DBClusterSnapshotAlreadyExistsFault",
                "DescribeDBClusterSnapshots | DBClusterSnapshotIdentifier=none | 404 | DBClusterSnapshotNotFoundFault",
                "DeleteDBClusterSnapshot | DBClusterSnapshotIdentifier=none | 404 | DBClusterSnapshotNotFoundFault",
                "RestoreDBClusterFromSnapshot | DBClusterIdentifier=x&Engine=aurora-mysql&SnapshotIdentifier=none | 404 | DBClusterSnapshotNotFoundFault",
                "RestoreDBClusterFromSnapshot | DBClusterIdentifier=x&SnapshotIdentifier=errs-cs | 400 | MissingParameter",
                "RestoreDBClusterToPointInTime | DBClusterIdentifier=x&SourceDBClusterIdentifier=none&UseLatestRestorableTime=true | 404 | DBClusterNotFoundFault",
                "RestoreDBClusterToPointInTime | DBClusterIdentifier=x&SourceDBClusterIdentifier=errs-cluster&RestoreToTime=2301-01-01T00:00:00Z | 400 | InvalidParameterValue",
                "RestoreDBClusterToPointInTime | DBClusterIdentifier=x&SourceDbClusterResourceId=cluster-NONE&UseLatestRestorableTime=true | 404 | DBClusterAutomatedBackupNotFoundFault",
            })
    void failsAsRdsDoes(String action, String parameters, int status, String code) throws Exception {
        // When
        HttpResponse<String> answer = post(action, parameters);

        // Then
        assertThat(answer.body()).contains("<ErrorResponse", "<Type>Sender</Type>", "<Code>" + code + "</Code>");
        assertThat(answer.statusCode()).isEqualTo(status);
    }

    @Test
    void theSdkKnowsTheErrors() {
        assertThat(Rds.failure(RDS.client.describeDBInstances(request -> request.dbInstanceIdentifier("none"))))
                .isInstanceOf(DbInstanceNotFoundException.class)
                .hasMessageContaining("none");
        assertThat(Rds.failure(RDS.client.deleteDBSnapshot(request -> request.dbSnapshotIdentifier("none"))))
                .isInstanceOf(DbSnapshotNotFoundException.class);
        assertThat(Rds.failure(
                        RDS.client.restoreDBInstanceToPointInTime(request -> request.sourceDBInstanceIdentifier("errs")
                                .targetDBInstanceIdentifier("x")
                                .useLatestRestorableTime(true))))
                .isInstanceOf(PointInTimeRestoreNotEnabledException.class);
    }

    @Test
    void anAutomatedSnapshotIsNotDeleted() {
        // Given
        String automated = RDS.client
                .describeDBSnapshots(
                        request -> request.dbInstanceIdentifier("mydb").snapshotType("automated"))
                .join()
                .dbSnapshots()
                .get(0)
                .dbSnapshotIdentifier();

        // When
        RdsException failure =
                Rds.failure(RDS.client.deleteDBSnapshot(request -> request.dbSnapshotIdentifier(automated)));

        // Then
        assertThat(failure.awsErrorDetails().errorCode()).isEqualTo("InvalidDBSnapshotState");
        assertThat(failure.statusCode()).isEqualTo(400);
    }

    @Test
    void whatIsBusyOrGoingRefuses() throws Exception {
        // Given
        assertThat(post(
                                "CreateDBInstance",
                                "DBInstanceIdentifier=errs-going&Engine=postgres&MasterUserPassword=password-1")
                        .statusCode())
                .isEqualTo(200);

        // When
        HttpResponse<String> busy =
                post("CreateDBSnapshot", "DBInstanceIdentifier=errs-going&DBSnapshotIdentifier=errs-early");
        HttpResponse<String> deleted =
                post("DeleteDBInstance", "DBInstanceIdentifier=errs-going&SkipFinalSnapshot=true");
        HttpResponse<String> again = post("DeleteDBInstance", "DBInstanceIdentifier=errs-going&SkipFinalSnapshot=true");

        // Then
        assertThat(busy.body()).contains("<Code>InvalidDBInstanceState</Code>");
        assertThat(deleted.statusCode()).isEqualTo(200);
        assertThat(again.body()).contains("<Code>InvalidDBInstanceState</Code>");
        RDS.awaitDeletion("errs-going");
    }

    @Test
    void anAccountHasAHundredManualSnapshots() throws Exception {
        // Given
        int n = 0;
        HttpResponse<String> answer = snapshot(n);
        while (answer.statusCode() == 200) {
            n++;
            answer = snapshot(n);
        }

        // Then
        assertThat(answer.body()).contains("<Code>SnapshotQuotaExceeded</Code>");
        assertThat(answer.statusCode()).isEqualTo(400);
        assertThat(RDS.client
                        .describeDBSnapshots(request -> request.snapshotType("manual"))
                        .join()
                        .dbSnapshots())
                .hasSize(100);
        for (int each = 0; each < n; each++) {
            post("DeleteDBSnapshot", "DBSnapshotIdentifier=quota-" + each);
        }
    }

    private static HttpResponse<String> snapshot(int n) throws Exception {
        RDS.availableInstance("errs-protected");
        HttpResponse<String> answer =
                post("CreateDBSnapshot", "DBInstanceIdentifier=errs-protected&DBSnapshotIdentifier=quota-" + n);
        if (answer.statusCode() == 200) {
            RDS.availableSnapshot("quota-" + n);
        }
        return answer;
    }

    /** Later parameters take the place of usual ones. */
    private static HttpResponse<String> post(String action, String parameters)
            throws IOException, InterruptedException {
        String form = "Action=" + action + "&Version=2014-10-31&" + USUAL.getOrDefault(action, "") + "&" + parameters;
        return HTTP.send(
                HttpRequest.newBuilder(URI.create(CLOUD.rds().endpoint() + "/"))
                        .header("Content-Type", "application/x-www-form-urlencoded")
                        .POST(HttpRequest.BodyPublishers.ofString(form))
                        .build(),
                HttpResponse.BodyHandlers.ofString());
    }
}

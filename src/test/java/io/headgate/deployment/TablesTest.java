package io.headgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.recovery.ledger.LedgerTable;
import io.headgate.user.dynamodb.UsersTable;
import java.io.IOException;
import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;

/** The files of docker/dynamodb make the tables that the application expects. */
class TablesTest {

    @Test
    void usersAreKeptInTheTableOfTheFile() throws IOException {
        assertThat(read("users.json")).isEqualTo(new UsersTable("Users").createRequest());
    }

    @Test
    void operationsAreKeptInTheTableOfTheFile() throws IOException {
        assertThat(read("operations.json")).isEqualTo(LedgerTable.createRequest("HeadgateOperations"));
    }

    private static CreateTableRequest read(String file) throws IOException {
        return RequestFile.read(Path.of("docker/dynamodb", file), CreateTableRequest.builder());
    }
}

package io.headgate.user.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;

class UsersTableTest {

    @Test
    void tableThatIsThereIsLeftAlone() {
        LocalTable table = LocalTable.create();
        try (DynamoDbAsyncClient client = LocalTable.client(LocalTable.endpoint())) {
            Instant created = created(client, table);

            new UsersTable(table.name()).createIfAbsent(client).await().atMost(Duration.ofSeconds(30));

            assertThat(created(client, table)).isEqualTo(created);
        }
    }

    @Test
    void tableHasCapacityOnDemandAndTheIndexesThatAreRead() {
        CreateTableRequest request = new UsersTable("Users").createRequest();

        assertThat(request.billingMode()).isEqualTo(BillingMode.PAY_PER_REQUEST);
        assertThat(request.globalSecondaryIndexes())
                .extracting(index -> index.indexName())
                .containsExactlyInAnyOrder("byCreation", "byEmail");
    }

    private static Instant created(DynamoDbAsyncClient client, LocalTable table) {
        return client.describeTable(request -> request.tableName(table.name()))
                .join()
                .table()
                .creationDateTime();
    }
}

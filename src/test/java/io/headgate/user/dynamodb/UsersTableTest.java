package io.headgate.user.dynamodb;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import java.time.Duration;
import java.util.Map;
import org.assertj.core.api.ThrowableAssert.ThrowingCallable;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import software.amazon.awssdk.services.dynamodb.DynamoDbAsyncClient;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;
import software.amazon.awssdk.services.dynamodb.model.CreateTableRequest;

class UsersTableTest {

    @Test
    void tableThatIsThereIsLeftAlone() {
        LocalTable table = LocalTable.create();
        try (DynamoDbAsyncClient client = LocalTable.client(LocalTable.endpoint())) {
            UsersTable again = new UsersTable(table.name());

            again.createIfAbsent(client).await().atMost(Duration.ofSeconds(30));

            assertThat(client.listTables().join().tableNames()).contains(table.name());
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

    @ParameterizedTest
    @ValueSource(
            strings = {"read-timeout", "write-timeout", "attempt-timeout", "max-items-per-list", "max-items-per-count"})
    void valueThatMakesNoSenseIsRefusedByName(String property) {
        DynamoDbConfig config = LocalTable.absent().config(Map.of(property, "0"));
        try (DynamoDbAsyncClient client = LocalTable.client(LocalTable.endpoint())) {

            ThrowingCallable construction = () -> new DynamoDbUserStore(client, config);

            assertThatExceptionOfType(IllegalArgumentException.class)
                    .isThrownBy(construction)
                    .withMessageContaining("headgate.dynamodb." + property);
        }
    }
}

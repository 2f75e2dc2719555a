package io.headgate.choice;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.GatewayProcess;
import io.headgate.localcloud.LocalCloudResource;
import java.util.Map;
import org.assertj.core.api.InstanceOfAssertFactories;
import org.junit.jupiter.api.Test;

/** The rules are in the packaged gateway, also in a native executable, which reads no file of them. */
class RecommendDatabaseIT {

    @Test
    void aLeaderboardWantsRedis() {
        try (GatewayProcess gateway = GatewayProcess.start(new LocalCloudResource().start())) {
            Map<String, Object> answer = gateway.ask(
                            "{ recommendDatabase(workload: {accessPattern: LEADERBOARD}) { service } }", Map.of())
                    .join();

            assertThat(answer.get("recommendDatabase"))
                    .asInstanceOf(InstanceOfAssertFactories.LIST)
                    .startsWith(Map.of("service", "ELASTICACHE_REDIS"))
                    .hasSize(14);
        }
    }
}

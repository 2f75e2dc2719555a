package io.headgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Map;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.ecs.model.ContainerDefinition;
import software.amazon.awssdk.services.ecs.model.CreateServiceRequest;
import software.amazon.awssdk.services.ecs.model.KeyValuePair;
import software.amazon.awssdk.services.ecs.model.NetworkMode;
import software.amazon.awssdk.services.ecs.model.PortMapping;
import software.amazon.awssdk.services.ecs.model.RegisterTaskDefinitionRequest;
import software.amazon.awssdk.services.ecs.model.Secret;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** The files of docker/ecs are requests that ECS takes, and fit the application. */
class EcsTest {

    private final RegisterTaskDefinitionRequest task =
            read("task-definition.json", RegisterTaskDefinitionRequest.builder());
    private final CreateServiceRequest service = read("service.json", CreateServiceRequest.builder());
    private final ContainerDefinition container = task.containerDefinitions().get(0);

    EcsTest() throws IOException {}

    @Test
    void serviceRunsTheTask() {
        assertThat(task.networkMode()).isEqualTo(NetworkMode.AWSVPC);
        assertThat(task.requiresCompatibilitiesAsStrings()).containsExactly(service.launchTypeAsString());
        assertThat(service.taskDefinition()).isEqualTo(task.family());
        assertThat(service.loadBalancers()).singleElement().satisfies(balancer -> {
            assertThat(balancer.containerName()).isEqualTo(container.name());
            assertThat(balancer.containerPort()).isEqualTo(8080);
        });
        assertThat(container.portMappings())
                .extracting(PortMapping::containerPort)
                .containsExactly(8080, 9000);
    }

    @Test
    void everyVariableIsADocumentedProperty() throws IOException {
        assertThat(Stream.concat(
                        container.environment().stream().map(KeyValuePair::name),
                        container.secrets().stream().map(Secret::name)))
                .isSubsetOf(DocumentedProperties.variables())
                .doesNotHaveDuplicates();
        assertThat(container.environment())
                .extracting(KeyValuePair::name)
                .noneMatch(name -> name.contains("PASSWORD") || name.contains("SECRET"));
    }

    @Test
    void containerIsAsRestrictedAsItCanBe() {
        assertThat(container.user()).isEqualTo("1001");
        assertThat(container.readonlyRootFilesystem()).isTrue();
        assertThat(container.linuxParameters().capabilities().drop()).containsExactly("ALL");
    }

    @Test
    void healthIsAskedWithoutAShell() {
        assertThat(container.healthCheck().command()).containsExactly("CMD", "/work/application", "health");
    }

    @Test
    void taskIsStoppedAfterTheShutdown() throws IOException {
        Map<String, String> variables =
                container.environment().stream().collect(Collectors.toMap(KeyValuePair::name, KeyValuePair::value));

        assertThat(Duration.ofSeconds(container.stopTimeout())).isGreaterThan(ShutdownTimes.longest(variables));
    }

    private static <T extends SdkPojo> T read(String file, SdkBuilder<?, T> builder) throws IOException {
        return RequestFile.read(Path.of("docker/ecs", file), builder);
    }
}

package io.headgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
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
        fill((SdkPojo) builder, Json.read(Files.readAllBytes(Path.of("docker/ecs", file))), file);
        return builder.build();
    }

    /** As the SDK reads answers, but that a member which it doesn't know fails. */
    private static Object fill(SdkPojo target, @Nullable Object json, String at) {
        Map<String, SdkField<?>> members = target.sdkFields().stream()
                .collect(Collectors.toMap(
                        field -> field.memberName().substring(0, 1).toLowerCase(Locale.ROOT)
                                + field.memberName().substring(1),
                        Function.identity()));
        members((Map<?, ?>) Objects.requireNonNull(json)).forEach((name, value) -> {
            assertThat(members).as(at).containsKey(name);
            SdkField<?> field = Objects.requireNonNull(members.get(name));
            field.set(target, value(field, value, at + "." + name));
        });
        return target;
    }

    private static Map<String, @Nullable Object> members(Map<?, ?> object) {
        Map<String, @Nullable Object> members = new HashMap<>();
        object.forEach((name, value) -> members.put(String.valueOf(name), value));
        return members;
    }

    private static Object value(SdkField<?> field, @Nullable Object json, String at) {
        MarshallingType<?> type = field.marshallingType();
        if (type == MarshallingType.SDK_POJO) {
            SdkPojo builder = field.constructor().get();
            fill(builder, json, at);
            return ((SdkBuilder<?, ?>) builder).build();
        }
        if (type == MarshallingType.LIST) {
            SdkField<?> member = field.getTrait(ListTrait.class).memberFieldInfo();
            return ((List<?>) Objects.requireNonNull(json))
                    .stream().map(each -> value(member, each, at)).toList();
        }
        if (type == MarshallingType.MAP) {
            SdkField<?> member = field.getTrait(MapTrait.class).valueFieldInfo();
            Map<String, Object> map = new HashMap<>();
            members((Map<?, ?>) Objects.requireNonNull(json))
                    .forEach((name, value) -> map.put(name, value(member, value, at)));
            return map;
        }
        assertThat(json).as(at).isInstanceOf(type.getTargetClass());
        return Objects.requireNonNull(json);
    }
}

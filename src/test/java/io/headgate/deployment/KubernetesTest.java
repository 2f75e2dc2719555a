package io.headgate.deployment;

import static java.util.Map.entry;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.Assertions.tuple;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.introspect.Annotated;
import com.fasterxml.jackson.databind.introspect.JacksonAnnotationIntrospector;
import com.fasterxml.jackson.dataformat.yaml.YAMLFactory;
import io.fabric8.kubernetes.api.model.ConfigMap;
import io.fabric8.kubernetes.api.model.Container;
import io.fabric8.kubernetes.api.model.ContainerPort;
import io.fabric8.kubernetes.api.model.HTTPGetAction;
import io.fabric8.kubernetes.api.model.HasMetadata;
import io.fabric8.kubernetes.api.model.Namespace;
import io.fabric8.kubernetes.api.model.PodSpec;
import io.fabric8.kubernetes.api.model.Probe;
import io.fabric8.kubernetes.api.model.Secret;
import io.fabric8.kubernetes.api.model.SecurityContext;
import io.fabric8.kubernetes.api.model.Service;
import io.fabric8.kubernetes.api.model.ServiceAccount;
import io.fabric8.kubernetes.api.model.ServicePort;
import io.fabric8.kubernetes.api.model.apps.Deployment;
import io.fabric8.kubernetes.api.model.autoscaling.v2.HorizontalPodAutoscaler;
import io.fabric8.kubernetes.api.model.networking.v1.Ingress;
import io.fabric8.kubernetes.api.model.networking.v1.NetworkPolicy;
import io.fabric8.kubernetes.api.model.policy.v1.PodDisruptionBudget;
import io.fabric8.openshift.api.model.monitoring.v1.Endpoint;
import io.fabric8.openshift.api.model.monitoring.v1.ServiceMonitor;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;
import org.junit.jupiter.params.provider.ValueSource;

/** The manifests of k8s are what Kubernetes' own model knows, hold together, and fit the application. */
class KubernetesTest {

    private static final Path ROOT = Path.of("k8s");
    private static final String KUSTOMIZATION = "kustomization.yaml";

    private static final Map<String, Class<? extends HasMetadata>> KINDS = Map.ofEntries(
            entry("v1 ConfigMap", ConfigMap.class),
            entry("v1 Namespace", Namespace.class),
            entry("v1 Secret", Secret.class),
            entry("v1 Service", Service.class),
            entry("v1 ServiceAccount", ServiceAccount.class),
            entry("apps/v1 Deployment", Deployment.class),
            entry("autoscaling/v2 HorizontalPodAutoscaler", HorizontalPodAutoscaler.class),
            entry("monitoring.coreos.com/v1 ServiceMonitor", ServiceMonitor.class),
            entry("networking.k8s.io/v1 Ingress", Ingress.class),
            entry("networking.k8s.io/v1 NetworkPolicy", NetworkPolicy.class),
            entry("policy/v1 PodDisruptionBudget", PodDisruptionBudget.class));

    /** Fails for a field that a class lacks, though the model's classes would keep it. */
    private static final ObjectMapper YAML = new ObjectMapper(
                    YAMLFactory.builder().build().enable(JsonParser.Feature.STRICT_DUPLICATE_DETECTION))
            .setAnnotationIntrospector(new JacksonAnnotationIntrospector() {
                @Override
                public Boolean hasAnySetter(Annotated annotated) {
                    return false;
                }
            });

    @ParameterizedTest
    @MethodSource("manifests")
    void manifestIsKnownToTheModel(Path file) throws IOException {
        assertThat(read(file).getMetadata().getName()).startsWith("headgate");
    }

    @Test
    void fieldUnknownToTheModelIsAnError() throws IOException {
        String manifest = Files.readString(ROOT.resolve("base/deployment.yaml"));

        assertThatThrownBy(() -> parse(manifest.replace("readOnlyRootFilesystem", "readOnlyRootFileSystem")))
                .hasMessageContaining("readOnlyRootFileSystem");
    }

    @ParameterizedTest
    @ValueSource(strings = {"base", "overlays/dev", "overlays/eks"})
    void everyFileIsPartOfItsKustomization(String directory) throws IOException {
        JsonNode kustomization =
                YAML.readTree(ROOT.resolve(directory).resolve(KUSTOMIZATION).toFile());
        Set<String> named = new TreeSet<>();
        kustomization.path("resources").forEach(each -> named.add(each.asText()));
        kustomization
                .path("patches")
                .forEach(each -> named.add(each.path("path").asText()));
        named.remove("../../base");

        try (Stream<Path> files = Files.list(ROOT.resolve(directory))) {
            assertThat(files.map(KubernetesTest::name).filter(name -> !name.equals(KUSTOMIZATION)))
                    .containsExactlyInAnyOrderElementsOf(named);
        }
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "eks"})
    void everyVariableIsADocumentedProperty(String overlay) throws IOException {
        Set<String> secrets =
                read(Secret.class, "overlays/dev/secret.yaml").getStringData().keySet();

        assertThat(container().getEnvFrom())
                .extracting(
                        source -> source.getConfigMapRef() == null
                                ? null
                                : source.getConfigMapRef().getName(),
                        source -> source.getSecretRef() == null
                                ? null
                                : source.getSecretRef().getName())
                .containsExactly(tuple("headgate", null), tuple(null, "headgate"));
        assertThat(DocumentedProperties.variables())
                .containsAll(configuration(overlay).keySet())
                .containsAll(secrets);
        assertThat(container().getEnv()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(strings = {"dev", "eks"})
    void podIsKilledAfterTheLongestShutdown(String overlay) throws IOException {
        assertThat(Duration.ofSeconds(pod().getTerminationGracePeriodSeconds()))
                .isGreaterThan(ShutdownTimes.longest(configuration(overlay)));
    }

    @Test
    void everyPortThatIsNamedExists() throws IOException {
        Map<String, Integer> ports = container().getPorts().stream()
                .collect(Collectors.toMap(ContainerPort::getName, ContainerPort::getContainerPort));

        assertThat(ports)
                .isEqualTo(Map.of(
                        "http", port("QUARKUS_HTTP_PORT"),
                        "management", port("QUARKUS_MANAGEMENT_PORT")));
        assertThat(read(Service.class, "base/service.yaml").getSpec().getPorts())
                .extracting(ServicePort::getName, each -> each.getTargetPort().getStrVal())
                .containsExactly(tuple("http", "http"), tuple("management", "management"));
        assertThat(read(Ingress.class, "overlays/eks/ingress.yaml")
                        .getMetadata()
                        .getAnnotations())
                .containsEntry("alb.ingress.kubernetes.io/healthcheck-port", String.valueOf(ports.get("management")))
                .containsEntry("alb.ingress.kubernetes.io/healthcheck-path", "/q/health/ready");
        assertThat(read(ServiceMonitor.class, "overlays/eks/servicemonitor.yaml")
                        .getSpec()
                        .getEndpoints())
                .extracting(Endpoint::getPort, Endpoint::getPath)
                .containsExactly(tuple("management", "/q/metrics"));
    }

    @Test
    void probesAskTheManagementPort() throws IOException {
        Container container = container();

        assertThat(Stream.of(container.getStartupProbe(), container.getLivenessProbe(), container.getReadinessProbe())
                        .map(Probe::getHttpGet))
                .extracting(HTTPGetAction::getPath, action -> action.getPort().getStrVal())
                .containsExactly(
                        tuple("/q/health/started", "management"),
                        tuple("/q/health/live", "management"),
                        tuple("/q/health/ready", "management"));
    }

    /** The profile that the namespace enforces: without it no pod would start. */
    @Test
    void podIsRestricted() throws IOException {
        SecurityContext container = container().getSecurityContext();

        assertThat(read(Namespace.class, "base/namespace.yaml").getMetadata().getLabels())
                .containsEntry("pod-security.kubernetes.io/enforce", "restricted");
        assertThat(pod().getSecurityContext().getRunAsNonRoot()).isTrue();
        assertThat(pod().getSecurityContext().getRunAsUser()).isEqualTo(1001);
        assertThat(pod().getSecurityContext().getSeccompProfile().getType()).isEqualTo("RuntimeDefault");
        assertThat(container.getAllowPrivilegeEscalation()).isFalse();
        assertThat(container.getReadOnlyRootFilesystem()).isTrue();
        assertThat(container.getCapabilities().getDrop()).containsExactly("ALL");
    }

    private static Stream<Path> manifests() throws IOException {
        try (Stream<Path> files = Files.walk(ROOT)) {
            return files
                    .filter(Files::isRegularFile)
                    .filter(file -> !name(file).equals(KUSTOMIZATION))
                    .toList()
                    .stream();
        }
    }

    private static String name(Path file) {
        return String.valueOf(file.getFileName());
    }

    private static HasMetadata read(Path file) throws IOException {
        return parse(Files.readString(file));
    }

    private static <T extends HasMetadata> T read(Class<T> kind, String file) throws IOException {
        return kind.cast(read(ROOT.resolve(file)));
    }

    private static HasMetadata parse(String manifest) throws IOException {
        JsonNode tree = YAML.readTree(manifest);
        String kind = tree.path("apiVersion").asText() + " " + tree.path("kind").asText();
        assertThat(KINDS).containsKey(kind);
        return YAML.treeToValue(tree, Objects.requireNonNull(KINDS.get(kind)));
    }

    private static PodSpec pod() throws IOException {
        return read(Deployment.class, "base/deployment.yaml")
                .getSpec()
                .getTemplate()
                .getSpec();
    }

    private static Container container() throws IOException {
        return pod().getContainers().get(0);
    }

    private static Map<String, String> configuration(String overlay) throws IOException {
        Map<String, String> variables =
                new HashMap<>(read(ConfigMap.class, "base/configmap.yaml").getData());
        variables.putAll(
                read(ConfigMap.class, "overlays/" + overlay + "/configmap.yaml").getData());
        return variables;
    }

    private static int port(String variable) throws IOException {
        return Integer.parseInt(Objects.requireNonNull(configuration("eks").get(variable)));
    }
}

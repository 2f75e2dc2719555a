package io.headgate.deployment;

import static org.assertj.core.api.Assertions.assertThat;

import io.headgate.json.Json;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallingType;
import software.amazon.awssdk.core.traits.ListTrait;
import software.amazon.awssdk.core.traits.MapTrait;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/** A request in a file, as the AWS CLI takes it with {@code --cli-input-json}, read into the SDK's own class. */
final class RequestFile {

    private RequestFile() {}

    static <T extends SdkPojo> T read(Path file, SdkBuilder<?, T> builder) throws IOException {
        fill((SdkPojo) builder, Json.read(Files.readAllBytes(file)), file.toString());
        return builder.build();
    }

    /** As the SDK reads answers, but that a member which it doesn't know fails. */
    private static Object fill(SdkPojo target, @Nullable Object json, String at) {
        Map<String, SdkField<?>> members =
                target.sdkFields().stream().collect(Collectors.toMap(SdkField::locationName, Function.identity()));
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

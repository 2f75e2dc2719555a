package io.headgate.user;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatExceptionOfType;

import io.headgate.error.GatewayException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class UserIdTest {

    @ParameterizedTest
    @ValueSource(strings = {"u1", "a:b", "ключ 🦊", "0d3a0f9c-9d2e-4b51-8f7a-6a1c5d7e8f90"})
    void anIdIsReadAsItWasWritten(String key) {
        UserId id = new UserId(Store.DYNAMODB, key);

        UserId read = UserId.parse(id.global());

        assertThat(read).isEqualTo(id);
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "",
                "user",
                "user:p:",
                "user:x:a",
                "user:p:a\0",
                "user:p:email#a@b",
                "user:p:\n",
                "node:p:a",
                "USER:p:a"
            })
    void whatHeadgateDidNotGiveIsRefused(String text) {
        String id = Base64.getUrlEncoder().withoutPadding().encodeToString(text.getBytes(StandardCharsets.UTF_8));

        assertThatExceptionOfType(GatewayException.class).isThrownBy(() -> UserId.parse(id));
    }

    @ParameterizedTest
    @ValueSource(strings = {"dXNlcjpwOmE=", "dXNlcjpwOmF", "dXNlcjpwOmE ", "%%%", "dXNlcjpwOv8"})
    void anIdHasOneForm(String id) {
        assertThatExceptionOfType(GatewayException.class).isThrownBy(() -> UserId.parse(id));
    }
}

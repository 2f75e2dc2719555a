package io.headgate.localcloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Clock;
import java.time.Duration;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.rds.RdsUtilities;

/** Which tokens of the AWS SDK are admitted. */
class IamTokensTest {

    private final String token = token("local", "secret+/=");
    private final IamTokens tokens = at(Clock.systemUTC());

    @Test
    void tokenAdmitsItsUserAtItsAddress() {
        assertThat(tokens.admits(token, "db.example.com", 5432, "ada~b c")).isTrue();
    }

    @Test
    void tokenAdmitsNobodyElseAndNowhereElse() {
        assertThat(tokens.admits(token, "db.example.com", 5432, "grace")).isFalse();
        assertThat(tokens.admits(token, "other.example.com", 5432, "ada~b c")).isFalse();
        assertThat(tokens.admits(token, "db.example.com", 5433, "ada~b c")).isFalse();
        assertThat(tokens.admits("password", "db.example.com", 5432, "ada~b c")).isFalse();
    }

    @Test
    void tokenOfAnotherKeyIsRefused() {
        assertThat(tokens.admits(token("local", "other"), "db.example.com", 5432, "ada~b c"))
                .isFalse();
        assertThat(tokens.admits(token("other", "secret+/="), "db.example.com", 5432, "ada~b c"))
                .isFalse();
    }

    @Test
    void tokenIsGoodForFifteenMinutes() {
        Clock now = Clock.systemUTC();

        assertThat(at(Clock.offset(now, Duration.ofMinutes(14))).admits(token, "db.example.com", 5432, "ada~b c"))
                .isTrue();
        assertThat(at(Clock.offset(now, Duration.ofMinutes(15))).admits(token, "db.example.com", 5432, "ada~b c"))
                .isFalse();
    }

    private static IamTokens at(Clock clock) {
        return new IamTokens("local", "secret+/=", "eu-west-1", clock);
    }

    private static String token(String accessKey, String secretKey) {
        return RdsUtilities.builder()
                .region(Region.EU_WEST_1)
                .credentialsProvider(StaticCredentialsProvider.create(AwsBasicCredentials.create(accessKey, secretKey)))
                .build()
                .generateAuthenticationToken(
                        request -> request.hostname("db.example.com").port(5432).username("ada~b c"));
    }
}

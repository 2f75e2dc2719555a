package io.headgate.app;

import io.headgate.error.ErrorCode;
import io.headgate.error.GatewayException;
import io.headgate.security.TokenVerifier;
import io.quarkus.oidc.AccessTokenCredential;
import io.quarkus.oidc.OIDCException;
import io.quarkus.oidc.TenantIdentityProvider;
import io.quarkus.security.AuthenticationFailedException;
import io.quarkus.security.identity.SecurityIdentity;
import io.smallrye.mutiny.Uni;
import java.io.IOException;
import java.time.Instant;
import java.util.concurrent.TimeoutException;
import org.eclipse.microprofile.jwt.JsonWebToken;

/** Tokens of the provider that {@code quarkus.oidc} names, whose signature, issuer, audience and end Quarkus checks. */
final class OidcTokens implements TokenVerifier {

    private final TenantIdentityProvider provider;

    OidcTokens(TenantIdentityProvider provider) {
        this.provider = provider;
    }

    @Override
    public Uni<Token> verify(String token) {
        return Uni.createFrom()
                .deferred(() -> provider.authenticate(new AccessTokenCredential(token)))
                .map(OidcTokens::token)
                .onFailure(failure -> !(failure instanceof GatewayException))
                .transform(failure -> isRefusal(failure)
                        ? GatewayException.of(
                                ErrorCode.UNAUTHENTICATED, "the token is not valid, or not any more", failure)
                        : GatewayException.of(
                                ErrorCode.UNAVAILABLE, "the token can't be checked: its issuer is away", failure));
    }

    /** Keys that can't be fetched refuse a token too, as Quarkus has it. */
    private static boolean isRefusal(Throwable failure) {
        return failure instanceof AuthenticationFailedException
                && !(failure.getCause() instanceof IOException)
                && !(failure.getCause() instanceof TimeoutException)
                && !(failure.getCause() instanceof OIDCException);
    }

    private static Token token(SecurityIdentity identity) {
        if (identity.getPrincipal() instanceof JsonWebToken claims && claims.getSubject() != null) {
            return new Token(
                    claims.getSubject(), identity.getRoles(), Instant.ofEpochSecond(claims.getExpirationTime()));
        }
        throw GatewayException.of(ErrorCode.UNAUTHENTICATED, "the token has no subject");
    }
}

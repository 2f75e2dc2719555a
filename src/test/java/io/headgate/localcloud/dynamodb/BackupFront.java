package io.headgate.localcloud.dynamodb;

import com.amazonaws.AmazonServiceException;
import com.amazonaws.services.dynamodbv2.local.exceptions.ExceptionBean;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.DeserializationFeature;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.nio.ByteBuffer;
import java.util.Map;
import java.util.UUID;
import java.util.zip.CRC32;
import org.eclipse.jetty.http.HttpHeader;
import org.eclipse.jetty.io.Content;
import org.eclipse.jetty.server.Handler;
import org.eclipse.jetty.server.Request;
import org.eclipse.jetty.server.Response;
import org.eclipse.jetty.util.Callback;
import org.jspecify.annotations.Nullable;

/**
 * Answers some operations of DynamoDB, by its protocol AWS JSON 1.0, and leaves all others to DynamoDB Local untouched: of
 * those it looks at nothing but the header that names the operation. A request without credentials is DynamoDB Local's to
 * refuse.
 */
final class BackupFront extends Handler.Wrapper {

    private static final String TARGET = "X-Amz-Target";
    private static final String SERVICE = "DynamoDB_20120810.";
    private static final Logger LOG = System.getLogger(BackupFront.class.getName());
    private static final JsonMapper JSON = JsonMapper.builder()
            .enable(DeserializationFeature.USE_BIG_DECIMAL_FOR_FLOATS)
            .build();

    private final Map<String, Operation> operations;

    /** Answers a request, or fails with an {@link AwsFailure} or an exception of DynamoDB Local. */
    @FunctionalInterface
    interface Operation {
        JsonNode answer(JsonNode request);
    }

    /** @param operations by their names */
    BackupFront(Handler dynamoDbLocal, Map<String, Operation> operations) {
        super(dynamoDbLocal);
        this.operations = operations;
    }

    @Override
    public boolean handle(Request request, Response response, Callback callback) throws Exception {
        String target = request.getHeaders().get(TARGET);
        Operation operation = target != null && target.startsWith(SERVICE)
                ? operations.get(target.substring(SERVICE.length()))
                : null;
        if (operation == null || !request.getHeaders().contains(HttpHeader.AUTHORIZATION)) {
            return super.handle(request, response, callback);
        }
        response.setStatus(200);
        byte[] body;
        try {
            body = JSON.writeValueAsBytes(operation.answer(read(request)));
        } catch (AwsFailure e) {
            body = failed(response, 400, e.type(), e.getMessage());
        } catch (AmazonServiceException e) {
            body = failed(response, e.getStatusCode(), e.getErrorCode(), e.getErrorMessage());
        } catch (RuntimeException e) {
            LOG.log(Level.ERROR, "operation failed: target=" + target, e);
            body = failed(response, 500, "InternalServerError", "The local cloud failed: " + e);
        }
        CRC32 checksum = new CRC32();
        checksum.update(body);
        response.getHeaders()
                .put(HttpHeader.CONTENT_TYPE, "application/x-amz-json-1.0")
                .put("x-amzn-RequestId", UUID.randomUUID().toString())
                .put("x-amz-crc32", Long.toString(checksum.getValue()));
        response.write(true, ByteBuffer.wrap(body), callback);
        return true;
    }

    private static JsonNode read(Request request) throws IOException {
        try {
            return JSON.readTree(Content.Source.asInputStream(request));
        } catch (JsonProcessingException e) {
            throw new AwsFailure("SerializationException", e.getOriginalMessage());
        }
    }

    private static byte[] failed(Response response, int status, String type, @Nullable String message)
            throws JsonProcessingException {
        response.setStatus(status);
        return JSON.writeValueAsBytes(new ExceptionBean(type, message));
    }
}

package io.headgate.user.dynamodb;

import java.util.Collections;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.atomic.AtomicInteger;
import software.amazon.awssdk.core.interceptor.Context;
import software.amazon.awssdk.core.interceptor.ExecutionAttributes;
import software.amazon.awssdk.core.interceptor.ExecutionInterceptor;
import software.amazon.awssdk.core.interceptor.SdkExecutionAttribute;
import software.amazon.awssdk.services.dynamodb.model.QueryResponse;

/** What a client sends, each attempt of it, and how many items DynamoDB reads for its queries. */
final class Traffic implements ExecutionInterceptor {

    private final Map<String, Integer> requests = new ConcurrentHashMap<>();
    private final AtomicInteger evaluated = new AtomicInteger();

    @Override
    public void beforeTransmission(Context.BeforeTransmission context, ExecutionAttributes attributes) {
        requests.merge(attributes.getAttribute(SdkExecutionAttribute.OPERATION_NAME), 1, Integer::sum);
    }

    @Override
    public void afterExecution(Context.AfterExecution context, ExecutionAttributes attributes) {
        if (context.response() instanceof QueryResponse answer) {
            evaluated.addAndGet(answer.scannedCount());
        }
    }

    /** How many requests there were, by operation. */
    Map<String, Integer> requests() {
        return Collections.unmodifiableMap(new HashMap<>(requests));
    }

    int evaluated() {
        return evaluated.get();
    }

    void reset() {
        requests.clear();
        evaluated.set(0);
    }
}

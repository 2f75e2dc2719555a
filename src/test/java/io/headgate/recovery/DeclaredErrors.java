package io.headgate.recovery;

import com.tngtech.archunit.core.domain.JavaMethodCall;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.lang.reflect.Method;
import java.util.Arrays;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.stream.Collectors;

/**
 * The errors that AWS declares for the calls that Headgate makes: the calls as its byte code has them, the errors as the
 * SDK's blocking client declares them.
 */
public final class DeclaredErrors {

    private DeclaredErrors() {}

    /**
     * By call, its errors.
     *
     * @param async the client that Headgate uses
     * @param blocking the client of the same service whose methods say what they throw
     * @param error what the service's own errors extend
     */
    public static Map<String, Set<Class<?>>> of(Class<?> async, Class<?> blocking, Class<?> error, String... packages) {
        Set<String> calls = new ClassFileImporter()
                .withImportOption(new ImportOption.DoNotIncludeTests()).importPackages(packages).stream()
                        .flatMap(each -> each.getMethodCallsFromSelf().stream())
                        .filter(call -> call.getTargetOwner().isEquivalentTo(async))
                        .map(JavaMethodCall::getName)
                        .collect(Collectors.toSet());
        Map<String, Set<Class<?>>> errors = new TreeMap<>();
        for (Method method : blocking.getMethods()) {
            if (calls.contains(method.getName()) && isRequest(method)) {
                errors.put(
                        method.getName(),
                        Arrays.stream(method.getExceptionTypes())
                                .filter(type -> error.isAssignableFrom(type) && type != error)
                                .collect(Collectors.toSet()));
            }
        }
        return errors;
    }

    private static boolean isRequest(Method method) {
        return method.getParameterCount() == 1
                && method.getParameterTypes()[0].getSimpleName().endsWith("Request");
    }
}

package io.headgate;

import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.classes;
import static com.tngtech.archunit.lang.syntax.ArchRuleDefinition.noClasses;

import com.tngtech.archunit.base.DescribedPredicate;
import com.tngtech.archunit.core.domain.JavaClass;
import com.tngtech.archunit.core.domain.JavaClasses;
import com.tngtech.archunit.core.importer.ClassFileImporter;
import com.tngtech.archunit.core.importer.ImportOption;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.assertj.core.api.Assertions;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/** The directions in which packages may look, as each package-info.java states them. */
class ArchitectureTest {

    private static final String ROOT = "io.headgate.";
    private static final JavaClasses CLASSES = new ClassFileImporter()
            .withImportOption(new ImportOption.DoNotIncludeTests())
            .importPackages("io.headgate");

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "error          |",
                "json           | error",
                "security       | error",
                "user           | error json",
                "user.postgres  | user error json",
                "user.dynamodb  | user error json aws",
                "redis          | error",
                "session        | error json redis",
                "session.graphql | session error graphql security",
                "leaderboard    | error redis",
                "table          | error json aws",
                "table.graphql  | table error graphql security",
                "message        | error json redis",
                "message.graphql | message graphql redis security",
                "leaderboard.graphql | leaderboard graphql redis security",
                "memcached      |",
                "user.cache     | user error json redis memcached",
                "user.changes   | user error redis",
                "user.graphql   | user user.changes error graphql security response",
                "recovery       | error",
                "recovery.rds   | recovery error aws",
                "recovery.aurora | recovery recovery.rds error aws",
                "recovery.dynamodb | recovery error aws",
                "recovery.elasticache | recovery error aws",
                "recovery.ledger | recovery error aws json",
                "recovery.graphql | recovery error graphql security",
                "fleet          | recovery",
                "fleet.rds      | fleet recovery recovery.rds recovery.aurora error aws",
                "fleet.elasticache | fleet recovery recovery.elasticache error aws",
                "fleet.graphql  | fleet recovery recovery.graphql error graphql security",
                "choice         | error json",
                "choice.graphql | choice error graphql security",
                "log            |",
                "audit          | json log security",
                "graphql        | audit error json security response",
                "limit          | error redis security",
                "http           | audit graphql limit error json redis security response",
                "response       | redis",
                "aws            | error json",
                "app            | audit log user user.postgres user.dynamodb user.cache user.changes user.graphql recovery recovery.rds recovery.aurora recovery.dynamodb recovery.elasticache recovery.ledger recovery.graphql choice.graphql graphql http limit security redis memcached response aws error json session session.graphql leaderboard leaderboard.graphql fleet fleet.rds fleet.elasticache fleet.graphql message message.graphql table table.graphql"
            })
    void packageLooksOnlyWhereItMay(String name, String allowed) {
        Set<String> packages = Stream.of(allowed == null ? "" : allowed, name)
                .flatMap(names -> Stream.of(names.split(" ")))
                .filter(each -> !each.isEmpty())
                .map(each -> ROOT + each)
                .collect(Collectors.toSet());

        noClasses()
                .that()
                .resideInAPackage(ROOT + name)
                .should()
                .dependOnClassesThat(
                        new DescribedPredicate<JavaClass>("are of another package of ours than " + packages) {
                            @Override
                            public boolean test(JavaClass used) {
                                return used.getPackageName().startsWith(ROOT)
                                        && !packages.contains(used.getPackageName());
                            }
                        })
                .check(CLASSES);
    }

    @ParameterizedTest
    @CsvSource({
        "io.vertx..sqlclient.., user.postgres app",
        "io.vertx..pgclient.., user.postgres app",
        "io.vertx..redis.., redis response user.cache user.changes app",
        "software.amazon.awssdk.., aws user.dynamodb recovery.rds recovery.aurora recovery.dynamodb recovery.elasticache recovery.ledger app fleet.rds fleet.elasticache table",
        "graphql.., graphql user.graphql recovery.graphql choice.graphql session.graphql leaderboard.graphql fleet.graphql message.graphql table.graphql",
        "org.dataloader.., graphql user.graphql recovery.graphql choice.graphql session.graphql leaderboard.graphql fleet.graphql message.graphql table.graphql"
    })
    void eachDriverIsKnownToItsAdapterAlone(String driver, String allowed) {
        String[] packages =
                Stream.of(allowed.split(" ")).map(name -> ROOT + name).toArray(String[]::new);

        noClasses()
                .that()
                .resideOutsideOfPackages(packages)
                .should()
                .dependOnClassesThat()
                .resideInAPackage(driver)
                .check(CLASSES);
    }

    @Test
    void nothingBlocks() {
        noClasses()
                .should()
                .callMethodWhere(new DescribedPredicate<>("it waits for a Uni, a future or a latch") {
                    @Override
                    public boolean test(com.tngtech.archunit.core.domain.JavaMethodCall call) {
                        String owner = call.getTargetOwner().getName();
                        String method = call.getTarget().getName();
                        return (owner.equals("io.smallrye.mutiny.Uni") && method.equals("await"))
                                || (owner.equals("java.util.concurrent.CompletableFuture")
                                        && (method.equals("get") || method.equals("join")))
                                || (owner.equals("java.util.concurrent.CountDownLatch") && method.equals("await"))
                                || (owner.equals("java.lang.Thread") && method.equals("sleep"));
                    }
                })
                .because("an event loop must never wait; Startup alone runs before there is one")
                .check(CLASSES.that(new DescribedPredicate<>("are not the start-up") {
                    @Override
                    public boolean test(JavaClass each) {
                        return !each.getName().equals(ROOT + "app.Startup");
                    }
                }));
    }

    @Test
    void allCodeIsInAPackageOfTheDesign() {
        classes()
                .should()
                .resideInAnyPackage(ROOT.substring(0, ROOT.length() - 1) + ".*..")
                .check(CLASSES);
    }

    @Test
    void everyPackageSaysWhatItIsFor() throws Exception {
        Path root = Path.of("src/main/java/io/headgate");
        try (Stream<Path> files = Files.walk(root)) {
            Set<Path> packages = files.filter(file -> file.toString().endsWith(".java"))
                    .map(Path::getParent)
                    .collect(Collectors.toSet());

            Assertions.assertThat(packages)
                    .allSatisfy(directory -> Assertions.assertThat(directory.resolve("package-info.java"))
                            .content()
                            .contains("/**", "@NullMarked"));
        }
    }
}

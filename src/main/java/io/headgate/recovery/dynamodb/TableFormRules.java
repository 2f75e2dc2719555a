package io.headgate.recovery.dynamodb;

import io.headgate.recovery.FleetChange.CreateTable;
import io.headgate.recovery.FleetChange.ModifyTable;
import io.headgate.recovery.TableForm;
import io.headgate.recovery.TableForm.Capacity;
import io.headgate.recovery.TableForm.Index;
import io.headgate.recovery.TableForm.KeyAttribute;
import io.headgate.recovery.TableUpdate.Billing;
import io.headgate.recovery.TableUpdate.CreateIndex;
import io.headgate.recovery.TableUpdate.DeleteIndex;
import io.headgate.recovery.Tag;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.BillingMode;

/**
 * Why DynamoDB would not make a table of a form, or change one to it.
 *
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_CreateTable.html">CreateTable</a>
 * @see <a href="https://docs.aws.amazon.com/amazondynamodb/latest/developerguide/ServiceQuotas.html">Quotas: secondary indexes per
 *     table, projected attributes</a>
 */
final class TableFormRules {

    static final int MOST_GLOBAL = 20;
    static final int MOST_PROJECTED = 100;

    private static final int MOST_LOCAL = 5;
    private static final int LONGEST_ATTRIBUTE = 255;
    private static final int LONGEST_RECOVERY = 35;

    private final List<String> problems = new ArrayList<>();
    private final Map<String, String> types = new HashMap<>();
    private final Set<String> names = new HashSet<>();

    private TableFormRules() {}

    static List<String> problems(CreateTable create) {
        TableFormRules rules = new TableFormRules();
        rules.check(create);
        return rules.problems;
    }

    static List<String> problems(ModifyTable modify) {
        TableFormRules rules = new TableFormRules();
        TableRules.addName("name", modify.database().name(), rules.problems);
        if (modify.update() instanceof CreateIndex creation) {
            rules.check(creation.index());
        } else if (modify.update() instanceof DeleteIndex deletion) {
            TableRules.addName("an index's name", deletion.index(), rules.problems);
        } else if (modify.update() instanceof Billing billing) {
            rules.check(billing);
        }
        return rules.problems;
    }

    /** An index that is added to a table. */
    private void check(Index index) {
        String thing = "index '" + index.name() + "'";
        TableRules.addName("an index's name", index.name(), problems);
        KeyAttribute partition = index.partition();
        if (partition == null) {
            problems.add(thing + " has no partitionKey, so it is a local one, which is made with its table alone");
        } else {
            keys(thing, partition, index.sort());
        }
        capacity(thing, index.provisioned());
        projection(thing, index);
        most("projected attributes", index.attributes().size(), MOST_PROJECTED);
    }

    private void check(Billing billing) {
        if (BillingMode.PROVISIONED.toString().equals(billing.mode()) && billing.table() == null) {
            problems.add("billingMode PROVISIONED needs the table's capacity: give provisioned");
        }
        if (BillingMode.PAY_PER_REQUEST.toString().equals(billing.mode())
                && (billing.table() != null || !billing.indexes().isEmpty())) {
            problems.add("a table on demand has no capacity, nor have its indexes: leave provisioned and indexes out");
        }
        capacity("the table", billing.table());
        billing.indexes().forEach(each -> {
            TableRules.addName("an index's name", each.index(), problems);
            capacity("index '" + each.index() + "'", each.capacity());
            if (!names.add(each.index())) {
                problems.add("index '" + each.index() + "' is there twice");
            }
        });
    }

    private void check(CreateTable create) {
        TableForm form = create.form();
        TableRules.addName("name", create.database().name(), problems);
        keys("the table", form.partition(), form.sort());
        capacity("the table", form.provisioned());
        form.indexes().forEach(index -> check(index, form));
        most(
                "global secondary indexes",
                form.indexes().stream().filter(Index::isGlobal).count(),
                MOST_GLOBAL);
        most(
                "local secondary indexes",
                form.indexes().stream().filter(index -> !index.isGlobal()).count(),
                MOST_LOCAL);
        most(
                "projected attributes",
                form.indexes().stream()
                        .mapToLong(index -> index.attributes().size())
                        .sum(),
                MOST_PROJECTED);
        Integer days = create.recoveryDays();
        if (days != null && (days < 1 || days > LONGEST_RECOVERY)) {
            problems.add("recoveryPeriodInDays is " + days + "; 1 to " + LONGEST_RECOVERY + " are allowed");
        }
        problems.addAll(TableRules.TAGS.problems(create.tags()));
        if (create.tags().stream().anyMatch(tag -> tag.key().equals(Tag.OPERATION))) {
            problems.add("the tag " + Tag.OPERATION + " is Headgate's: leave it out");
        }
    }

    private void check(Index index, TableForm form) {
        String thing = "index '" + index.name() + "'";
        TableRules.addName("an index's name", index.name(), problems);
        if (!names.add(index.name())) {
            problems.add(thing + " is there twice");
        }
        KeyAttribute partition = index.partition();
        if (partition != null) {
            keys(thing, partition, index.sort());
            capacity(thing, index.provisioned());
            if (form.provisioned() == null && index.provisioned() != null) {
                problems.add(thing + " is provisioned, and its table is on demand: provision both or none");
            }
        } else {
            if (form.sort() == null || index.sort() == null) {
                problems.add(
                        thing + " has no partitionKey, so it is a local one: both its table and it need a sortKey");
            } else {
                keys(thing, form.partition(), index.sort());
            }
            if (index.provisioned() != null) {
                problems.add(thing + " is a local one, which uses its table's capacity: leave provisioned out");
            }
        }
        projection(thing, index);
    }

    private void projection(String thing, Index index) {
        boolean includes = index.projection().equals("INCLUDE");
        if (includes == index.attributes().isEmpty()) {
            problems.add(
                    includes
                            ? thing + " includes no nonKeyAttributes: name them, or project KEYS_ONLY"
                            : thing + " names nonKeyAttributes, which INCLUDE alone takes");
        }
    }

    private void keys(String thing, KeyAttribute partition, @Nullable KeyAttribute sort) {
        key(thing, partition);
        if (sort != null) {
            key(thing, sort);
            if (sort.name().equals(partition.name())) {
                problems.add(thing + " has '" + sort.name() + "' as its partition key and as its sort key");
            }
        }
    }

    private void key(String thing, KeyAttribute key) {
        if (key.name().isEmpty() || key.name().length() > LONGEST_ATTRIBUTE) {
            problems.add(thing + " has a key whose name has not 1 to " + LONGEST_ATTRIBUTE + " characters");
        }
        String other = types.putIfAbsent(key.name(), key.type());
        if (other != null && !other.equals(key.type())) {
            problems.add("'" + key.name() + "' is of type " + other + " and of type " + key.type());
        }
    }

    private void capacity(String thing, @Nullable Capacity capacity) {
        if (capacity != null && (capacity.read() < 1 || capacity.write() < 1)) {
            problems.add(thing + " needs at least 1 unit of reading and of writing");
        }
    }

    private void most(String things, long count, int most) {
        if (count > most) {
            problems.add(count + " " + things + "; a table has at most " + most);
        }
    }
}

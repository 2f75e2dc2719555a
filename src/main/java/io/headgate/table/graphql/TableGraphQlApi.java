package io.headgate.table.graphql;

import graphql.schema.DataFetchingEnvironment;
import graphql.schema.idl.RuntimeWiring;
import graphql.schema.idl.TypeRuntimeWiring;
import io.headgate.error.GatewayException;
import io.headgate.graphql.Arguments;
import io.headgate.graphql.Fields;
import io.headgate.graphql.GraphQlApi;
import io.headgate.graphql.PageInfo;
import io.headgate.graphql.Reads;
import io.headgate.security.Caller;
import io.headgate.security.Role;
import io.headgate.table.Comparison;
import io.headgate.table.ItemPage;
import io.headgate.table.SortCondition;
import io.headgate.table.TableDetails;
import io.headgate.table.TableQuery;
import io.headgate.table.TableReader;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.CompletableFuture;
import java.util.stream.Stream;
import org.jspecify.annotations.Nullable;

/** What answers the fields of tables and of their items in the schema. */
public final class TableGraphQlApi implements GraphQlApi {

    private static final int DEFAULT_SIZE = 50;
    private static final Map<String, Comparison> COMPARISONS = Map.of(
            "eq", Comparison.EQ,
            "lt", Comparison.LT,
            "lte", Comparison.LTE,
            "gt", Comparison.GT,
            "gte", Comparison.GTE,
            "beginsWith", Comparison.BEGINS_WITH);

    private final TableReader tables;

    public TableGraphQlApi(TableReader tables) {
        this.tables = tables;
    }

    @Override
    public Map<Class<?>, String> nodeTypes() {
        return Map.of();
    }

    /** Which tables a reader may read is looked for with each. */
    @Override
    public Map<String, Role> roles() {
        return Map.of(
                "Query.table", Role.READER,
                "Table", Role.READER,
                "TableKey", Role.READER,
                "TableIndex", Role.READER,
                "TableBilling", Role.READER,
                "TableRecovery", Role.READER,
                "Query.tableItem", Role.READER,
                "Query.tableQuery", Role.READER,
                "TableItemConnection", Role.READER,
                "TableItemEdge", Role.READER);
    }

    @Override
    public boolean owns(String id) {
        return false;
    }

    @Override
    public CompletableFuture<List<@Nullable Object>> nodes(DataFetchingEnvironment environment, List<String> ids) {
        throw new IllegalStateException("items of tables are no nodes");
    }

    @Override
    public void wire(RuntimeWiring.Builder wiring) {
        wiring.type(TypeRuntimeWiring.newTypeWiring("Query")
                .dataFetcher("table", this::table)
                .dataFetcher("tableItem", this::item)
                .dataFetcher("tableQuery", this::query));
        wiring.type(Fields.of("Table", TableDetails.class)
                .field("name", TableDetails::name)
                .field("arn", TableDetails::arn)
                .field("status", TableDetails::status)
                .field("createdAt", TableDetails::createdAt)
                .field("keys", TableDetails::keys)
                .field("indexes", TableDetails::indexes)
                .field("billing", TableDetails::billing)
                .field("tableClass", TableDetails::tableClass)
                .field("streamViewType", TableDetails::streamView)
                .field("streamArn", TableDetails::streamArn)
                .field("pointInTimeRecovery", TableDetails::recovery)
                .field("deletionProtection", TableDetails::deletionProtection)
                .field("itemCount", TableDetails::itemCount)
                .field("sizeBytes", TableDetails::sizeBytes)
                .wiring());
        wiring.type(Fields.of("TableKey", TableDetails.KeyAttribute.class)
                .field("attribute", TableDetails.KeyAttribute::attribute)
                .field("keyType", TableDetails.KeyAttribute::kind)
                .field("attributeType", TableDetails.KeyAttribute::type)
                .wiring());
        wiring.type(Fields.of("TableIndex", TableDetails.Index.class)
                .field("name", TableDetails.Index::name)
                .field("global", TableDetails.Index::isGlobal)
                .field("keys", TableDetails.Index::keys)
                .field("status", TableDetails.Index::status)
                .field("backfilling", TableDetails.Index::isBackfilling)
                .field("projectionType", TableDetails.Index::projection)
                .field("nonKeyAttributes", TableDetails.Index::attributes)
                .field("billing", TableDetails.Index::billing)
                .field("itemCount", TableDetails.Index::itemCount)
                .field("sizeBytes", TableDetails.Index::sizeBytes)
                .wiring());
        wiring.type(Fields.of("TableBilling", TableDetails.Billing.class)
                .field("mode", TableDetails.Billing::mode)
                .field("readCapacityUnits", TableDetails.Billing::readCapacityUnits)
                .field("writeCapacityUnits", TableDetails.Billing::writeCapacityUnits)
                .wiring());
        wiring.type(Fields.of("TableRecovery", TableDetails.Recovery.class)
                .field("recoveryPeriodInDays", TableDetails.Recovery::days)
                .field("earliestRestorableTime", TableDetails.Recovery::earliest)
                .field("latestRestorableTime", TableDetails.Recovery::latest)
                .wiring());
        wiring.type(Fields.of("TableItemConnection", ItemPage.class)
                .field("edges", ItemPage::entries)
                .field(
                        "nodes",
                        page -> page.entries().stream()
                                .map(ItemPage.Entry::item)
                                .toList())
                .field("pageInfo", TableGraphQlApi::pageInfo)
                .wiring());
        wiring.type(Fields.of("TableItemEdge", ItemPage.Entry.class)
                .field("cursor", ItemPage.Entry::cursor)
                .field("node", ItemPage.Entry::item)
                .wiring());
    }

    private CompletableFuture<@Nullable TableDetails> table(DataFetchingEnvironment environment) {
        return Reads.of(environment.getGraphQlContext())
                .begin(tables.details(Arguments.of(environment).requiredText("name"), mayAll(environment)));
    }

    private CompletableFuture<@Nullable Map<String, @Nullable Object>> item(DataFetchingEnvironment environment) {
        Arguments arguments = Arguments.of(environment);
        return Reads.of(environment.getGraphQlContext())
                .begin(tables.item(
                        arguments.requiredText("table"),
                        arguments.json("key"),
                        isConsistent(arguments),
                        mayAll(environment)));
    }

    private CompletableFuture<ItemPage> query(DataFetchingEnvironment environment) {
        Arguments arguments = Arguments.of(environment);
        Integer first = arguments.integer("first");
        return Reads.of(environment.getGraphQlContext())
                .begin(tables.query(
                        new TableQuery(
                                arguments.requiredText("table"),
                                arguments.text("index"),
                                Objects.requireNonNull(arguments.json("partition")),
                                sort(arguments.object("sort")),
                                "DESC".equals(arguments.text("direction")),
                                isConsistent(arguments),
                                first == null ? DEFAULT_SIZE : first,
                                arguments.text("after")),
                        mayAll(environment)));
    }

    private static boolean isConsistent(Arguments arguments) {
        return "STRONG".equals(arguments.text("consistency"));
    }

    private static boolean mayAll(DataFetchingEnvironment environment) {
        return environment.getGraphQlContext().<Caller>get(Caller.class).may(Role.OPERATOR);
    }

    private static @Nullable SortCondition sort(@Nullable Arguments sort) {
        if (sort == null) {
            return null;
        }
        List<SortCondition> conditions = Stream.concat(
                        COMPARISONS.entrySet().stream()
                                .filter(each -> sort.json(each.getKey()) != null)
                                .map(each -> new SortCondition(
                                        each.getValue(), List.of(Objects.requireNonNull(sort.json(each.getKey()))))),
                        Stream.ofNullable(sort.json("between"))
                                .map(range -> new SortCondition(Comparison.BETWEEN, pair((List<?>) range))))
                .toList();
        if (conditions.size() != 1) {
            throw GatewayException.invalidArgument(
                    "sort has one condition: eq, lt, lte, gt, gte, between or beginsWith");
        }
        return conditions.get(0);
    }

    private static List<Object> pair(List<?> range) {
        if (range.size() != 2) {
            throw GatewayException.invalidArgument("between is a list of two: the least and the greatest");
        }
        return List.of(range.get(0), range.get(1));
    }

    private static PageInfo pageInfo(ItemPage page) {
        List<ItemPage.Entry> entries = page.entries();
        return new PageInfo(
                page.hasNext(),
                page.hasPrevious(),
                entries.isEmpty() ? null : entries.get(0).cursor(),
                entries.isEmpty() ? null : entries.get(entries.size() - 1).cursor());
    }
}

package io.headgate.user;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.api.Test;

class PositionTest {

    @Test
    void textIsOrderedAsItsUtf8Is() {
        Random random = new Random(1);
        List<String> texts = random.ints(3000, 0, 4)
                .mapToObj(length -> random.ints(length, 0, 6)
                        .mapToObj(i -> List.of("a", "é", "ｚ", "\uffff", "🦊", "\ud800\udc00")
                                .get(i))
                        .reduce("", String::concat))
                .toList();
        for (int i = 1; i < texts.size(); i++) {
            String a = texts.get(i - 1);
            String b = texts.get(i);

            int order = CodePoints.compare(a, b);

            assertThat(Integer.signum(order))
                    .as("%s and %s", a, b)
                    .isEqualTo(Integer.signum(Arrays.compareUnsigned(
                            a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8))));
        }
    }

    @Test
    void equalValuesFollowTheirKeysThenTheirStores() {
        Position first = new Position(UserOrder.Field.NAME, null, "Ada", "1", Store.DYNAMODB);
        Position second = new Position(UserOrder.Field.NAME, null, "Ada", "2", Store.POSTGRES);

        List<Position> sorted = List.of(second.in(Store.DYNAMODB), second, first).stream()
                .sorted()
                .toList();

        assertThat(sorted).containsExactly(first, second, second.in(Store.DYNAMODB));
    }
}

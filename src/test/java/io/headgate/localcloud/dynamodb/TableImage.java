package io.headgate.localcloud.dynamodb;

import com.amazonaws.services.dynamodbv2.local.shared.model.AttributeValue;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.util.Iterator;
import java.util.LinkedHashMap;
import java.util.Map;

/** The items of a table at one moment. It holds their keys and where they are; the items themselves stay in the logs. */
final class TableImage {

    private final Map<ByteBuffer, Place> places = new LinkedHashMap<>();

    private record Place(ImageLog log, long offset, int length) {
        byte[] image() {
            return log.image(offset, length);
        }
    }

    /** Applies the records up to and including a stamp. */
    void apply(ImageLog log, long upTo) {
        log.read(upTo, (key, offset, length) -> {
            if (offset < 0) {
                places.remove(ByteBuffer.wrap(key));
            } else {
                places.put(ByteBuffer.wrap(key), new Place(log, offset, length));
            }
        });
    }

    int size() {
        return places.size();
    }

    /** The items, each read when it is asked for. */
    Iterator<Map<String, AttributeValue>> items() {
        return places.values().stream()
                .map(place -> Items.fromBytes(place.image()))
                .iterator();
    }

    void copyTo(ImageLog target, long stamp) throws IOException {
        for (Map.Entry<ByteBuffer, Place> each : places.entrySet()) {
            target.append(stamp, each.getKey().array(), each.getValue().image());
        }
    }
}

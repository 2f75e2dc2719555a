package io.headgate.json;

import com.fasterxml.jackson.core.JsonParser;
import com.fasterxml.jackson.core.JsonStreamContext;
import com.fasterxml.jackson.core.JsonToken;
import com.fasterxml.jackson.core.util.JsonParserDelegate;
import java.io.IOException;
import org.jspecify.annotations.Nullable;

/** Reads no further than a list may be long, where that is a value in a member of the whole, or a value in such a value. */
final class BoundedLists extends JsonParserDelegate {

    private final String member;
    private final int longest;

    BoundedLists(JsonParser all, String member, int longest) {
        super(all);
        this.member = member;
        this.longest = longest;
    }

    @Override
    public @Nullable JsonToken nextToken() throws IOException {
        JsonToken token = delegate.nextToken();
        JsonStreamContext at = delegate.getParsingContext();
        if (at.inArray() && at.getCurrentIndex() >= longest && isBounded(at.getParent())) {
            throw new LongListException();
        }
        return token;
    }

    private boolean isBounded(JsonStreamContext holder) {
        return holder.inObject()
                && (isMember(holder.getParent())
                        || (holder.getParent().inObject()
                                && isMember(holder.getParent().getParent())));
    }

    private boolean isMember(@Nullable JsonStreamContext whole) {
        return whole != null
                && whole.inObject()
                && member.equals(whole.getCurrentName())
                && whole.getParent().inRoot();
    }
}

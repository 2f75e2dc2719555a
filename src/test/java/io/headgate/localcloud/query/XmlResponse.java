package io.headgate.localcloud.query;

import java.io.StringWriter;
import java.time.Instant;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.Map;
import java.util.UUID;
import java.util.function.Consumer;
import javax.xml.stream.XMLOutputFactory;
import javax.xml.stream.XMLStreamException;
import javax.xml.stream.XMLStreamWriter;
import org.jspecify.annotations.Nullable;

/** The answer to an action, as the AWS Query protocol has it. */
public final class XmlResponse {

    private static final XMLOutputFactory WRITERS = XMLOutputFactory.newInstance();
    private static final DateTimeFormatter TIME =
            DateTimeFormatter.ofPattern("yyyy-MM-dd'T'HH:mm:ss.SSS'Z'").withZone(ZoneOffset.UTC);

    private final XMLStreamWriter writer;

    private XmlResponse(XMLStreamWriter writer) {
        this.writer = writer;
    }

    /**
     * What an action answered.
     *
     * @param namespace that of the service's API, which its version names
     */
    public static String of(String namespace, String action, Consumer<XmlResponse> result) {
        return document(namespace, action + "Response", xml -> {
            xml.element(action + "Result", () -> result.accept(xml));
            xml.element("ResponseMetadata", () -> xml.text("RequestId", UUID.randomUUID()));
        });
    }

    /** What an action failed with. */
    public static String of(String namespace, QueryError error) {
        return document(namespace, "ErrorResponse", xml -> {
            xml.element("Error", () -> {
                xml.text("Type", error.status() < 500 ? "Sender" : "Receiver");
                xml.text("Code", error.code());
                xml.text("Message", error.message());
            });
            xml.text("RequestId", UUID.randomUUID());
        });
    }

    private static String document(String namespace, String root, Consumer<XmlResponse> content) {
        StringWriter text = new StringWriter();
        try {
            XMLStreamWriter writer = WRITERS.createXMLStreamWriter(text);
            writer.writeStartDocument();
            writer.writeStartElement(root);
            writer.writeDefaultNamespace(namespace);
            content.accept(new XmlResponse(writer));
            writer.writeEndDocument();
            writer.close();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
        return text.toString();
    }

    public void element(String name, Runnable content) {
        try {
            writer.writeStartElement(name);
            content.run();
            writer.writeEndElement();
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }

    /** An element with a value, or none where there is no value. */
    public void text(String name, @Nullable Object value) {
        if (value != null) {
            element(name, () -> characters(value instanceof Instant time ? TIME.format(time) : value.toString()));
        }
    }

    public <T> void list(String name, Iterable<T> members, Consumer<T> each) {
        element(name, () -> members.forEach(each));
    }

    public void tags(Map<String, String> tags) {
        list(
                "TagList",
                tags.entrySet(),
                tag -> element("Tag", () -> {
                    text("Key", tag.getKey());
                    text("Value", tag.getValue());
                }));
    }

    private void characters(String text) {
        try {
            writer.writeCharacters(text);
        } catch (XMLStreamException e) {
            throw new IllegalStateException(e);
        }
    }
}

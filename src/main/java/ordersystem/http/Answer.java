package ordersystem.http;

import com.fasterxml.jackson.annotation.JsonInclude;
import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.module.SimpleModule;
import com.fasterxml.jackson.databind.ser.std.ToStringSerializer;
import java.nio.ByteBuffer;
import java.time.Duration;
import java.time.Instant;
import java.util.Map;
import org.apache.camel.Exchange;
import org.apache.camel.Message;

/**
 * The answer to a request: status, headers, and a body that is written as JSON.
 *
 * @param headers of the answer, without Content-Type
 */
record Answer(int status, String contentType, Map<String, String> headers, Object body) {

    private static final JsonMapper JSON = JsonMapper.builder()
            .addModule(new SimpleModule("ISO 8601")
                    .addSerializer(Instant.class, ToStringSerializer.instance)
                    .addSerializer(Duration.class, ToStringSerializer.instance))
            .serializationInclusion(JsonInclude.Include.NON_NULL)
            .build();

    static Answer json(int status, Object body) {
        return new Answer(status, "application/json", Map.of(), body);
    }

    Answer with(String header, String value) {
        return new Answer(status, contentType, Map.of(header, value), body);
    }

    byte[] bytes() {
        try {
            return JSON.writeValueAsBytes(body);
        } catch (JsonProcessingException e) {
            throw new IllegalStateException("an answer that cannot be written: " + body.getClass(), e);
        }
    }

    /**
     * Makes this the answer of a route; what was in the message is gone. A buffer, because Camel's server reads bytes as a
     * stream, on the very worker threads that wait at the door.
     */
    void writeTo(Message message) {
        message.removeHeaders("*");
        headers.forEach(message::setHeader);
        message.setHeader(Exchange.HTTP_RESPONSE_CODE, status);
        message.setHeader(Exchange.CONTENT_TYPE, contentType);
        message.setBody(ByteBuffer.wrap(bytes()));
    }
}

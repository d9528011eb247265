package ordersystem.broker;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import ordersystem.order.InvalidOrderException;
import ordersystem.order.Order;
import ordersystem.order.Trace;
import org.jspecify.annotations.Nullable;

/**
 * An order that somebody wants to hand in at the {@link Door}.
 *
 * @param order what was read from the text
 * @param text the body exactly as received
 * @param trace that the sender is in; null where there is none
 * @param sender name of the API key with which it is handed in; null where there is none
 */
public record Submission(
        Order order,
        String text,
        @Nullable Trace trace,
        @Nullable String sender) {

    /**
     * Decodes strictly: a replacement character would change the body that travels on.
     *
     * @throws InvalidOrderException if the body is not UTF-8
     */
    public static Submission of(Order order, byte[] body, @Nullable Trace trace, @Nullable String sender) {
        try {
            return new Submission(
                    order,
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(body))
                            .toString(),
                    trace,
                    sender);
        } catch (CharacterCodingException e) {
            throw new InvalidOrderException("", "not UTF-8");
        }
    }
}

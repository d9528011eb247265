package ordersystem.http;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import ordersystem.order.Content;

/**
 * Bytes as a JSON string can hold them.
 *
 * @param encoding utf-8, or base64 where the bytes are not UTF-8
 */
record Text(String text, String encoding) {

    static Text of(Content content) {
        return content.type() == Content.Type.OTHER ? base64(content.body()) : of(content.body());
    }

    static Text of(byte[] bytes) {
        try {
            return new Text(
                    StandardCharsets.UTF_8
                            .newDecoder()
                            .decode(ByteBuffer.wrap(bytes))
                            .toString(),
                    "utf-8");
        } catch (CharacterCodingException e) {
            return base64(bytes);
        }
    }

    private static Text base64(byte[] bytes) {
        return new Text(Base64.getEncoder().encodeToString(bytes), "base64");
    }
}

package ordersystem.http;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** Newline-delimited bytes. Splitting bytes and not characters: each line stays exactly as it was received. */
final class Lines {
    private Lines() {}

    /** The lines without their line feeds, blank ones included; nothing after the last line feed is no line. */
    static List<byte[]> of(byte[] body) {
        List<byte[]> lines = new ArrayList<>();
        int start = 0;
        for (int i = 0; i <= body.length; i++) {
            if (i == body.length ? i > start : body[i] == '\n') {
                int end = i > start && body[i - 1] == '\r' ? i - 1 : i;
                lines.add(Arrays.copyOfRange(body, start, end));
                start = i + 1;
            }
        }
        return lines;
    }

    static boolean isBlank(byte[] line) {
        for (byte b : line) {
            if (b != ' ' && b != '\t') {
                return false;
            }
        }
        return true;
    }
}

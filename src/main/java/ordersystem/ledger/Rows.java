package ordersystem.ledger;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.core.type.TypeReference;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Types;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.Map;
import ordersystem.order.Content;
import ordersystem.order.Draw;
import ordersystem.order.Lane;
import org.jspecify.annotations.Nullable;

/** How values become columns and columns values. Stateless. */
final class Rows {

    private static final ObjectMapper JSON = new ObjectMapper();
    private static final TypeReference<Map<String, String>> HEADERS = new TypeReference<>() {};

    /** Ends a text that was longer than its column. */
    private static final String CUT = "…";

    private Rows() {}

    /** Sets handled to instance, which INSERT and UPDATE name in the same order, but for the row's own id. */
    static int setTransition(PreparedStatement s, int first, Change change, String instance) throws SQLException {
        int i = first;
        Reason reason = change.reason();
        Content content = change.content();
        boolean failed = reason != null;
        s.setString(i++, change.messageId());
        s.setString(i++, change.state().name());
        s.setString(i++, name(change.lane()));
        s.setString(i++, change.place());
        s.setInt(i++, change.attempts());
        setSeconds(s, i++, change.due());
        s.setString(i++, reason == null ? null : text(reason.type(), 255));
        s.setString(i++, reason == null ? null : text(reason.message(), 4000));
        s.setString(i++, reason == null ? null : text(reason.route(), 128));
        s.setString(i++, reason == null ? null : text(reason.node(), 128));
        s.setBytes(i++, content == null ? null : content.body());
        s.setString(i++, content == null ? null : content.type().name());
        s.setString(i++, content == null ? null : json(content.headers()));
        s.setBoolean(i++, failed);
        s.setBoolean(i++, failed);
        s.setBoolean(i++, change.state() == State.PROCESSED);
        s.setString(i++, instance);
        return i;
    }

    static OrderRecord order(ResultSet rs) throws SQLException {
        return new OrderRecord(
                rs.getString("order_id"),
                lane(rs),
                State.valueOf(rs.getString("state")),
                rs.getInt("step"),
                rs.getString("handled"),
                rs.getString("place"),
                rs.getString("body_hash"),
                rs.getInt("attempts"),
                time(rs, "due"),
                reason(rs),
                time(rs, "first_failed_at"),
                time(rs, "last_failed_at"),
                instant(rs, "received_at"),
                instant(rs, "updated_at"),
                time(rs, "processed_at"),
                rs.getString("instance"),
                draw(rs),
                rs.getString("sender"),
                rs.getBoolean("kept"));
    }

    /** Of an arrival; nothing changes it later. */
    static void setArrival(PreparedStatement s, int first, Change change) throws SQLException {
        Draw draw = change.draw();
        s.setObject(first, draw == null ? null : draw.probability(), Types.DOUBLE);
        s.setObject(first + 1, draw == null ? null : draw.number(), Types.DOUBLE);
        s.setString(first + 2, change.sender());
    }

    private static @Nullable Draw draw(ResultSet rs) throws SQLException {
        double probability = rs.getDouble("admission_probability");
        return rs.wasNull() ? null : new Draw(probability, rs.getDouble("admission_draw"));
    }

    static @Nullable Reason reason(ResultSet rs) throws SQLException {
        String type = rs.getString("reason_type");
        return type == null
                ? null
                : new Reason(
                        type,
                        rs.getString("reason_message"),
                        emptyAsNull(rs.getString("reason_route")),
                        emptyAsNull(rs.getString("reason_node")));
    }

    static Content content(ResultSet rs) throws SQLException {
        try {
            return new Content(
                    Content.Type.valueOf(rs.getString("body_type")),
                    rs.getBytes("body"),
                    JSON.readValue(rs.getString("headers"), HEADERS));
        } catch (JsonProcessingException e) {
            throw new SQLException("headers are not the JSON that was written", e);
        }
    }

    static @Nullable Lane lane(ResultSet rs) throws SQLException {
        String name = rs.getString("lane");
        return name == null ? null : new Lane(name);
    }

    static @Nullable String name(@Nullable Lane lane) {
        return lane == null ? null : lane.name();
    }

    static void setSeconds(PreparedStatement s, int i, @Nullable Duration duration) throws SQLException {
        s.setObject(i, duration == null ? null : duration.toMillis() / 1000.0, Types.DOUBLE);
    }

    /** Cut to its column, with a mark. PostgreSQL has no character 0. */
    static String text(@Nullable String text, int limit) {
        if (text == null) {
            return "";
        }
        String clean = text.replace('\0', '\uFFFD');
        if (clean.length() <= limit) {
            return clean;
        }
        int end = limit - CUT.length();
        return clean.substring(0, Character.isHighSurrogate(clean.charAt(end - 1)) ? end - 1 : end) + CUT;
    }

    static String json(Map<String, String> headers) {
        try {
            return JSON.writeValueAsString(headers);
        } catch (JsonProcessingException e) {
            throw new IllegalArgumentException("headers cannot be written as JSON", e);
        }
    }

    static Instant instant(ResultSet rs, String column) throws SQLException {
        return rs.getObject(column, OffsetDateTime.class).toInstant();
    }

    static @Nullable Instant time(ResultSet rs, String column) throws SQLException {
        OffsetDateTime time = rs.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static @Nullable Instant time(ResultSet rs, int column) throws SQLException {
        OffsetDateTime time = rs.getObject(column, OffsetDateTime.class);
        return time == null ? null : time.toInstant();
    }

    static @Nullable String emptyAsNull(@Nullable String text) {
        return text == null || text.isEmpty() ? null : text;
    }
}

package ordersystem.monitoring;

import java.time.Clock;
import java.time.temporal.ChronoUnit;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;
import javax.management.NotificationEmitter;
import ordersystem.jmx.Notifications;
import ordersystem.processing.OrderStats;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Which alarms are on. Tells log and JMX of each once when it begins, and once when it is over. Thread-safe. */
public final class Alarms {

    private static final Logger LOG = LoggerFactory.getLogger(Alarms.class);

    private final Clock clock;
    private final Notifications notifications;
    private final Map<Alarm, OrderStats.Alarm> on = new EnumMap<>(Alarm.class);

    public Alarms(Clock clock) {
        this.clock = clock;
        this.notifications = new Notifications(
                Figures.OBJECT_NAME, "An alarm begins, or is over; the message says what to do", Alarm.types(), clock);
    }

    /**
     * How it stands with one alarm.
     *
     * @param words what is wrong, and what to do; may change while it lasts
     */
    synchronized void look(Alarm alarm, boolean isOn, String words) {
        OrderStats.Alarm before = on.get(alarm);
        if (isOn) {
            String since = before == null
                    ? clock.instant().truncatedTo(ChronoUnit.MILLIS).toString()
                    : before.since();
            on.put(alarm, new OrderStats.Alarm(alarm.shown(), since, words));
            if (before == null) {
                tell(alarm.type(), words);
            }
        } else if (before != null) {
            on.remove(alarm);
            tell(alarm.typeWhenOver(), alarm.wordsWhenOver());
        }
    }

    private void tell(String type, String message) {
        LOG.warn("{}: {}", type, message);
        notifications.send(type, message);
    }

    /** Those that are on. */
    synchronized List<OrderStats.Alarm> on() {
        return List.copyOf(on.values());
    }

    NotificationEmitter notifications() {
        return notifications;
    }
}

package ordersystem.jmx;

import java.time.Clock;
import java.util.List;
import java.util.concurrent.atomic.AtomicLong;
import javax.management.MBeanNotificationInfo;
import javax.management.Notification;
import javax.management.NotificationBroadcasterSupport;

/** What one MXBean tells of by itself. Thread-safe; listeners are called by the thread that sends. */
public final class Notifications extends NotificationBroadcasterSupport {

    private final String source;
    private final Clock clock;
    private final AtomicLong sent = new AtomicLong();

    /**
     * @param source object name of the bean
     * @param types all that there are
     */
    public Notifications(String source, String description, List<String> types, Clock clock) {
        super(new MBeanNotificationInfo(types.toArray(String[]::new), Notification.class.getName(), description));
        this.source = source;
        this.clock = clock;
    }

    public void send(String type, String message) {
        sendNotification(new Notification(type, source, sent.incrementAndGet(), clock.millis(), message));
    }
}

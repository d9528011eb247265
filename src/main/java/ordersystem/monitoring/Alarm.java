package ordersystem.monitoring;

import java.util.Arrays;
import java.util.List;

/** What people are told of without asking: in the stats, in the log, and over JMX, once when it begins and once when it is over. */
enum Alarm {
    HIGH_LANE_OVERDUE("highLaneOverdue", "No high order is overdue any more."),
    HIGH_LANE_SATURATED("highLaneSaturated", "High orders are worked off as fast as they come again."),
    NORMAL_LANE_SATURATED("normalLaneSaturated", "The delay of normal orders is near its target again."),
    DISCREPANCY("discrepancy", "Counters and rows agree again."),
    ORPHANS("orphans", "Each order on its way has its message again."),
    BRAKE_OPEN("brakeOpen", "Orders are worked off again."),
    STORE_NEARLY_FULL("storeNearlyFull", "The broker's store has room again."),
    DISK_NEARLY_FULL("diskNearlyFull", "The disk has room again.");

    private static final String PREFIX = "ordersystem.";

    private final String shown;
    private final String wordsWhenOver;

    Alarm(String shown, String wordsWhenOver) {
        this.shown = shown;
        this.wordsWhenOver = wordsWhenOver;
    }

    /** As people and programs read it. */
    String shown() {
        return shown;
    }

    String wordsWhenOver() {
        return wordsWhenOver;
    }

    /** Of the notification that tells of it. */
    String type() {
        return PREFIX + shown;
    }

    String typeWhenOver() {
        return type() + ".over";
    }

    static List<String> types() {
        return Arrays.stream(values())
                .flatMap(alarm -> List.of(alarm.type(), alarm.typeWhenOver()).stream())
                .toList();
    }
}

package ordersystem.admission;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;

/** Deferred orders, numbered as they came. */
final class SimulatedWaitingRoom {

    /** A list of numbers that takes little room. */
    private static final class Numbers {
        private int[] all = new int[16];
        private int size;

        void add(int number) {
            if (size == all.length) {
                all = Arrays.copyOf(all, size + size / 2);
            }
            all[size++] = number;
        }
    }

    private final Numbers arrivals = new Numbers();
    private final List<Numbers> due = new ArrayList<>();
    private final BitSet gone = new BitSet();
    private int oldest;
    private int overdue;
    private int next;
    private int waiting;

    /** In seconds. */
    void add(int arrived, int dueAt) {
        while (due.size() <= dueAt) {
            due.add(new Numbers());
        }
        due.get(dueAt).add(arrivals.size);
        arrivals.add(arrived);
        waiting++;
    }

    /** The seconds at which those came that leave because they are due, the longest due first. */
    int[] due(int second, int most) {
        Numbers leaving = new Numbers();
        for (; overdue < due.size() && overdue <= second; overdue++) {
            Numbers now = due.get(overdue);
            for (; next < now.size; next++) {
                if (leaving.size == most) {
                    return Arrays.copyOf(leaving.all, leaving.size);
                }
                if (!gone.get(now.all[next])) {
                    leave(now.all[next], leaving);
                }
            }
            due.set(overdue, new Numbers());
            next = 0;
        }
        return Arrays.copyOf(leaving.all, leaving.size);
    }

    /** The seconds at which the oldest came, that leave now. */
    int[] oldest(int most) {
        Numbers leaving = new Numbers();
        while (leaving.size < most && waiting > 0) {
            oldest = gone.nextClearBit(oldest);
            leave(oldest, leaving);
        }
        return Arrays.copyOf(leaving.all, leaving.size);
    }

    private void leave(int number, Numbers leaving) {
        gone.set(number);
        waiting--;
        leaving.add(arrivals.all[number]);
    }

    int waiting() {
        return waiting;
    }
}

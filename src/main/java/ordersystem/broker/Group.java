package ordersystem.broker;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.atomic.AtomicReference;
import ordersystem.broker.Receipt.Verdict;

/**
 * Callers whose orders go out in one transaction. Filled and worked off by its {@link DoorThread}; a caller that waited
 * too long leaves the thread behind, and the group's phase then says whether anything can have been sent.
 */
final class Group {
    enum Phase {
        /** Nothing was sent; nothing will be without leaving this phase. */
        PREPARING,
        SENDING,
        ANSWERED,
        LEFT_BEHIND
    }

    final DoorThread thread;
    final List<Caller> callers = new ArrayList<>();
    private final AtomicReference<Phase> phase = new AtomicReference<>(Phase.PREPARING);
    private int orders;

    Group(DoorThread thread) {
        this.thread = thread;
    }

    /** Takes a caller in, unless it has withdrawn. */
    void add(Caller caller) {
        if (caller.join(this)) {
            callers.add(caller);
            orders += caller.items.size();
        }
    }

    int orders() {
        return orders;
    }

    /** False if the thread has been left behind: the callers were told that nothing was sent. */
    boolean beginSending() {
        return phase.compareAndSet(Phase.PREPARING, Phase.SENDING);
    }

    boolean isLeftBehind() {
        return phase.get() == Phase.LEFT_BEHIND;
    }

    /** False if the thread has been left behind: the callers have their answer. */
    boolean beginAnswering() {
        return phase.getAndUpdate(now -> now == Phase.LEFT_BEHIND ? now : Phase.ANSWERED) != Phase.LEFT_BEHIND;
    }

    /** Answers all callers in place of the thread; false if the thread is answering already. */
    boolean leaveBehind(String reason) {
        Phase before = phase.getAndUpdate(now -> now == Phase.ANSWERED ? now : Phase.LEFT_BEHIND);
        if (before == Phase.ANSWERED || before == Phase.LEFT_BEHIND) {
            return false;
        }
        answerAll(before == Phase.PREPARING ? Verdict.NOT_ACCEPTED : Verdict.UNKNOWN, reason);
        return true;
    }

    void answerAll(Verdict verdict, String reason) {
        callers.forEach(caller -> caller.answer.complete(caller.all(verdict, reason)));
    }
}

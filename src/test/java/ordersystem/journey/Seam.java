package ordersystem.journey;

/**
 * The places at which the program is halted, one a life. The program has no hook for them: Byteman weaves a halt into the
 * libraries that it calls, where the thread of a hop or a caller's package tells which hop it is.
 */
enum Seam {
    RECEIVE_MID_BATCH(Where.thread("orders.incoming"), Point.MESSAGE_RUN, Edge.EXIT, Nth.inABatch(3), Needs.ANY),
    RECEIVE_LEDGER_NOT_COMMITTED(
            Where.thread("orders.incoming"), Point.LEDGER_COMMIT, Edge.ENTRY, Nth.inALife(2), Needs.ANY),
    RECEIVE_NOTHING_SENT(Where.thread("orders.incoming"), Point.LEDGER_COMMIT, Edge.EXIT, Nth.inALife(2), Needs.ANY),
    RECEIVE_SOME_SENT(Where.thread("orders.incoming"), Point.SEND, Edge.ENTRY, Nth.inABatch(3), Needs.ANY),
    RECEIVE_ALL_SENT(Where.thread("orders.incoming"), Point.BROKER_COMMIT, Edge.ENTRY, Nth.inALife(2), Needs.ANY),
    RECEIVE_COMMITTED(Where.thread("orders.incoming"), Point.BROKER_COMMIT, Edge.EXIT, Nth.inALife(2), Needs.ANY),

    NORMAL_MID_BATCH(Where.thread("orders.normal"), Point.MESSAGE_RUN, Edge.EXIT, Nth.inABatch(3), Needs.NORMAL),
    NORMAL_LEDGER_NOT_COMMITTED(
            Where.thread("orders.normal"), Point.LEDGER_COMMIT, Edge.ENTRY, Nth.inALife(2), Needs.NORMAL),
    NORMAL_NOTHING_SENT(Where.thread("orders.normal"), Point.LEDGER_COMMIT, Edge.EXIT, Nth.inALife(2), Needs.NORMAL),
    NORMAL_SOME_SENT(Where.thread("orders.normal"), Point.SEND, Edge.ENTRY, Nth.inABatch(2), Needs.NORMAL),
    NORMAL_ALL_SENT(Where.thread("orders.normal"), Point.BROKER_COMMIT, Edge.ENTRY, Nth.inALife(3), Needs.NORMAL),

    HIGH_NOTHING_SENT(Where.thread("orders.high"), Point.LEDGER_COMMIT, Edge.EXIT, Nth.inALife(1), Needs.HIGH),
    HIGH_ALL_SENT(Where.thread("orders.high"), Point.BROKER_COMMIT, Edge.ENTRY, Nth.inALife(1), Needs.HIGH),

    FILE_NORMAL_BETWEEN(
            Where.thread("orders.*.dlq"), Point.LEDGER_COMMIT, Edge.EXIT, Nth.inALife(1), Needs.NORMAL_DEAD),
    FILE_HIGH_BETWEEN(Where.thread("orders.*.dlq"), Point.BROKER_COMMIT, Edge.ENTRY, Nth.inALife(1), Needs.HIGH_DEAD),
    FILE_INVALID_BETWEEN(Where.thread("orders.invalid"), Point.LEDGER_COMMIT, Edge.EXIT, Nth.inALife(1), Needs.INVALID),

    RELEASE_SENT(Where.caller("ordersystem.waiting"), Point.BROKER_COMMIT, Edge.ENTRY, Nth.inALife(1), Needs.RETRIED),
    RELEASE_BETWEEN(Where.caller("ordersystem.waiting"), Point.BROKER_COMMIT, Edge.EXIT, Nth.inALife(1), Needs.RETRIED),
    RELEASE_COMMITTED(Where.releasing(), Point.LEDGER_COMMIT, Edge.EXIT, Nth.inALife(1), Needs.RETRIED),

    DOOR_SENT(Where.caller("ordersystem.broker"), Point.BROKER_COMMIT, Edge.ENTRY, Nth.inALife(4), Needs.HTTP),
    DOOR_COMMITTED_NOT_ANSWERED(
            Where.caller("ordersystem.broker"), Point.BROKER_COMMIT, Edge.EXIT, Nth.inALife(4), Needs.HTTP),

    BROKER_COMMITTED_NOT_ANSWERED(Where.ANYWHERE, Point.BROKER_TRANSACTION, Edge.EXIT, Nth.inALife(25), Needs.ANY);

    /** With this code, and only then, the process ended at its seam. */
    static final int EXIT_CODE = 86;

    private static final String THREAD = "Thread.currentThread()";

    private final String where;
    private final Point point;
    private final Edge edge;
    private final Nth nth;
    private final Needs needs;

    Seam(String where, Point point, Edge edge, Nth nth, Needs needs) {
        this.where = where;
        this.point = point;
        this.edge = edge;
        this.nth = nth;
        this.needs = needs;
    }

    /** Which orders bring the program to this seam. */
    Needs needs() {
        return needs;
    }

    /** The Byteman script that halts the process here; nothing that was not written by then is written any more. */
    String script() {
        String counter = nth.inABatch() ? THREAD : "\"life\"";
        // That of a note, which a message had that was in hand at the last death, is no batch's.
        String batches = point == Point.LEDGER_COMMIT
                ? where + " AND NOT " + Where.caller("ordersystem.ledger.Suspects")
                : where;
        return rule(
                        name(),
                        point,
                        edge,
                        batches + " AND incrementCounter(" + counter + ") == " + nth.count(),
                        "killJVM(" + EXIT_CODE + ")")
                + rule(
                        "a batch is over",
                        Point.BROKER_COMMIT,
                        Edge.EXIT,
                        "TRUE",
                        "deleteCounter(" + THREAD + "); flag(" + THREAD + ")");
    }

    private static String rule(String name, Point point, Edge edge, String condition, String action) {
        return String.join(
                "\n",
                "RULE " + name,
                "CLASS " + point.type,
                "METHOD " + point.method,
                "AT " + edge,
                "IF " + condition,
                "DO " + action,
                "ENDRULE",
                "");
    }

    /** What an order must be to lead to a seam. */
    enum Needs {
        ANY,
        HTTP,
        NORMAL,
        HIGH,
        NORMAL_DEAD,
        HIGH_DEAD,
        RETRIED,
        INVALID
    }

    private enum Edge {
        ENTRY,
        EXIT
    }

    private enum Point {
        /** One message has gone through the routes. */
        MESSAGE_RUN("org.apache.camel.component.jms.EndpointMessageListener", "onMessage"),
        LEDGER_COMMIT(Database.CONNECTION_CLASS, "commit()"),
        SEND("org.apache.activemq.ActiveMQSession", "send"),
        BROKER_COMMIT("org.apache.activemq.ActiveMQSession", "commit()"),
        /** Inside the broker: the transaction is on disk, its client does not know. */
        BROKER_TRANSACTION("org.apache.activemq.transaction.LocalTransaction", "commit(boolean)");

        private final String type;
        private final String method;

        Point(String type, String method) {
            this.type = type;
            this.method = method;
        }
    }

    private record Nth(int count, boolean inABatch) {
        static Nth inALife(int count) {
            return new Nth(count, false);
        }

        /** Counted a thread, from its last JMS commit on. */
        static Nth inABatch(int count) {
            return new Nth(count, true);
        }
    }

    private static final class Where {
        static final String ANYWHERE = "TRUE";

        static String thread(String queue) {
            return "Thread.currentThread().getName().contains(\"JmsConsumer[" + queue + "]\")";
        }

        static String caller(String packageName) {
            return "callerMatches(\"" + packageName + "..*\", true, true, 100)";
        }

        /** The releaser with something released: it looks for due orders, and commits, when there are none too. */
        static String releasing() {
            return caller("ordersystem.waiting") + " AND flagged(Thread.currentThread())";
        }
    }
}

package ordersystem.journey;

import jakarta.jms.BytesMessage;
import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.Message;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.net.ConnectException;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Deque;
import java.util.Iterator;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.atomic.AtomicInteger;
import org.apache.activemq.ActiveMQConnectionFactory;
import org.awaitility.Awaitility;
import org.jspecify.annotations.Nullable;

/**
 * Customers by HTTP and legacy systems by JMS. Each sends one order after the other, and the same one again until it
 * knows what became of it, as the README tells clients to. What they see goes into the {@link OutsideAccount}. {@link
 * #feed} is called by the test's thread; each customer is a thread of its own.
 */
final class Customers implements AutoCloseable {
    private static final int HTTP_CUSTOMERS = 12;
    private static final int LEGACY_SYSTEMS = 4;
    /** Between two tries; a client that does not wait keeps a starting program from starting. */
    private static final Duration PAUSE = Duration.ofMillis(50);

    private final ProgramUnderTest program;
    private final OutsideAccount account;
    private final List<Sending> unsent;
    private final Deque<Sending> followUps = new ArrayDeque<>();
    private final BlockingQueue<Sending> web = new LinkedBlockingQueue<>();
    private final BlockingQueue<Sending> legacy = new LinkedBlockingQueue<>();
    private final AtomicInteger open = new AtomicInteger();
    private final List<Thread> threads = new ArrayList<>();
    private volatile String jmsOptions = "";
    private volatile long timeToLive;
    private volatile boolean closed;

    Customers(ProgramUnderTest program, OutsideAccount account, List<Sending> sendings) {
        this.program = program;
        this.account = account;
        this.unsent = new ArrayList<>(sendings);
        for (int i = 0; i < HTTP_CUSTOMERS; i++) {
            threads.add(new Thread(this::buyOverHttp, "customer-" + i));
        }
        for (int i = 0; i < LEGACY_SYSTEMS; i++) {
            threads.add(new Thread(this::sendOverJms, "legacy-" + i));
        }
        threads.forEach(Thread::start);
    }

    /** Has the legacy systems send with these options of ActiveMQ's client ({@code jms.…}), from their next connection on. */
    Customers withJms(String options) {
        jmsOptions = options;
        return this;
    }

    /** Has the messages of the legacy systems expire after so long, as they believe. */
    Customers withTimeToLive(Duration time) {
        timeToLive = time.toMillis();
        return this;
    }

    /** Has up to {@code count} more orders sent, those that lead to {@code needs}; returns how many there were. */
    int feed(int count, Seam.Needs needs) {
        int fed = 0;
        for (Iterator<Sending> rest = unsent.iterator(); rest.hasNext() && fed < count; ) {
            Sending sending = rest.next();
            if (sending.leadsTo(needs)) {
                rest.remove();
                hand(sending);
                fed++;
            }
        }
        return fed;
    }

    /** Has up to {@code count} second sendings made: the same once more, or another body under a known id. */
    void feedFollowUps(int count) {
        synchronized (followUps) {
            for (int i = 0; i < count && !followUps.isEmpty(); i++) {
                hand(followUps.removeFirst());
            }
        }
    }

    void feedAll() {
        feed(Integer.MAX_VALUE, Seam.Needs.ANY);
        feedFollowUps(Integer.MAX_VALUE);
    }

    int unsent() {
        return unsent.size();
    }

    /** Sendings that were fed and have no answer yet. */
    int open() {
        return open.get();
    }

    /** Whether everything was fed, second sendings included, and has its answer. */
    boolean areDone() {
        synchronized (followUps) {
            return open.get() == 0 && followUps.isEmpty() && unsent.isEmpty();
        }
    }

    private void hand(Sending sending) {
        open.incrementAndGet();
        (sending.way() == Sending.Way.HTTP ? web : legacy).add(sending);
    }

    private void answered(Sending sending) {
        if (sending.kind() == Sending.Kind.FIRST && sending.invoice().valid()) {
            int number = sending.invoice().number() % 100;
            synchronized (followUps) {
                if (number < 5) {
                    followUps.add(sending.again());
                } else if (number < 8) {
                    followUps.add(sending.changed());
                }
            }
        }
        open.decrementAndGet();
    }

    private void buyOverHttp() {
        try {
            while (true) {
                Sending sending = web.take();
                awaitKnown(sending);
                repeat("the door says what became of it", () -> post(sending));
                answered(sending);
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    /** Posts it once, on the caller's thread; returns whether it got a definite answer. */
    boolean post(Sending sending) throws InterruptedException {
        try {
            return account.answered(
                    sending, program.api().post(sending.invoice().bytes()));
        } catch (ConnectException e) {
            return false; // nobody there: surely not in
        } catch (IOException e) {
            account.unanswered(sending);
            return false;
        }
    }

    private void sendOverJms() {
        Legacy system = new Legacy();
        try {
            while (true) {
                Sending sending = legacy.take();
                awaitKnown(sending);
                repeat("the broker confirms it", () -> system.send(sending));
                answered(sending);
            }
        } catch (InterruptedException e) {
            system.disconnect();
            Thread.currentThread().interrupt();
        }
    }

    /** A change is a change only where the first body has been recorded. */
    private void awaitKnown(Sending sending) throws InterruptedException {
        if (sending.kind() == Sending.Kind.CHANGED) {
            repeat(
                    "the first body is recorded",
                    () -> isSettled(sending.invoice().orderId()));
        }
    }

    private boolean isSettled(String orderId) throws InterruptedException {
        try {
            Api.Answer answer = program.api().order(orderId);
            return answer.status() == 200
                    && !answer.json().path("status").asText().equals("RECEIVED");
        } catch (IOException e) {
            return false;
        }
    }

    /**
     * At once, then again after each pause, on the customer's own thread, until it is done or the customers are closed:
     * an interrupt alone does not end a wait of Awaitility.
     */
    private void repeat(String reason, Callable<Boolean> attempt) throws InterruptedException {
        Awaitility.await(reason)
                .forever()
                .pollDelay(Duration.ZERO)
                .pollInterval(PAUSE)
                .pollInSameThread()
                .dontCatchUncaughtExceptions()
                .until(() -> closed || attempt.call());
        if (closed) {
            throw new InterruptedException("closed before " + reason);
        }
    }

    @Override
    public void close() throws InterruptedException {
        closed = true;
        threads.forEach(Thread::interrupt);
        for (Thread thread : threads) {
            thread.join();
        }
    }

    /** One legacy system with one connection, made again after each failure. */
    private final class Legacy {
        private @Nullable Connection connection;
        private @Nullable Session session;
        private @Nullable MessageProducer producer;

        boolean send(Sending sending) {
            Message message;
            try {
                message = message(sending);
            } catch (JMSException e) {
                disconnect();
                return false; // no connection: surely not in
            }
            try {
                connected().send(message, DeliveryMode.PERSISTENT, sending.jmsPriority(), timeToLive);
                account.sent(sending, messageId(message));
                return true;
            } catch (JMSException e) {
                account.sendFailed(sending, messageId(message));
                disconnect();
                return false;
            }
        }

        private static String messageId(Message message) {
            try {
                return String.valueOf(message.getJMSMessageID());
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        }

        private Message message(Sending sending) throws JMSException {
            connected();
            Session open = Objects.requireNonNull(session);
            if (sending.way() == Sending.Way.JMS_TEXT) {
                return open.createTextMessage(sending.invoice().body());
            }
            BytesMessage message = open.createBytesMessage();
            message.writeBytes(sending.invoice().bytes());
            return message;
        }

        private MessageProducer connected() throws JMSException {
            if (producer == null) {
                connection = new ActiveMQConnectionFactory(brokerUrl()).createConnection();
                connection.start();
                session = connection.createSession(false, Session.AUTO_ACKNOWLEDGE);
                producer = session.createProducer(session.createQueue("orders.incoming"));
            }
            return producer;
        }

        private String brokerUrl() {
            String url = program.brokerUrl();
            return jmsOptions.isEmpty() ? url : url + (url.contains("?") ? "&" : "?") + jmsOptions;
        }

        private void disconnect() {
            if (connection != null) {
                try {
                    connection.close();
                } catch (JMSException e) {
                    // It was broken already, which is why it is closed.
                }
            }
            connection = null;
            session = null;
            producer = null;
        }
    }
}

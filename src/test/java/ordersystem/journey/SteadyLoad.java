package ordersystem.journey;

import static java.nio.charset.StandardCharsets.UTF_8;

import jakarta.jms.Connection;
import jakarta.jms.DeliveryMode;
import jakarta.jms.JMSException;
import jakarta.jms.MessageProducer;
import jakarta.jms.Session;
import java.io.IOException;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledExecutorService;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import org.apache.activemq.ActiveMQConnectionFactory;

/**
 * So many orders a second by JMS, one in ten of them high, and some more over HTTP; and whoever takes them out of
 * orders.fulfilled, and knows how often each came and how long none came.
 */
final class SteadyLoad implements AutoCloseable {

    private static final int TICK_MILLIS = 50;
    private static final int HTTP_EVERY_MILLIS = 20;

    private final ScheduledExecutorService senders = Executors.newScheduledThreadPool(2);
    private final Connection out;
    private final Connection in;
    private final Session session;
    private final MessageProducer producer;
    private final int rate;
    private final AtomicInteger sent = new AtomicInteger();
    private final AtomicInteger posted = new AtomicInteger();
    private final Map<String, Integer> arrived = new ConcurrentHashMap<>();
    private final Map<Integer, Integer> answers = new ConcurrentHashMap<>();
    private final Set<String> accepted = ConcurrentHashMap.newKeySet();
    private final AtomicInteger unanswered = new AtomicInteger();
    private final AtomicLong lastArrival = new AtomicLong();
    private final AtomicLong longestGap = new AtomicLong();

    SteadyLoad(ProgramUnderTest program, int rate) throws JMSException {
        this(program.brokerUrl(), program.api(), "orders.incoming", "orders.fulfilled", rate);
    }

    private SteadyLoad(String brokerUrl, Api api, String incoming, String fulfilled, int rate) throws JMSException {
        this.rate = rate;
        in = new ActiveMQConnectionFactory(brokerUrl).createConnection();
        Session taking = in.createSession(false, Session.AUTO_ACKNOWLEDGE);
        taking.createConsumer(taking.createQueue(fulfilled)).setMessageListener(message -> {
            long now = System.nanoTime();
            long before = lastArrival.getAndSet(now);
            if (before != 0) {
                longestGap.accumulateAndGet(now - before, Math::max);
            }
            try {
                arrived.merge(message.getStringProperty("OrderId"), 1, Integer::sum);
            } catch (JMSException e) {
                throw new IllegalStateException(e);
            }
        });
        in.start();
        out = new ActiveMQConnectionFactory(brokerUrl).createConnection();
        session = out.createSession(true, Session.SESSION_TRANSACTED);
        producer = session.createProducer(session.createQueue(incoming));
        senders.scheduleAtFixedRate(this::send, 0, TICK_MILLIS, TimeUnit.MILLISECONDS);
        senders.scheduleAtFixedRate(() -> post(api), 0, HTTP_EVERY_MILLIS, TimeUnit.MILLISECONDS);
    }

    private void send() {
        try {
            for (int i = 0; i < rate * TICK_MILLIS / 1000; i++) {
                int number = sent.get();
                producer.send(
                        session.createTextMessage(order("L" + number, number % 10 == 0)),
                        DeliveryMode.PERSISTENT,
                        4,
                        0);
                sent.incrementAndGet();
            }
            session.commit();
        } catch (JMSException e) {
            throw new IllegalStateException(e);
        }
    }

    private void post(Api api) {
        String id = "H" + posted.getAndIncrement();
        try {
            int status = api.post(order(id, false).getBytes(UTF_8)).status();
            answers.merge(status, 1, Integer::sum);
            if (status == 202) {
                accepted.add(id);
            }
        } catch (IOException e) {
            unanswered.incrementAndGet();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    static String order(String id, boolean high) {
        return "{\"orderId\":\"" + id + "\",\"customerId\":\"17850\",\"priority\":\"" + (high ? "HIGH" : "NORMAL")
                + "\",\"lines\":[{\"sku\":\"85123A\",\"quantity\":6,\"unitPrice\":\"2.55\"}]}";
    }

    /** Sends no more. */
    void stopSending() throws InterruptedException {
        senders.shutdown();
        if (!senders.awaitTermination(1, TimeUnit.MINUTES)) {
            throw new IllegalStateException("a sender does not end");
        }
    }

    int sent() {
        return sent.get();
    }

    /** Different orders that arrived. */
    int arrived() {
        return arrived.size();
    }

    /** Orders that were taken in and have not arrived. */
    long missing() {
        long lost = 0;
        for (int i = 0; i < sent.get(); i++) {
            lost += arrived.containsKey("L" + i) ? 0 : 1;
        }
        return lost + accepted.stream().filter(id -> !arrived.containsKey(id)).count();
    }

    long doubled() {
        return arrived.values().stream().filter(times -> times > 1).count();
    }

    /** By status. */
    Map<Integer, Integer> answers() {
        return answers;
    }

    int unanswered() {
        return unanswered.get();
    }

    /** Forgets the gaps up to now. */
    void measureFromHere() {
        longestGap.set(0);
    }

    /** The longest time in which no order arrived. */
    long longestGapMillis() {
        return TimeUnit.NANOSECONDS.toMillis(longestGap.get());
    }

    @Override
    public void close() throws JMSException {
        senders.shutdownNow();
        out.close();
        in.close();
    }
}

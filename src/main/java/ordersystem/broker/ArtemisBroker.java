package ordersystem.broker;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import jakarta.jms.JMSException;
import jakarta.jms.JMSSecurityException;
import jakarta.jms.TextMessage;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import ordersystem.broker.BrokerLoad.QueueLoad;
import org.apache.activemq.command.ActiveMQQueue;

/**
 * ActiveMQ Artemis, asked through its management address: attributes and operations by name, parameters and answer as a JSON
 * array in a text message. Who may not use that address gets no answer.
 */
final class ArtemisBroker implements BrokerKind {

    private static final ActiveMQQueue MANAGEMENT = new ActiveMQQueue("activemq.management");
    private static final String RESOURCE = "_AMQ_ResourceName";
    private static final String ATTRIBUTE = "_AMQ_Attribute";
    private static final String OPERATION = "_AMQ_OperationName";

    /** Of max-disk-usage, at which the broker blocks whoever sends, consumers' acknowledgements with it. */
    private static final int STORE_MARK = 95;

    private static final int MOST_QUEUES = 500;
    private static final JsonMapper JSON = new JsonMapper();

    private final BrokerQuestions questions;
    private final boolean tells;

    ArtemisBroker(BrokerQuestions questions) throws JMSException {
        this.questions = questions;
        this.tells = mayAsk();
    }

    private boolean mayAsk() throws JMSException {
        try {
            attribute("started");
            return true;
        } catch (JMSSecurityException e) {
            return false;
        }
    }

    @Override
    public String name() {
        return "ActiveMQ Artemis";
    }

    @Override
    public String configuration() {
        return "broker.xml";
    }

    @Override
    public int storeMark() {
        return STORE_MARK;
    }

    @Override
    public String storeLimit() {
        return "max-disk-usage in broker.xml";
    }

    @Override
    public Optional<Usage> usage() throws JMSException {
        if (!tells) {
            return Optional.empty();
        }
        double used = attribute("diskStoreUsage").asDouble(-1);
        double most = attribute("maxDiskUsage").asDouble(-1) / 100;
        return Optional.of(new Usage(
                used < 0 || most <= 0 ? null : Double.valueOf(used / most),
                attribute("addressMemoryUsagePercentage").asDouble() / 100));
    }

    @Override
    public Optional<Map<String, QueueLoad>> queues(String name) throws JMSException {
        if (!tells) {
            return Optional.empty();
        }
        boolean isOne = !name.endsWith(".>");
        String begin = isOne ? name : name.substring(0, name.length() - 1);
        Map<String, QueueLoad> queues = new TreeMap<>();
        for (JsonNode queue : list("name", isOne ? "EQUALS" : "CONTAINS", begin)) {
            String found = queue.path("name").asText();
            if (found.startsWith(begin)) {
                queues.put(
                        found,
                        new QueueLoad(
                                queue.path("messageCount").asLong(),
                                queue.path("consumerCount").asLong()));
            }
        }
        return Optional.of(queues);
    }

    @Override
    public List<Finding> look(Queues queues) throws JMSException {
        if (!tells) {
            return List.of(
                    Finding.warning(
                            "the user may not use activemq.management: its settings are not looked at, and how"
                                    + " deep queues are and how full the store is is not known. Give its role the permission 'manage'"));
        }
        Map<Finding, Set<String>> found = new LinkedHashMap<>();
        for (String queue : queues.intake()) {
            JsonNode settings = settings(queue);
            note(found, queue, lookAtHop(queue, settings));
            note(found, queue, lookAtIntake(settings));
        }
        for (String queue : queues.inside()) {
            note(found, queue, lookAtHop(queue, settings(queue)));
        }
        JsonNode handedOver = settings(EmbeddedBroker.FULFILLED);
        note(found, EmbeddedBroker.FULFILLED, lookAtAny(EmbeddedBroker.FULFILLED, handedOver));

        List<Finding> findings = new ArrayList<>();
        if (!attribute("persistenceEnabled").asBoolean()) {
            findings.add(Finding.loses("persistence-enabled is false"));
        }
        found.forEach((finding, where) ->
                findings.add(new Finding(finding.level(), String.join(", ", where) + ": " + finding.words())));
        findings.add(Finding.unseen(
                "whether each commit is on disk (journal-sync-transactional, journal-sync-non-transactional; both are true by"
                        + " default), and whether a backup takes over"));
        return findings;
    }

    private static void note(Map<Finding, Set<String>> found, String queue, List<Finding> findings) {
        findings.forEach(finding ->
                found.computeIfAbsent(finding, each -> new LinkedHashSet<>()).add(queue));
    }

    /** Only OrderSystem decides that an order is dead. */
    private List<Finding> lookAtHop(String queue, JsonNode settings) throws JMSException {
        List<Finding> findings = new ArrayList<>(lookAtAny(queue, settings));
        int attempts = settings.path("maxDeliveryAttempts").asInt(10);
        if (attempts != -1) {
            findings.add(Finding.loses("the broker gives an order up after " + attempts
                    + " deliveries: max-delivery-attempts is to be -1"));
        }
        return findings;
    }

    private List<Finding> lookAtAny(String queue, JsonNode settings) throws JMSException {
        List<Finding> findings = new ArrayList<>();
        // Older versions call it DLA.
        String deadLetters =
                settings.path("deadLetterAddress").asText(settings.path("DLA").asText());
        if (!isKept(deadLetters, settings.path("autoCreateDeadLetterResources"))) {
            findings.add(Finding.loses("what is given up is dropped" + noQueue(deadLetters, "dead-letter-address")));
        }
        if (settings.path("addressFullMessagePolicy").asText().equals("DROP")
                || settings.path("pageFullMessagePolicy").asText().equals("DROP")) {
            findings.add(Finding.loses("a full address drops what comes: address-full-policy is to be PAGE"));
        }
        if (settings.path("defaultPurgeOnNoConsumers").asBoolean()
                || settings.path("defaultLastValueQueue").asBoolean()
                || settings.path("defaultRingSize").asLong(-1) >= 0) {
            findings.add(Finding.loses("messages are forgotten by design: no default-purge-on-no-consumers,"
                    + " default-last-value-queue or default-ring-size"));
        }
        if (!settings.path("autoCreateQueues").asBoolean(true)
                && list("name", "EQUALS", queue).isEmpty()) {
            findings.add(Finding.loses("the queue is not there, and auto-create-queues is false"));
        }
        if (settings.path("autoDeleteQueues").asBoolean(true)
                || settings.path("autoDeleteAddresses").asBoolean(true)) {
            findings.add(Finding.warning("the queue goes when it is empty and unread: auto-delete-queues and"
                    + " auto-delete-addresses are to be false"));
        }
        return findings;
    }

    private List<Finding> lookAtIntake(JsonNode settings) throws JMSException {
        List<Finding> findings = new ArrayList<>();
        String expired = settings.path("expiryAddress").asText();
        if (!settings.path("noExpiry").asBoolean() && !isKept(expired, settings.path("autoCreateExpiryResources"))) {
            findings.add(Finding.loses("an order with a time to live vanishes when it is over"
                    + noQueue(expired, "no-expiry is to be true, or expiry-address")));
        }
        if (settings.path("pageLimitBytes").asLong(-1) < 0) {
            findings.add(Finding.warning("JMS clients may fill the disk, and leave no room for the work in progress:"
                    + " page-limit-bytes, with page-full-policy FAIL"));
        }
        if (!settings.path("enableIngressTimestamp").asBoolean()) {
            findings.add(Finding.warning(
                    "how long an order waited before it was read is not in orders_critical_time_seconds:"
                            + " enable-ingress-timestamp is to be true"));
        }
        return findings;
    }

    private boolean isKept(String address, JsonNode isQueueMade) throws JMSException {
        return !address.isEmpty()
                && (isQueueMade.asBoolean()
                        || !list("address", "EQUALS", address).isEmpty());
    }

    private static String noQueue(String address, String setting) {
        return address.isEmpty() ? ": " + setting + " is to name one with a queue" : ": " + address + " has no queue";
    }

    private JsonNode settings(String address) throws JMSException {
        return operation("getAddressSettingsAsJSON", List.of(address));
    }

    /** Of all queues those of which a field is as asked. */
    private JsonNode list(String field, String operation, String value) throws JMSException {
        String options = JSON.createObjectNode()
                .put("field", field)
                .put("operation", operation)
                .put("value", value)
                .toString();
        return operation("listQueues", List.of(options, 1, MOST_QUEUES)).path("data");
    }

    private JsonNode attribute(String name) throws JMSException {
        return ask(Map.of(ATTRIBUTE, name), List.of());
    }

    /** One that answers with JSON, which is a string of the answer. */
    private JsonNode operation(String name, List<Object> parameters) throws JMSException {
        JsonNode said = read(ask(Map.of(OPERATION, name), parameters).asText());
        if (!said.isObject()) {
            throw new JMSException(name + ": " + said);
        }
        return said;
    }

    private JsonNode ask(Map<String, String> what, List<Object> parameters) throws JMSException {
        Map<String, String> properties = new HashMap<>(what);
        properties.put(RESOURCE, "broker");
        questions.ask(MANAGEMENT, JSON.valueToTree(parameters).toString(), properties);
        return read(((TextMessage) questions.answer()).getText()).path(0);
    }

    private static JsonNode read(String json) throws JMSException {
        try {
            return JSON.readTree(json);
        } catch (JsonProcessingException e) {
            throw new JMSException("not understood: " + json);
        }
    }
}

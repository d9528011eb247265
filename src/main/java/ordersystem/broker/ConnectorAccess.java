package ordersystem.broker;

import java.security.Principal;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import ordersystem.access.Role;
import ordersystem.access.User;
import ordersystem.access.Users;
import org.apache.activemq.broker.Broker;
import org.apache.activemq.broker.BrokerFilter;
import org.apache.activemq.broker.BrokerPlugin;
import org.apache.activemq.broker.ConnectionContext;
import org.apache.activemq.broker.ProducerBrokerExchange;
import org.apache.activemq.broker.region.Subscription;
import org.apache.activemq.command.ActiveMQDestination;
import org.apache.activemq.command.ActiveMQQueue;
import org.apache.activemq.command.ActiveMQTopic;
import org.apache.activemq.command.ConnectionInfo;
import org.apache.activemq.command.ConsumerInfo;
import org.apache.activemq.command.DestinationInfo;
import org.apache.activemq.command.Message;
import org.apache.activemq.filter.DestinationMapEntry;
import org.apache.activemq.security.AbstractAuthenticationBroker;
import org.apache.activemq.security.AuthorizationEntry;
import org.apache.activemq.security.AuthorizationPlugin;
import org.apache.activemq.security.DefaultAuthorizationMap;
import org.apache.activemq.security.SecurityContext;
import org.apache.activemq.security.TempDestinationAuthorizationEntry;
import org.jspecify.annotations.Nullable;

/**
 * Who may do what over the embedded broker's connectors, where there is a file of users: {@link Role#SEND} puts messages into
 * the queues that take orders in, {@link Role#RECEIVE} takes from {@code orders.fulfilled} and its dead-letter queue, and
 * subscribes to {@code orders.events}; whoever is in may have temporary queues for replies, and read his own. OrderSystem itself
 * connects inside the process and may do all.
 */
final class ConnectorAccess {

    private static final String INSIDE = "vm:";
    private static final int MOST_WAITING = 20;
    private static final String ADVISORIES = "ActiveMQ.Advisory.>";

    /** Of whoever is in. */
    private static final Principal ANYBODY = () -> "anybody";

    private record InRole(Role role) implements Principal {
        @Override
        public String getName() {
            return role.word();
        }
    }

    private ConnectorAccess() {}

    /**
     * In the order in which a request passes them.
     *
     * @param insider password by which OrderSystem knows itself
     * @param send the queues that take orders in
     * @param receive the queues that hold what was fulfilled
     * @param events the topics that tell what became of orders
     */
    static List<BrokerPlugin> plugins(
            Users users, String insider, Set<String> send, Set<String> receive, Set<String> events) {
        AuthorizationPlugin rights = new AuthorizationPlugin(rights(send, receive, events));
        // The last one is asked first.
        return List.of(rights, Plain::new, next -> new Authentication(next, users, insider));
    }

    private static DefaultAuthorizationMap rights(Set<String> send, Set<String> receive, Set<String> events) {
        List<DestinationMapEntry> entries = new ArrayList<>();
        for (String queue : send) {
            entries.add(entry(new ActiveMQQueue(queue), Set.of(), Set.of(new InRole(Role.SEND))));
        }
        for (String queue : receive) {
            entries.add(entry(new ActiveMQQueue(queue), Set.of(new InRole(Role.RECEIVE)), Set.of()));
        }
        for (String topic : events) {
            entries.add(entry(new ActiveMQTopic(topic), Set.of(new InRole(Role.RECEIVE)), Set.of()));
        }
        entries.add(entry(new ActiveMQTopic(ADVISORIES), Set.of(ANYBODY), Set.of()));
        DefaultAuthorizationMap rights = new DefaultAuthorizationMap(entries);
        rights.setDefaultEntry(entry(new ActiveMQQueue(">"), Set.of(), Set.of()));
        TempDestinationAuthorizationEntry temporary = new TempDestinationAuthorizationEntry();
        temporary.setReadACLs(Set.of(ANYBODY));
        temporary.setWriteACLs(Set.of(ANYBODY));
        temporary.setAdminACLs(Set.of(ANYBODY));
        rights.setTempDestinationAuthorizationEntry(temporary);
        return rights;
    }

    /** Whoever may read or write may also be the first to do so, which makes the destination. */
    private static AuthorizationEntry entry(
            ActiveMQDestination destination, Set<Principal> read, Set<Principal> write) {
        Set<Object> either = new HashSet<>(read);
        either.addAll(write);
        AuthorizationEntry entry = new AuthorizationEntry();
        entry.setDestination(destination);
        entry.setReadACLs(new HashSet<>(read));
        entry.setWriteACLs(new HashSet<>(write));
        entry.setAdminACLs(either);
        return entry;
    }

    /** Somebody who came over a connector. */
    private static final class Client extends SecurityContext {
        private final Set<Principal> principals = new HashSet<>();

        Client(User user) {
            super(user.name());
            principals.add(ANYBODY);
            user.roles().forEach(role -> principals.add(new InRole(role)));
        }

        @Override
        public Set<Principal> getPrincipals() {
            return principals;
        }
    }

    /** OrderSystem itself. */
    private static final class Inside extends SecurityContext {
        Inside() {
            super("ordersystem");
        }

        @Override
        public Set<Principal> getPrincipals() {
            return Set.of();
        }

        @Override
        public boolean isBrokerContext() {
            return true;
        }
    }

    private static final class Authentication extends AbstractAuthenticationBroker {

        private final Users users;
        private final String insider;
        private final AtomicInteger waiting = new AtomicInteger();

        Authentication(Broker next, Users users, String insider) {
            super(next);
            this.users = users;
            this.insider = insider;
        }

        @Override
        public void addConnection(ConnectionContext context, ConnectionInfo info) throws Exception {
            String from = context.getConnection() == null
                    ? ""
                    : String.valueOf(context.getConnection().getRemoteAddress());
            // Not by the address alone: a bridge of another broker has this one connect to itself in the bridge's name.
            SecurityContext who = from.startsWith(INSIDE) && insider.equals(info.getPassword())
                    ? new Inside()
                    : authenticate(info.getUserName(), info.getPassword(), new X509Certificate[0]);
            context.setSecurityContext(who);
            securityContexts.add(who);
            try {
                super.addConnection(context, info);
            } catch (Exception e) {
                securityContexts.remove(who);
                context.setSecurityContext(null);
                throw e;
            }
        }

        @Override
        public SecurityContext authenticate(
                @Nullable String name, @Nullable String password, X509Certificate @Nullable [] certificates) {
            if (name == null || password == null) {
                throw new SecurityException("this connector asks for a user and a password (orders.broker.users-file)");
            }
            return users.known(name, password)
                    .or(() -> checked(name, password))
                    .map(Client::new)
                    .orElseThrow(() -> new SecurityException("no user has this name and this password"));
        }

        /** One at a time, and not many behind it: whoever tries passwords must not take all processors, nor the others' time. */
        private Optional<User> checked(String name, String password) {
            try {
                if (waiting.incrementAndGet() > MOST_WAITING) {
                    throw new SecurityException("too many passwords are being tried; try again");
                }
                synchronized (this) {
                    return users.check(name, password);
                }
            } finally {
                waiting.decrementAndGet();
            }
        }
    }

    /**
     * Of a name that stands for several, ActiveMQ's authorization asks whether one of them is allowed. Clients have to name what
     * they mean.
     */
    private static final class Plain extends BrokerFilter {

        Plain(Broker next) {
            super(next);
        }

        @Override
        public Subscription addConsumer(ConnectionContext context, ConsumerInfo info) throws Exception {
            require(context, info.getDestination());
            requireOwn(context, info.getDestination());
            return super.addConsumer(context, info);
        }

        @Override
        public void addDestinationInfo(ConnectionContext context, DestinationInfo info) throws Exception {
            require(context, info.getDestination());
            super.addDestinationInfo(context, info);
        }

        @Override
        public void removeDestinationInfo(ConnectionContext context, DestinationInfo info) throws Exception {
            if (context.getSecurityContext() instanceof Client client
                    && !info.getDestination().isTemporary()) {
                throw new SecurityException(client.getUserName() + " may not remove " + info.getDestination());
            }
            super.removeDestinationInfo(context, info);
        }

        @Override
        public void send(ProducerBrokerExchange exchange, Message message) throws Exception {
            require(exchange.getConnectionContext(), message.getDestination());
            super.send(exchange, message);
        }

        /** That a temporary queue is read by nobody but its maker is seen to by ActiveMQ's own clients only. */
        private static void requireOwn(ConnectionContext context, ActiveMQDestination destination) {
            if (context.getSecurityContext() instanceof Client client
                    && destination.isTemporary()
                    && !destination
                            .getPhysicalName()
                            .startsWith(context.getConnectionId().getValue() + ":")) {
                throw new SecurityException(client.getUserName() + " may not read " + destination
                        + ", which is a temporary queue of another connection");
            }
        }

        private static void require(ConnectionContext context, @Nullable ActiveMQDestination destination) {
            if (context.getSecurityContext() instanceof Client client
                    && destination != null
                    && isSeveral(destination)) {
                throw new SecurityException(
                        client.getUserName() + " has to name one queue or topic, and not " + destination);
            }
        }

        private static boolean isSeveral(ActiveMQDestination destination) {
            if (destination.isComposite()) {
                return !Arrays.stream(destination.getCompositeDestinations()).allMatch(Plain::isAdvisory);
            }
            return destination.isPattern() && !isAdvisory(destination);
        }

        private static boolean isAdvisory(ActiveMQDestination destination) {
            return destination.isTopic() && destination.getPhysicalName().startsWith("ActiveMQ.Advisory.");
        }
    }
}

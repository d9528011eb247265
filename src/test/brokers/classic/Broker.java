import java.nio.file.Path;
import org.apache.activemq.broker.BrokerFactory;
import org.apache.activemq.broker.BrokerService;

/** Runs the ActiveMQ Classic of an activemq.xml until it is killed. */
public final class Broker {

    public static void main(String[] arguments) throws Exception {
        BrokerService broker =
                BrokerFactory.createBroker("xbean:file:" + Path.of(arguments[0]).toAbsolutePath());
        broker.start(); // waits where another one has the folder
        broker.waitUntilStopped();
        System.exit(1);
    }
}

package ordersystem.journey;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.awaitility.Awaitility.await;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.CopyOnWriteArrayList;
import javax.management.Attribute;
import javax.management.MBeanAttributeInfo;
import javax.management.MBeanFeatureInfo;
import javax.management.MBeanInfo;
import javax.management.MBeanOperationInfo;
import javax.management.MBeanServerConnection;
import javax.management.ObjectName;
import javax.management.openmbean.CompositeData;
import javax.management.remote.JMXConnector;
import javax.management.remote.JMXConnectorFactory;
import javax.management.remote.JMXServiceURL;
import ordersystem.Ports;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.extension.RegisterExtension;

/** A plain JMX client from another process, where the operator has turned it on with the shipped config/jmx.properties. */
class JmxOverRmiIT {

    private static final Path SHIPPED = Path.of(System.getProperty("ordersystem.packaged", "target/ordersystem"))
            .resolve("config");

    private static final int PORT = Ports.free();
    private static final String[] OPERATE = {"operate", "correct-horse"};
    private static final String[] WATCH = {"watch", "battery-staple"};

    @RegisterExtension
    final ProgramUnderTest program = new ProgramUnderTest("JmxOverRmiIT");

    @BeforeEach
    void start() throws IOException {
        Path config = Files.createDirectories(program.home().resolve("config"));
        Files.copy(SHIPPED.resolve("jmx.access"), config.resolve("jmx.access"));
        Path passwords = config.resolve("jmx.password");
        Files.createFile(passwords, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        Files.write(passwords, List.of(String.join(" ", OPERATE), String.join(" ", WATCH)));
        Path properties = config.resolve("jmx.properties");
        Files.writeString(
                properties,
                Files.readString(SHIPPED.resolve("jmx.properties"))
                        .replace("/opt/ordersystem/config", config.toString())
                        .replace("=9875", "=" + PORT));
        program.launch("-Dcom.sun.management.config.file=" + properties + " -Djava.rmi.server.hostname=127.0.0.1");
        program.awaitReady();
    }

    @Test
    void whoMayOperateReadsFiguresTurnsSwitchesAndIsTold() throws Exception {
        try (JMXConnector connector = connect(OPERATE)) {
            MBeanServerConnection beans = connector.getMBeanServerConnection();
            CompositeData stats = (CompositeData) beans.getAttribute(name("OrderStats"), "OrderStats");
            assertThat(stats.get("received")).isEqualTo(beans.getAttribute(name("OrderStats"), "Received"));
            assertThat(stats.containsKey("alarms")).isTrue();

            List<String> told = new CopyOnWriteArrayList<>();
            beans.addNotificationListener(
                    name("Brake"), (notification, back) -> told.add(notification.getType()), null, null);
            beans.invoke(name("Brake"), "pause", new Object[] {"stocktaking"}, new String[] {String.class.getName()});
            assertThat(beans.getAttribute(name("Brake"), "State")).isEqualTo("MAINTENANCE");
            await("it is told")
                    .atMost(Duration.ofSeconds(30))
                    .until(() -> told.contains("ordersystem.brake.MAINTENANCE"));
            beans.invoke(name("Brake"), "resume", new Object[0], new String[0]);

            beans.setAttribute(name("Admission"), new Attribute("Mode", "off"));
            assertThat(beans.getAttribute(name("Admission"), "Mode")).isEqualTo("OFF");
            assertThatThrownBy(() -> beans.setAttribute(name("Admission"), new Attribute("Mode", "sometimes")))
                    .hasStackTraceContaining("mode: 'sometimes'; AUTO, FIXED or OFF");
            assertThatThrownBy(() -> beans.invoke(
                            name("DeadLetters"), "replay", new Object[] {"nobody"}, new String[] {String.class.getName()
                            }))
                    .hasStackTraceContaining("nobody knows this id: nobody");
        }
    }

    @Test
    void eachBeanAttributeOperationAndParameterIsExplained() throws Exception {
        try (JMXConnector connector = connect(WATCH)) {
            MBeanServerConnection beans = connector.getMBeanServerConnection();
            Set<ObjectName> ours = beans.queryNames(new ObjectName("ordersystem:*"), null);
            assertThat(ours).contains(name("OrderStats"), name("Admission"), name("DeadLetters"), name("Brake"));
            for (ObjectName bean : ours) {
                MBeanInfo info = beans.getMBeanInfo(bean);
                assertThat(info.getDescription()).as("%s", bean).contains(" ");
                for (MBeanAttributeInfo attribute : info.getAttributes()) {
                    assertExplained(bean, attribute);
                }
                for (MBeanOperationInfo operation : info.getOperations()) {
                    assertExplained(bean, operation);
                    Set<String> names = new HashSet<>();
                    for (MBeanFeatureInfo parameter : operation.getSignature()) {
                        assertExplained(bean, parameter);
                        assertThat(parameter.getName()).doesNotMatch("(arg|p)\\d+");
                        assertThat(names.add(parameter.getName())).isTrue();
                    }
                }
            }
            for (String told : List.of("OrderStats", "Brake")) {
                assertThat(beans.getMBeanInfo(name(told)).getNotifications())
                        .as(told)
                        .hasSize(1);
            }
        }
    }

    private static void assertExplained(ObjectName bean, MBeanFeatureInfo feature) {
        assertThat(feature.getDescription())
                .as("%s %s", bean, feature.getName())
                .isNotEqualTo(feature.getName())
                .contains(" ");
    }

    @Test
    void whoMayOnlyWatchChangesNothing() throws Exception {
        try (JMXConnector connector = connect(WATCH)) {
            MBeanServerConnection beans = connector.getMBeanServerConnection();

            assertThat(beans.getAttribute(name("Brake"), "State")).isEqualTo("CLOSED");
            assertThatThrownBy(() -> beans.invoke(
                            name("Brake"), "pause", new Object[] {"x"}, new String[] {String.class.getName()}))
                    .isInstanceOf(SecurityException.class);
            assertThatThrownBy(() -> beans.setAttribute(name("Admission"), new Attribute("Mode", "OFF")))
                    .isInstanceOf(SecurityException.class);
            assertThat(beans.getAttribute(name("Brake"), "State")).isEqualTo("CLOSED");
        }
    }

    @Test
    void aWrongPasswordAndNoneAreRefusedAndOtherMachinesDoNotReachIt() throws Exception {
        assertThatThrownBy(() -> connect("operate", "guess")).isInstanceOf(SecurityException.class);
        assertThatThrownBy(() -> connect("nobody", OPERATE[1])).isInstanceOf(SecurityException.class);
        assertThatThrownBy(JmxOverRmiIT::connect).isInstanceOf(SecurityException.class);
        for (NetworkInterface network : NetworkInterface.networkInterfaces()
                .filter(each -> !isLoopback(each))
                .toList()) {
            for (InetAddress address : network.inetAddresses().toList()) {
                assertThatThrownBy(() -> {
                            try (Socket socket = new Socket()) {
                                socket.connect(new InetSocketAddress(address, PORT), 1_000);
                            }
                        })
                        .as("%s", address)
                        .isInstanceOf(IOException.class);
            }
        }
    }

    private static boolean isLoopback(NetworkInterface network) {
        return network.inetAddresses().allMatch(InetAddress::isLoopbackAddress);
    }

    @SuppressWarnings("BanJNDI") // to our own process, on this machine
    private static JMXConnector connect(String... credentials) throws IOException {
        return JMXConnectorFactory.connect(
                new JMXServiceURL("service:jmx:rmi:///jndi/rmi://127.0.0.1:" + PORT + "/jmxrmi"),
                credentials.length == 0 ? Map.of() : Map.of(JMXConnector.CREDENTIALS, credentials));
    }

    private static ObjectName name(String type) throws Exception {
        return new ObjectName("ordersystem:type=" + type);
    }
}

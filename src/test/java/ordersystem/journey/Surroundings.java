package ordersystem.journey;

import java.nio.file.Path;

/** What a program may have outside of itself: an ActiveMQ Classic behind a {@link LinkCutter}, and a PostgreSQL for its ledger. */
final class Surroundings implements AutoCloseable {

    final BrokerUnderTest broker;
    final LinkCutter links;
    final Database database;

    /**
     * Starts them, and has the program use them.
     *
     * @param activemq the broker's configuration file
     */
    Surroundings(ProgramUnderTest program, Path activemq) throws Exception {
        broker = new BrokerUnderTest(
                BrokerUnderTest.Kind.CLASSIC, activemq, program.home().resolve("broker"));
        links = new LinkCutter(broker.port());
        database = new Database(program.home().resolve("database"));
        broker.launch();
        database.start();
        broker.awaitOpen();
        program.useBroker(links.url(), broker.url())
                .with("ORDERS_LEDGER_URL", database.url())
                .with("ORDERS_LEDGER_USER", "postgres");
    }

    @Override
    public void close() throws Exception {
        links.close();
        broker.close();
        database.close();
    }
}

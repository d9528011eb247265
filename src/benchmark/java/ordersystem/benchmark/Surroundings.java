package ordersystem.benchmark;

import java.time.Duration;

/**
 * What a {@link Pipeline} works with. The broker is the embedded one, with the same durable settings for everybody; the
 * database is PostgreSQL with {@code fsync} and {@code synchronous_commit} on, and the tables of our own ledger.
 *
 * @param brokerUrl {@code vm://…} of the broker in this JVM
 * @param jdbcUrl a database of one's own, tables made
 * @param user of the database
 * @param password of the database
 * @param consumers threads for each queue that is consumed from
 * @param batch messages in a transaction, for those who have batches
 * @param batchTime longest time that a batch collects messages
 * @param warehouse how long the call lasts that fulfils one order; zero for none
 */
public record Surroundings(
        String brokerUrl,
        String jdbcUrl,
        String user,
        String password,
        int consumers,
        int batch,
        Duration batchTime,
        Duration warehouse) {}

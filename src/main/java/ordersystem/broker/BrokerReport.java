package ordersystem.broker;

import java.util.List;
import ordersystem.broker.Finding.Level;

/**
 * How an external broker is set, as far as a client can see.
 *
 * @param broker what it is, and where
 * @param configuration name of its configuration file
 * @param findings what is wrong or cannot be seen; the worst first
 * @param settings what is to stand in that file
 */
public record BrokerReport(String broker, String configuration, List<Finding> findings, String settings) {

    public BrokerReport {
        findings = findings.stream()
                .sorted((a, b) -> a.level().compareTo(b.level()))
                .toList();
    }

    /** Whether no order would be lost there. */
    public boolean isSafe() {
        return of(Level.LOSES).isEmpty();
    }

    /** Whether nothing is wrong that can be seen. */
    public boolean isGood() {
        return isSafe() && of(Level.WARNING).isEmpty();
    }

    public List<Finding> of(Level level) {
        return findings.stream().filter(finding -> finding.level() == level).toList();
    }
}

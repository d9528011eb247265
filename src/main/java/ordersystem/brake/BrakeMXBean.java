package ordersystem.brake;

import ordersystem.jmx.Description;
import org.jspecify.annotations.Nullable;

/** {@code ordersystem:type=Brake} on the platform MBean server; a notification at each change of state. */
@Description("Outage brake and maintenance switch of fulfilment")
public interface BrakeMXBean {

    @Description("CLOSED: orders are worked off; OPEN, HALF_OPEN: an outage; RAMP: just after it; MAINTENANCE: paused")
    String getState();

    @Description("When that began, ISO 8601")
    String getSince();

    @Description("Percent of the last turns that failed; null while there were too few to tell")
    @Nullable
    Double getFailureRate();

    @Description("Of the maintenance, or what the last turn failed with")
    @Nullable
    String getReason();

    @Description("Who turned the maintenance switch last")
    @Nullable
    String getBy();

    @Description("Maintenance: takes orders in and works none off, on all instances, until resumed; survives a restart")
    void pause(@Description("Why; shown to whoever asks") String reason);

    @Description("Ends maintenance, on all instances")
    void resume();
}

package ordersystem.brake;

import org.jspecify.annotations.Nullable;

/** {@code ordersystem:type=Brake} on the platform MBean server; a notification at each change of state. */
public interface BrakeMXBean {

    String getState();

    String getSince();

    @Nullable
    Double getFailureRate();

    @Nullable
    String getReason();

    @Nullable
    String getBy();

    void pause(String reason);

    void resume();
}

package ordersystem.reload;

import java.util.List;

/** {@code ordersystem:type=Routes} on the platform MBean server. Notifies of each edit and what became of it. */
public interface RoutesMXBean {

    /** Of the last edit: APPLIED, REFUSED, WAITING or FAILED. */
    String getState();

    /** When the last edit was found, ISO 8601. */
    String getLastEdit();

    /** What is wrong with the last edit, one line an error; empty where nothing is. */
    List<String> getErrors();

    /** Version of the routes that run. */
    String getRunning();

    /** ISO 8601. */
    String getRunningSince();

    /** The folder that is watched. */
    String getFolder();

    /** Checks the folder as it is now; one line an error. Nothing is exchanged. */
    List<String> validate();

    /** Looks at the folder now, and tries again what was not exchanged. */
    void reload();

    /** The sets of route files that ran, the latest first. */
    List<KeptVersion> history();

    /** Puts a version back into the folder, which then runs; what is there is put away. */
    void rollback(String version);
}

package ordersystem.reload;

import java.util.List;
import ordersystem.jmx.Description;

/** {@code ordersystem:type=Routes} on the platform MBean server. Notifies of each edit and what became of it. */
@Description("The route files: what became of the last edit, what runs, and the way back")
public interface RoutesMXBean {

    /** Of the last edit: APPLIED, REFUSED, WAITING or FAILED. */
    @Description("Of the last edit: APPLIED, REFUSED (it is wrong), WAITING (orders are in hand) or FAILED")
    String getState();

    /** When the last edit was found, ISO 8601. */
    @Description("When it was found, ISO 8601")
    String getLastEdit();

    /** What is wrong with the last edit, one line an error; empty where nothing is. */
    @Description("What is wrong with it: file:line:column: message")
    List<String> getErrors();

    /** Version of the routes that run. */
    @Description("Version of the routes that run")
    String getRunning();

    /** ISO 8601. */
    @Description("ISO 8601")
    String getRunningSince();

    /** The folder that is watched. */
    @Description("Which is watched")
    String getFolder();

    /** Checks the folder as it is now; one line an error. Nothing is exchanged. */
    @Description("Checks the folder as it is now; nothing is exchanged")
    List<String> validate();

    /** Looks at the folder now, and tries again what was not exchanged. */
    @Description("Looks at the folder now, and tries again what was not exchanged")
    void reload();

    /** The sets of route files that ran, the latest first. */
    @Description("The sets of route files that ran, the latest first")
    List<KeptVersion> history();

    /** Puts a version back into the folder, which then runs; what is there is put away. */
    @Description("Puts a version back into the folder, which then runs; what is there is put away")
    void rollback(@Description("As history shows it") String version);
}

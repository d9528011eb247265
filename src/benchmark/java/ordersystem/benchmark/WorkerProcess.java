package ordersystem.benchmark;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.json.JsonMapper;
import com.fasterxml.jackson.databind.node.NullNode;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintWriter;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;

/** A {@link Worker} from outside: started, told, and stopped. One thread. */
final class WorkerProcess implements AutoCloseable {

    private static final JsonMapper JSON = new JsonMapper();

    private final String name;
    private final Process process;
    private final BufferedReader answers;
    private final PrintWriter commands;
    private final Path log;
    private JsonNode hello = NullNode.getInstance();

    /**
     * Starts one, which works once {@link #awaitHello()} returns.
     *
     * @param jvm options of its JVM
     * @param options of the worker
     */
    WorkerProcess(String name, List<String> jvm, Map<String, String> options, Path log) throws IOException {
        this.name = name;
        this.log = log;
        List<String> command = new ArrayList<>();
        command.add(Path.of(System.getProperty("java.home"), "bin", "java").toString());
        command.addAll(jvm);
        command.addAll(List.of("-cp", System.getProperty("java.class.path"), Worker.class.getName()));
        options.forEach((key, value) -> command.add(key + "=" + value));
        process = new ProcessBuilder(command)
                .redirectError(ProcessBuilder.Redirect.appendTo(log.toFile()))
                .start();
        answers = new BufferedReader(new InputStreamReader(process.getInputStream(), StandardCharsets.UTF_8));
        commands = new PrintWriter(process.getOutputStream(), true, StandardCharsets.UTF_8);
    }

    void awaitHello() throws IOException {
        hello = answer();
    }

    String name() {
        return name;
    }

    /** What it said when it was there: settings, ports. */
    JsonNode hello() {
        return hello;
    }

    long pid() {
        return process.pid();
    }

    /** Has it do something, and waits until it is done. */
    JsonNode tell(String command) throws IOException {
        commands.println(command);
        return answer();
    }

    private JsonNode answer() throws IOException {
        for (String line = answers.readLine(); line != null; line = answers.readLine()) {
            if (line.startsWith(Worker.ANSWER)) {
                return JSON.readTree(line.substring(Worker.ANSWER.length()));
            }
        }
        throw new IllegalStateException(name + " ended; " + log + " says why");
    }

    /** Ends it at once; whoever waits for its answer gets an exception. Any thread. */
    void kill() {
        process.destroyForcibly();
    }

    @Override
    public void close() {
        commands.println("quit");
        try {
            if (!process.waitFor(60, TimeUnit.SECONDS)) {
                process.destroyForcibly();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            process.destroyForcibly();
        }
    }
}

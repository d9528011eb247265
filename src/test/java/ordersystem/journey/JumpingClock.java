package ordersystem.journey;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import java.util.stream.Stream;

/**
 * The clock that one program, its JVM and its embedded database see; that of the machine stays as it is. Debian's libfaketime does it, asked for the
 * time in the place of the C library. Timers and time limits go by another clock of the system, which never jumps. One thread.
 */
final class JumpingClock {

    private static final Duration NEAR = Duration.ofSeconds(3);

    private final Path file;
    private Duration ahead = Duration.ZERO;

    /** @param program not started yet */
    JumpingClock(ProgramUnderTest program) throws IOException {
        file = Files.createDirectories(program.home()).resolve("clock");
        jump(Duration.ZERO);
        program.with("LD_PRELOAD", library().orElseThrow().toString())
                .with("FAKETIME_TIMESTAMP_FILE", file.toString())
                // Seconds after which it is read again.
                .with("FAKETIME_CACHE_DURATION", "1")
                .with("FAKETIME_DONT_FAKE_MONOTONIC", "1")
                .with("DONT_FAKE_MONOTONIC", "1")
                .with("NO_FAKE_STAT", "1");
    }

    /** Empty where it is not installed. */
    static Optional<Path> library() {
        try (Stream<Path> folders = Files.list(Path.of("/usr/lib"))) {
            return folders.map(folder -> folder.resolve("faketime/libfaketimeMT.so.1"))
                    .filter(Files::isReadable)
                    .findFirst();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The program sees it within a second. */
    void jump(Duration by) throws IOException {
        ahead = ahead.plus(by);
        Path next = Files.writeString(file.resolveSibling("clock-next"), "%+d\n".formatted(ahead.toSeconds()));
        Files.move(next, file, StandardCopyOption.ATOMIC_MOVE);
    }

    /** Whether it showed this time a moment ago. */
    boolean shows(Instant time) {
        return Duration.between(time, Instant.now().plus(ahead)).abs().compareTo(NEAR) < 0;
    }
}

package ordersystem.journey;

import java.io.File;
import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.regex.Pattern;

/**
 * The clock that one program, its JVM and its embedded database see; that of the machine stays as it is. A few lines of C ({@code src/test/clock})
 * stand between the program and the C library; a C compiler must be there. One thread.
 */
final class JumpingClock {

    private static final Path SOURCE = Path.of("src/test/clock/jumping-clock.c");
    private static final Duration NEAR = Duration.ofSeconds(3);

    private final Path file;
    private Duration ahead = Duration.ZERO;

    /** @param program not started yet */
    JumpingClock(ProgramUnderTest program) throws Exception {
        Path folder = Files.createDirectories(program.home());
        Path library = folder.resolve("jumping-clock.so");
        OtherJvm.run(List.of("cc", "-shared", "-fPIC", "-O2", "-o", library.toString(), SOURCE.toString(), "-ldl"));
        file = folder.resolve("clock");
        jump(Duration.ZERO);
        program.with("LD_PRELOAD", library.toString()).with("JUMPING_CLOCK", file.toString());
    }

    /** Whether there is a C compiler. */
    static boolean isPossible() {
        return Pattern.compile(File.pathSeparator)
                .splitAsStream(System.getenv("PATH"))
                .anyMatch(folder -> Files.isExecutable(Path.of(folder, "cc")));
    }

    /** The program sees it at once. */
    void jump(Duration by) throws IOException {
        ahead = ahead.plus(by);
        byte[] seconds = ByteBuffer.allocate(Long.BYTES)
                .order(ByteOrder.nativeOrder())
                .putLong(ahead.toSeconds())
                .array();
        // Written over: the program looks at this very file.
        try (RandomAccessFile shared = new RandomAccessFile(file.toFile(), "rw")) {
            shared.write(seconds);
        }
    }

    /** Whether it showed this time a moment ago. */
    boolean shows(Instant time) {
        return Duration.between(time, Instant.now().plus(ahead)).abs().compareTo(NEAR) < 0;
    }
}

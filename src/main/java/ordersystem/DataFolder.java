package ordersystem;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import org.jspecify.annotations.Nullable;

/**
 * The folder of everything that outlives a restart, held by one process at a time: two brokers on one store, or an audit
 * beside a running system, would be wrong. The lock goes with the process, however it ends. Opened by {@link Commands}
 * before anything else; used by one thread.
 */
final class DataFolder implements AutoCloseable {

    // Behind the content: where locks are mandatory (Windows), others can still read who holds it.
    private static final long LOCKED_BYTE = Long.MAX_VALUE - 1;

    private final Path path;
    private final FileChannel channel;

    private DataFolder(Path path, FileChannel channel) {
        this.path = path;
        this.channel = channel;
    }

    /**
     * Makes the folder if need be, and takes it.
     *
     * @throws StartException where another process has it, or it cannot be written
     */
    static DataFolder open(Settings settings) {
        Path path = settings.path("orders.data-dir");
        Path file = path.resolve("lock");
        try {
            Files.createDirectories(path);
            FileChannel channel = FileChannel.open(
                    file, StandardOpenOption.CREATE, StandardOpenOption.READ, StandardOpenOption.WRITE);
            if (!lock(channel)) {
                channel.close();
                throw new StartException("data folder " + path + " is in use by process " + holder(file)
                        + "; stop it, or set orders.data-dir to another folder");
            }
            channel.truncate(0);
            channel.write(
                    ByteBuffer.wrap(Long.toString(ProcessHandle.current().pid()).getBytes(StandardCharsets.UTF_8)), 0);
            return new DataFolder(path, channel);
        } catch (IOException e) {
            throw new StartException(
                    "data folder " + path + " cannot be written (" + e
                            + "); give this user the right to, or set orders.data-dir to another folder",
                    e);
        }
    }

    private static boolean lock(FileChannel channel) throws IOException {
        try {
            @Nullable FileLock lock = channel.tryLock(LOCKED_BYTE, 1, false);
            return lock != null;
        } catch (OverlappingFileLockException heldByThisProcess) {
            return false;
        }
    }

    private static String holder(Path file) throws IOException {
        String pid = Files.readString(file).strip();
        return pid.isEmpty() ? "(not known yet)" : pid;
    }

    Path path() {
        return path;
    }

    /** Lets others have it. The lock file stays: to remove it would let two others hold one each. */
    @Override
    public void close() {
        try {
            channel.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}

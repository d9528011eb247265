package ordersystem.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Objects;
import java.util.stream.Stream;
import org.apache.activemq.store.SharedFileLocker;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.apache.activemq.store.kahadb.disk.journal.Journal.JournalDiskSyncStrategy;
import org.apache.activemq.util.ServiceStopper;
import org.jspecify.annotations.Nullable;

/**
 * KahaDB, set so that what it acknowledged is on disk and is there again after any stop. The journal is the truth; the
 * index is read anew from it unless the last stop was clean. Used by {@link EmbeddedBroker} and {@link BrokerStore};
 * started and stopped by one thread.
 */
class MessageJournal extends KahaDBPersistenceAdapter {

    /** 4 KB pages of the index in memory: 8 MB, so that a full store works in 256 MB of heap. */
    private static final int INDEX_CACHE_PAGES = 2000;

    private final Path folder;
    private final Path stoppedCleanly;
    private boolean keepUncleanStop;
    private boolean mayMarkClean;
    private volatile boolean faulted;

    MessageJournal(Path folder) throws IOException {
        this.folder = folder;
        setDirectory(folder.toFile());
        stoppedCleanly = folder.resolve("stopped-cleanly");

        setJournalDiskSyncStrategy(JournalDiskSyncStrategy.ALWAYS.name());
        setCheckForCorruptJournalFiles(true);
        setIgnoreMissingJournalfiles(false);
        setConcurrentStoreAndDispatchQueues(false);
        // A start that fails half-way closes the store too: it must not delete what a half-read index does not know.
        setCleanupOnStop(false);
        setIndexCacheSize(INDEX_CACHE_PAGES);

        SharedFileLocker lock = new SharedFileLocker();
        lock.configure(this);
        lock.setFailIfLocked(true);
        setLocker(lock);
    }

    /** Whether there is a journal in the folder. */
    static boolean isIn(Path folder) {
        String[] files = folder.toFile().list((parent, name) -> name.startsWith("db-") && name.endsWith(".log"));
        return files != null && files.length > 0;
    }

    /** Whether a start failed because another one uses the folder. */
    static boolean isLocked(Exception startFailure) {
        return Stream.<@Nullable Throwable>iterate(
                        startFailure, Objects::nonNull, cause -> cause == null ? null : cause.getCause())
                .anyMatch(cause -> String.valueOf(cause).contains("could not be locked"));
    }

    /** For a reader that is not a broker: what it finds unclean it leaves so. */
    void keepUncleanStop() {
        keepUncleanStop = true;
    }

    /** What is on disk is in doubt: the next start reads the whole journal. */
    void fault() {
        faulted = true;
    }

    /** Called with the folder's lock held. */
    @Override
    public void doStart() throws Exception {
        boolean clean = Files.deleteIfExists(stoppedCleanly);
        setForceRecoverIndex(!clean);
        if (!clean && isIn(folder)) {
            TornTail.cut(folder);
        }
        super.doStart();
        mayMarkClean = clean || !keepUncleanStop;
    }

    /** Called with the folder's lock held, if it ever was. */
    @Override
    public void doStop(ServiceStopper stopper) throws Exception {
        super.doStop(stopper);
        if (mayMarkClean && !faulted) {
            Files.createFile(stoppedCleanly);
        }
    }
}

package ordersystem.broker;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.activemq.store.SharedFileLocker;
import org.apache.activemq.store.kahadb.KahaDBPersistenceAdapter;
import org.apache.activemq.store.kahadb.disk.journal.Journal.JournalDiskSyncStrategy;
import org.apache.activemq.util.ServiceStopper;

/**
 * KahaDB, set so that what it acknowledged is on disk and is there again after any stop. The journal is the truth; the
 * index is read anew from it unless the last stop was clean. Used by {@link EmbeddedBroker} and {@link BrokerStore};
 * started and stopped by one thread.
 */
class MessageJournal extends KahaDBPersistenceAdapter {

    /** 4 KB pages of the index in memory: 8 MB, so that a full store works in 256 MB of heap. */
    private static final int INDEX_CACHE_PAGES = 2000;

    private final Path stoppedCleanly;
    private boolean opened;
    private volatile boolean faulted;

    MessageJournal(Path folder) throws IOException {
        setDirectory(folder.toFile());
        stoppedCleanly = folder.resolve("stopped-cleanly");

        setJournalDiskSyncStrategy(JournalDiskSyncStrategy.ALWAYS.name());
        setCheckForCorruptJournalFiles(true);
        setIgnoreMissingJournalfiles(false);
        setConcurrentStoreAndDispatchQueues(false);
        setIndexCacheSize(INDEX_CACHE_PAGES);

        SharedFileLocker lock = new SharedFileLocker();
        lock.configure(this);
        lock.setFailIfLocked(true);
        setLocker(lock);
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
        super.doStart();
        opened = true;
    }

    /** Called with the folder's lock held, if it ever was. */
    @Override
    public void doStop(ServiceStopper stopper) throws Exception {
        super.doStop(stopper);
        if (opened && !faulted) {
            Files.createFile(stoppedCleanly);
        }
    }
}

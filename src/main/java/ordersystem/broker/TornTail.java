package ordersystem.broker;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.file.Files;
import java.nio.file.Path;
import org.apache.activemq.store.kahadb.disk.journal.DataFile;
import org.apache.activemq.store.kahadb.disk.journal.Journal;
import org.apache.activemq.store.kahadb.disk.util.Sequence;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Cuts off a write that a killed process left unfinished at the end of the journal. Such a write was never acknowledged,
 * since that waits for the disk; yet KahaDB takes it for corruption and, told to check for that, does not start again.
 * Damage anywhere else is left alone, and the start refused. Called by {@link MessageJournal} with the folder's lock held.
 */
final class TornTail {

    private static final Logger LOG = LoggerFactory.getLogger(TornTail.class);

    private TornTail() {}

    static void cut(Path folder) throws IOException {
        Journal journal = new Journal();
        journal.setDirectory(folder.toFile());
        journal.setChecksum(true);
        journal.setCheckForCorruptionOnStartup(true);
        journal.start();
        DataFile last;
        try {
            last = journal.getFileMap().get(journal.getLastAppendLocation().getDataFileId());
        } finally {
            journal.close();
        }
        Sequence torn = last == null ? null : last.getCorruptedBlocks().getTail();
        if (last != null && torn != null && torn.getLast() >= last.getFile().length()) {
            cut(last.getFile().toPath(), torn.getFirst());
        }
    }

    private static void cut(Path file, long from) throws IOException {
        Path kept = file.resolveSibling(file.getFileName() + "." + from + ".torn");
        try (RandomAccessFile journal = new RandomAccessFile(file.toFile(), "rw")) {
            byte[] tail = new byte[(int) (journal.length() - from)];
            journal.seek(from);
            journal.readFully(tail);
            Files.write(kept, tail);
            journal.setLength(from);
            journal.seek(from);
            journal.write(Journal.EOF_RECORD);
            journal.getFD().sync();
        }
        LOG.warn(
                "{} ended in an unfinished write at {}, which was never acknowledged; cut off, kept in {}",
                file,
                from,
                kept.getFileName());
    }
}

package ordersystem.journey;

import java.io.IOException;
import java.io.RandomAccessFile;
import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;
import java.util.zip.Adler32;

/**
 * The end of the journal of an embedded broker that does not run. The journal is a row of batches; what was acknowledged stands in whole ones.
 */
record JournalTail(Path folder) {

    /** What a batch begins with: its head's length and type, a word, the payload's length, and a checksum of it. */
    private static final String WORD = "WRITE BATCH";

    private static final int BEFORE_WORD = 5;
    private static final int HEAD = BEFORE_WORD + WORD.length() + Integer.BYTES + Long.BYTES;

    /** What is written of the last batch before the process ends. */
    private static final int WRITTEN_PERCENT = 50;

    private record Batch(long at, byte[] bytes) {
        long end() {
            return at + bytes.length;
        }

        boolean isWhole() {
            Adler32 checksum = new Adler32();
            checksum.update(bytes, HEAD, bytes.length - HEAD);
            return ByteBuffer.wrap(bytes).getLong(HEAD - Long.BYTES) == checksum.getValue();
        }
    }

    /**
     * Adds what a process leaves behind that is killed in the middle of a write: the first half of one batch more, of which nobody was told that
     * it is on disk. Nothing where the kill has left just that.
     */
    void tear() throws IOException {
        Batch last = lastBefore(Long.MAX_VALUE);
        if (last.isWhole()) {
            write(last.end(), Arrays.copyOf(last.bytes(), HEAD + (last.bytes().length - HEAD) * WRITTEN_PERCENT / 100));
        }
    }

    /** Takes the last bytes away, acknowledged ones among them, as a disk does that says too early that it has them. */
    void forget(int bytes) throws IOException {
        long end = lastBefore(Long.MAX_VALUE).end();
        Batch last = lastBefore(Math.max(end - bytes, HEAD));
        long from = last.at() + HEAD;
        write(from, new byte[(int) (end - from)]);
    }

    /** How many torn tails the program has cut off and kept. */
    int cutOff() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            return (int) files.filter(file -> file.toString().endsWith(".torn")).count();
        }
    }

    /** The last batch of the last file that has one, of those that begin before a place in it. */
    private Batch lastBefore(long place) throws IOException {
        String journal = Files.readString(last(), StandardCharsets.ISO_8859_1);
        int word = journal.lastIndexOf(WORD, (int) Math.min(place, journal.length()));
        if (word < 0) {
            throw new IllegalStateException(last() + " has no batch");
        }
        byte[] bytes = journal.substring(word - BEFORE_WORD).getBytes(StandardCharsets.ISO_8859_1);
        int payload = ByteBuffer.wrap(bytes).getInt(BEFORE_WORD + WORD.length());
        return new Batch(word - BEFORE_WORD, Arrays.copyOf(bytes, HEAD + payload));
    }

    /** A new file has its first batch when it is made; what was only rotated to is empty. */
    private Path last() throws IOException {
        try (Stream<Path> files = Files.list(folder)) {
            List<Path> logs = files.filter(file -> file.getFileName().toString().matches("db-\\d+\\.log"))
                    .sorted(Comparator.comparingInt(JournalTail::number).reversed())
                    .toList();
            for (Path log : logs) {
                if (Files.readString(log, StandardCharsets.ISO_8859_1).contains(WORD)) {
                    return log;
                }
            }
        }
        throw new IllegalStateException("no journal in " + folder);
    }

    private static int number(Path log) {
        return Integer.parseInt(log.getFileName().toString().replaceAll("\\D", ""));
    }

    private void write(long at, byte[] bytes) throws IOException {
        try (RandomAccessFile file = new RandomAccessFile(last().toFile(), "rw")) {
            file.seek(at);
            file.write(bytes);
        }
    }
}

package ordersystem.transaction;

import java.io.IOException;
import java.lang.invoke.VarHandle;
import java.nio.ByteBuffer;
import java.nio.CharBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.util.ArrayList;
import java.util.Deque;
import java.util.List;
import java.util.concurrent.ConcurrentLinkedDeque;
import java.util.concurrent.atomic.AtomicBoolean;
import ordersystem.ledger.Suspects.Grade;
import ordersystem.ledger.Suspects.Suspect;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Which messages are in the routes now, where the death of the process does not wipe it out: a file that is mapped into
 * memory. Nobody waits for it to be on disk; the operating system keeps what was written, however the process ended.
 * A power cut may bring back an older state; what ended the process was no message then.
 *
 * <p>Thread-safe. One process at a time has the file, as it has the data folder.
 */
public final class InHand {

    /** A slot is in use while a message is in a route: a consumer needs one. */
    static final int SLOTS = 4096;

    /** A slot is a state, a length, and a text, of which the first part, an id, has room in any case. */
    private static final int SLOT_CHARS = 1024;

    private static final int SLOT_BYTES = SLOT_CHARS * Character.BYTES;

    private static final int STATE = 0;
    private static final int LENGTH = 1;
    private static final int TEXT = 2;

    private static final char FREE = 0;
    private static final char AMONG_OTHERS = 1;
    private static final char HANGS = 2;
    private static final char ALONE = 3;

    /** Cannot be in an id: a database does not take it. */
    private static final char SEPARATOR = '\0';

    private static final Logger LOG = LoggerFactory.getLogger(InHand.class);

    private final MappedByteBuffer file;
    private final AtomicBoolean full = new AtomicBoolean();
    /** A stack, so that the few slots in use are the same ones, and few pages are written to the disk now and then. */
    private final Deque<Slot> free = new ConcurrentLinkedDeque<>();

    private InHand(MappedByteBuffer file) {
        this.file = file;
    }

    /** Opens the file in the data folder, or makes it, and changes nothing of what the last process left in it. */
    public static InHand open(Path dataFolder) {
        long size = (long) SLOTS * SLOT_BYTES;
        try {
            Files.createDirectories(dataFolder);
            try (FileChannel channel = FileChannel.open(
                    dataFolder.resolve("in-hand"),
                    StandardOpenOption.CREATE,
                    StandardOpenOption.READ,
                    StandardOpenOption.WRITE)) {
                // Written, so that the disk has room: a mapped file that meets a full disk later ends the process.
                ByteBuffer missing = ByteBuffer.allocate((int) Math.max(0, size - channel.size()));
                while (missing.hasRemaining()) {
                    channel.write(missing, channel.size());
                }
                return new InHand(channel.map(FileChannel.MapMode.READ_WRITE, 0, size));
            }
        } catch (IOException e) {
            throw new IllegalStateException(
                    dataFolder.resolve("in-hand") + " cannot be written and mapped into memory (" + e
                            + "); give this user the right to, or set orders.data-dir to a folder on another disk",
                    e);
        }
    }

    /** What the last process left, until {@link #begin}. */
    List<Suspect> left() {
        List<Suspect> left = new ArrayList<>();
        for (int i = 0; i < SLOTS; i++) {
            Suspect suspect = read(slot(i));
            if (suspect != null) {
                left.add(suspect);
            }
        }
        return left;
    }

    private static @Nullable Suspect read(CharBuffer slot) {
        Grade grade =
                switch (slot.get(STATE)) {
                    case AMONG_OTHERS -> Grade.IN_HAND;
                    case HANGS -> Grade.TO_BE_ALONE;
                    case ALONE -> Grade.POISON;
                    default -> null;
                };
        int length = slot.get(LENGTH);
        if (grade == null || length > SLOT_CHARS - TEXT) {
            return null;
        }
        String[] parts = slot.subSequence(TEXT, TEXT + length).toString().split(String.valueOf(SEPARATOR), 3);
        return parts.length < 3 ? null : new Suspect(parts[0], parts[2], parts[1].isEmpty() ? null : parts[1], grade);
    }

    /** Forgets what the last process left. To be called once, before the first {@link #take}. */
    void begin() {
        acquit();
        file.force();
        for (int i = 0; i < SLOTS; i++) {
            free.add(new Slot(slot(i), true));
        }
    }

    /** The process is about to end, and no message is to blame. */
    public void acquit() {
        for (int i = 0; i < SLOTS; i++) {
            CharBuffer slot = slot(i);
            if (slot.get(STATE) != FREE) {
                slot.put(STATE, FREE);
            }
        }
    }

    private CharBuffer slot(int i) {
        return file.slice(i * SLOT_BYTES, SLOT_BYTES).asCharBuffer();
    }

    /**
     * A message enters a route; it comes out with the slot's close.
     *
     * @param messageId as {@link ordersystem.ledger.Suspects#id} has it
     * @param alone whether no other does meanwhile
     */
    Slot take(String messageId, String queue, @Nullable String orderId, boolean alone) {
        Slot slot = free.poll();
        if (slot == null) {
            if (!full.getAndSet(true)) {
                LOG.warn(
                        "More than {} messages in hand at once: should one of the others end the process, it is not found",
                        SLOTS);
            }
            slot = new Slot(CharBuffer.allocate(SLOT_CHARS), false);
        }
        slot.fill(
                messageId + SEPARATOR + (orderId == null ? "" : orderId) + SEPARATOR + queue,
                alone ? ALONE : AMONG_OTHERS);
        return slot;
    }

    /** One message in a route. */
    final class Slot implements AutoCloseable {
        private final CharBuffer chars;
        private final boolean mapped;

        private Slot(CharBuffer chars, boolean mapped) {
            this.chars = chars;
            this.mapped = mapped;
        }

        private void fill(String text, char state) {
            int length = Math.min(text.length(), SLOT_CHARS - TEXT);
            chars.put(LENGTH, (char) length).put(TEXT, text.toCharArray(), 0, length);
            // What is in hand is complete.
            VarHandle.releaseFence();
            chars.put(STATE, state);
        }

        boolean isAlone() {
            return chars.get(STATE) == ALONE;
        }

        /** It does not come out in its time. */
        void hangs() {
            if (!isAlone()) {
                chars.put(STATE, HANGS);
            }
        }

        @Override
        public void close() {
            chars.put(STATE, FREE);
            if (mapped) {
                free.push(this);
            }
        }
    }
}

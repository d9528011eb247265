package ordersystem.broker;

/**
 * Something about the settings of an external broker.
 *
 * @param words where, what is wrong, and which setting makes it right
 */
public record Finding(Level level, String words) {

    /** How bad it is. */
    public enum Level {
        /** Orders would be lost. OrderSystem does not start. */
        LOSES("orders would be lost"),
        /** Something that is promised does not hold. */
        WARNING("warning"),
        /** Cannot be looked at from here. */
        UNSEEN("cannot be seen");

        private final String words;

        Level(String words) {
            this.words = words;
        }
    }

    static Finding loses(String words) {
        return new Finding(Level.LOSES, words);
    }

    static Finding warning(String words) {
        return new Finding(Level.WARNING, words);
    }

    static Finding unseen(String words) {
        return new Finding(Level.UNSEEN, words);
    }

    @Override
    public String toString() {
        return level.words + ": " + words;
    }
}

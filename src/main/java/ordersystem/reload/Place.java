package ordersystem.reload;

/**
 * Where something stands in a file.
 *
 * @param line from 1 on; 0 where it is about the file as a whole
 * @param column from 1 on; 0 likewise
 */
record Place(int line, int column) {

    static final Place NOWHERE = new Place(0, 0);

    static final Place START = new Place(1, 1);

    Place right(int columns) {
        return new Place(line, column + columns);
    }

    /** Where the character at an index of a text stands. */
    static Place of(CharSequence text, int index) {
        int line = 1;
        int column = 1;
        for (int i = 0; i < Math.min(index, text.length()); i++) {
            if (text.charAt(i) == '\n') {
                line++;
                column = 1;
            } else {
                column++;
            }
        }
        return new Place(line, column);
    }
}

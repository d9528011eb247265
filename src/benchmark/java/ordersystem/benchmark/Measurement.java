package ordersystem.benchmark;

/** Measures one row of the table of goals, or several that share their runs. Made and called by {@link Benchmark}. */
interface Measurement {

    /** Short name, for the command line. */
    String id();

    Results.Row measure(Lab lab) throws Exception;
}

package ordersystem.transaction;

/** When this process is to be relied on no more. */
public final class BrokenJvm {

    private BrokenJvm() {}

    /**
     * Whether an error means that anything may be half done from now on: out of memory, or an internal error of the JVM.
     * A stack overflow is not one: it is what one message does to its parser, and over with it.
     */
    public static boolean isShownBy(Throwable error) {
        for (Throwable t = error; t != null; t = t.getCause() == t ? null : t.getCause()) {
            if (t instanceof VirtualMachineError && !(t instanceof StackOverflowError)) {
                return true;
            }
        }
        return false;
    }
}

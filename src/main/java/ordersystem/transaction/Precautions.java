package ordersystem.transaction;

import java.util.function.Consumer;

/**
 * What is done about messages that end their consumer or the process (docs/decisions/0009-poison.md).
 *
 * @param quarantine finds the message that ends the process
 * @param timeLimit finds the turn that does not end
 * @param halt ends the process at once, to be started again
 */
public record Precautions(Quarantine quarantine, TimeLimit timeLimit, Consumer<Throwable> halt) {

    /** To be called with whatever was thrown, before anything else is done about it. */
    void haltIfBroken(Throwable error) {
        if (BrokenJvm.isShownBy(error)) {
            halt.accept(error);
        }
    }
}

package ordersystem.admission;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import ordersystem.order.Draw;

/**
 * Asked for each normal order once: does it go into its lane, or is it deferred? Threads of the intake ask; one thread tells
 * it once a second how things stand.
 */
public final class Admission {

    private static final double TWO_TO_THE_53 = 0x1.0p53;

    private volatile AdmissionControl control;

    public Admission(AdmissionControl control) {
        this.control = control;
    }

    /** How it stands from now on. */
    public void set(AdmissionControl now) {
        this.control = now;
    }

    public AdmissionControl control() {
        return control;
    }

    public Draw draw(String orderId) {
        return new Draw(control.probability(), number(orderId));
    }

    /** Of an order id: evenly spread over 0 to 1, and always the same. The first 53 bits of its SHA-256. */
    static double number(String orderId) {
        try {
            byte[] hash = MessageDigest.getInstance("SHA-256").digest(orderId.getBytes(StandardCharsets.UTF_8));
            return (ByteBuffer.wrap(hash).getLong() >>> 11) / TWO_TO_THE_53;
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }
}

package ordersystem;

/** Starts OrderSystem. */
public final class OrderSystem {
    private OrderSystem() {}

    public static void main(String[] args) {
        System.out.println("OrderSystem");
    }
}

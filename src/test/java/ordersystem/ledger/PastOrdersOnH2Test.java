package ordersystem.ledger;

import java.nio.file.Path;

class PastOrdersOnH2Test extends PastOrdersContract {

    @Override
    String emptyDatabase(Path folder) {
        return "jdbc:h2:file:" + folder.resolve("ledger");
    }

    @Override
    String user() {
        return "sa";
    }

    @Override
    String password() {
        return "";
    }
}

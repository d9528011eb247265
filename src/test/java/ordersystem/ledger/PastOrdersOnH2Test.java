package ordersystem.ledger;

import java.nio.file.Path;
import ordersystem.ledger.LedgerCopy.Place;

class PastOrdersOnH2Test extends PastOrdersContract {

    @Override
    Place emptyDatabase(Path folder) {
        return onH2(folder);
    }
}

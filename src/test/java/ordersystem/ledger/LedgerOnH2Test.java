package ordersystem.ledger;

import java.nio.file.Path;
import ordersystem.ledger.LedgerCopy.Place;

class LedgerOnH2Test extends LedgerContract {

    @Override
    Place emptyDatabase(Path folder) {
        return onH2(folder);
    }
}

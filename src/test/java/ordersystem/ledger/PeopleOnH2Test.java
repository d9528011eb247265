package ordersystem.ledger;

import java.nio.file.Path;
import ordersystem.ledger.LedgerCopy.Place;

class PeopleOnH2Test extends PeopleContract {

    @Override
    Place emptyDatabase(Path folder) {
        return onH2(folder);
    }
}

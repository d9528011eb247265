package ordersystem.ledger;

import java.nio.file.Path;
import java.sql.SQLException;
import ordersystem.ledger.LedgerCopy.Place;

class PastOrdersOnPostgresTest extends PastOrdersContract {

    @Override
    Place emptyDatabase(Path folder) throws SQLException {
        return onPostgres();
    }
}

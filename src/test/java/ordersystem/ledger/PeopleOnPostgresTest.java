package ordersystem.ledger;

import java.nio.file.Path;
import java.sql.SQLException;
import ordersystem.ledger.LedgerCopy.Place;

class PeopleOnPostgresTest extends PeopleContract {

    @Override
    Place emptyDatabase(Path folder) throws SQLException {
        return onPostgres();
    }
}

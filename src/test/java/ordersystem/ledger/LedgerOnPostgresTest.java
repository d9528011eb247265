package ordersystem.ledger;

import java.nio.file.Path;
import java.sql.SQLException;

class LedgerOnPostgresTest extends LedgerContract {

    @Override
    String emptyDatabase(Path folder) throws SQLException {
        return TestPostgres.emptyDatabase();
    }

    @Override
    String user() {
        return TestPostgres.USER;
    }

    @Override
    String password() {
        return TestPostgres.PASSWORD;
    }
}

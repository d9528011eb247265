package ordersystem.ledger;

import java.nio.file.Path;
import java.sql.SQLException;

class PastOrdersOnPostgresTest extends PastOrdersContract {

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

-- What remains of orders that were processed long ago, so that the table of orders stays small: enough to know each of them again
-- (docs/decisions/0023-past-orders.md). H2 commits at each statement here: killed in between, all of it may be run again.

CREATE TABLE IF NOT EXISTS past_orders (
    order_id     VARCHAR(512) NOT NULL PRIMARY KEY,
    lane         VARCHAR(32) NOT NULL,
    step         INTEGER NOT NULL,
    handled      VARCHAR(512),
    body_hash    VARCHAR(128),
    attempts     INTEGER NOT NULL,
    sender       VARCHAR(64),
    received_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    processed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    copied_at    TIMESTAMP WITH TIME ZONE NOT NULL
);

-- How many of them have no row in orders any more: what a recount of orders does not see.
ALTER TABLE counters ADD COLUMN IF NOT EXISTS past BIGINT DEFAULT 0 NOT NULL;

-- The ledger. The same file for H2 and PostgreSQL; where they differ there is a placeholder, filled by the class Database.

-- One row an order, under its order id; one row a message that is not an order, under its message id (it contains a ':').
CREATE TABLE orders (
    order_id              VARCHAR(512) NOT NULL PRIMARY KEY,
    lane                  VARCHAR(32),
    state                 VARCHAR(10) NOT NULL,
    step                  INTEGER NOT NULL CHECK (step >= 1),
    handled               VARCHAR(512),               -- message that made the last transition; null: releaser or operator
    place                 VARCHAR(200),               -- queue that the order's message is in
    body_hash             VARCHAR(128),
    attempts              INTEGER NOT NULL,
    due                   TIMESTAMP WITH TIME ZONE,   -- when the releaser may send it on; null: not by itself
    reason_type           VARCHAR(255),
    reason_message        VARCHAR(4000),
    reason_route          VARCHAR(128),
    reason_node           VARCHAR(128),
    body                  ${bytes},                   -- of an order that waits, and of one on its way if messages are kept
    body_type             VARCHAR(10),
    headers               TEXT,                       -- JSON object
    admission_probability DOUBLE PRECISION,
    admission_draw        DOUBLE PRECISION,
    first_failed_at       TIMESTAMP WITH TIME ZONE,
    last_failed_at        TIMESTAMP WITH TIME ZONE,
    received_at           TIMESTAMP WITH TIME ZONE NOT NULL,
    updated_at            TIMESTAMP WITH TIME ZONE NOT NULL,
    processed_at          TIMESTAMP WITH TIME ZONE,
    instance              VARCHAR(200) NOT NULL,
    -- H2 refuses IN, and what it turns into one, in a CHECK.
    CONSTRAINT on_its_way_has_a_place CHECK ((state = 'RECEIVED') = (place IS NOT NULL)),
    CONSTRAINT processed_has_a_time CHECK ((state = 'PROCESSED') = (processed_at IS NOT NULL)),
    CONSTRAINT waiting_has_a_body CHECK (place IS NOT NULL OR processed_at IS NOT NULL OR body IS NOT NULL),
    CONSTRAINT processed_has_no_body CHECK (processed_at IS NULL OR body IS NULL),
    CONSTRAINT due_only_while_waiting CHECK (due IS NULL OR (place IS NULL AND processed_at IS NULL)),
    CONSTRAINT never_due CHECK (due IS NULL OR (lane IS NOT NULL AND state <> 'INVALID' AND state <> 'DISCARDED' AND state <> 'CANCELLED'))
);

-- Recount, and lists by state. With place, or a recount of what is on its way would read every row and its body.
CREATE INDEX orders_by_state ON orders (state, lane, place);

-- What the releaser asks for. Rows without a due time cost nothing on PostgreSQL.
CREATE INDEX orders_by_due ON orders (due, lane) ${where_due};

-- Hashes of the bodies that an order had before it was edited: still valid answers to the same order id.
CREATE TABLE order_hashes (
    order_id  VARCHAR(512) NOT NULL,
    body_hash VARCHAR(128) NOT NULL,
    PRIMARY KEY (order_id, body_hash)
);

-- What was counted, a row for each consumer, so that no two transactions wait for the same row. Totals are sums.
CREATE TABLE counters (
    instance      VARCHAR(200) NOT NULL,
    lane          VARCHAR(32) NOT NULL,               -- '' where there is none
    consumer      VARCHAR(64) NOT NULL,
    received      BIGINT NOT NULL,
    processed     BIGINT NOT NULL,
    failed        BIGINT NOT NULL,                    -- failed now
    invalid       BIGINT NOT NULL,
    duplicates    BIGINT NOT NULL,                    -- events
    retried       BIGINT NOT NULL,                    -- events
    deferred      BIGINT NOT NULL,                    -- deferred now
    failed_events BIGINT NOT NULL,                    -- events
    updated_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    PRIMARY KEY (instance, lane, consumer)
);

CREATE TABLE settings (
    name    VARCHAR(64) NOT NULL PRIMARY KEY,
    setting VARCHAR(4000) NOT NULL
);

-- What people do with orders, and what became of it.

-- One row an action: who did what, when and why, and how the order stood before. Never deleted.
CREATE TABLE order_actions (
    order_id       VARCHAR(512) NOT NULL,
    step           INTEGER NOT NULL,                  -- of the order's row, afterwards
    kind           VARCHAR(10) NOT NULL,
    at             TIMESTAMP WITH TIME ZONE NOT NULL,
    who            VARCHAR(200) NOT NULL,
    note           VARCHAR(4000),
    replay         VARCHAR(36),
    outcome        VARCHAR(10),                       -- of a replay's order
    state          VARCHAR(10) NOT NULL,              -- this and the following: before
    lane           VARCHAR(32),
    attempts       INTEGER NOT NULL,
    reason_type    VARCHAR(255),
    reason_message VARCHAR(4000),
    reason_route   VARCHAR(128),
    reason_node    VARCHAR(128),
    last_failed_at TIMESTAMP WITH TIME ZONE,
    body           ${bytes},                          -- of an edit only: what was replaced
    PRIMARY KEY (order_id, step)
);

CREATE INDEX order_actions_by_replay ON order_actions (replay, outcome, order_id) ${where_replay};

-- Dead letters that are sent on at a rate, some each second. What is chosen stands in the row, so that it survives a restart.
CREATE TABLE replays (
    id             VARCHAR(36) NOT NULL PRIMARY KEY,
    started_at     TIMESTAMP WITH TIME ZONE NOT NULL,
    who            VARCHAR(200) NOT NULL,
    note           VARCHAR(4000),
    selection      TEXT NOT NULL,                     -- JSON
    failed_before  TIMESTAMP WITH TIME ZONE NOT NULL, -- what fails after the start is not part of it
    per_second     INTEGER NOT NULL,
    chosen         BIGINT NOT NULL,                   -- at the start; some may be dealt with otherwise meanwhile
    after_id       VARCHAR(512) NOT NULL,             -- the last one sent on
    advanced_at    TIMESTAMP WITH TIME ZONE NOT NULL,
    paused_because VARCHAR(200),
    cancelled_by   VARCHAR(200),
    ended_at       TIMESTAMP WITH TIME ZONE,          -- all are sent on, or it was cancelled
    settled_at     TIMESTAMP WITH TIME ZONE           -- and the outcome of each is known
);

-- Lists and groups of dead letters come from this index alone. Rows that are none cost nothing on PostgreSQL.
CREATE INDEX orders_dead ON orders (state, order_id, reason_type, reason_node, first_failed_at, last_failed_at) ${where_dead};

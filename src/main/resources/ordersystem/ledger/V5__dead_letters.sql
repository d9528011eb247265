-- What waits for a person, one row a dead letter: a copy of what stands in its order's row, so that lists, groups and replays
-- read nothing of the other orders, and these pay for no index of it (docs/decisions/0015-dead-letters-counted.md).
-- H2 commits at each statement here: killed in between, all of it may be run again.

CREATE TABLE IF NOT EXISTS dead_letters (
    order_id        VARCHAR(512) NOT NULL PRIMARY KEY,
    state           VARCHAR(10) NOT NULL,
    lane            VARCHAR(32),
    reason_type     VARCHAR(255) NOT NULL,            -- '' where there is none, as in the next
    reason_node     VARCHAR(128) NOT NULL,
    first_failed_at TIMESTAMP WITH TIME ZONE NOT NULL,
    last_failed_at  TIMESTAMP WITH TIME ZONE NOT NULL,
    reason_message  VARCHAR(4000) NOT NULL
);

-- How many have failed in the same way. A group that has none any more stays, with 0.
CREATE TABLE IF NOT EXISTS dead_letter_groups (
    state       VARCHAR(10) NOT NULL,
    reason_type VARCHAR(255) NOT NULL,
    reason_node VARCHAR(128) NOT NULL,
    members     BIGINT NOT NULL,
    PRIMARY KEY (state, reason_type, reason_node)
);

DELETE FROM dead_letters;
DELETE FROM dead_letter_groups;

INSERT INTO dead_letters (order_id, state, lane, reason_type, reason_node, first_failed_at, last_failed_at, reason_message)
SELECT order_id, state, lane, COALESCE(reason_type, ''), COALESCE(reason_node, ''), COALESCE(first_failed_at, updated_at),
    COALESCE(last_failed_at, updated_at), COALESCE(reason_message, '')
FROM orders WHERE state IN ('FAILED', 'INVALID');

INSERT INTO dead_letter_groups (state, reason_type, reason_node, members)
SELECT state, reason_type, reason_node, COUNT(*) FROM dead_letters GROUP BY state, reason_type, reason_node;

-- Lists by id, of all and of one group; and the first and the last failure of a group.
CREATE INDEX IF NOT EXISTS dead_letters_by_state ON dead_letters (state, order_id);
CREATE INDEX IF NOT EXISTS dead_letters_by_group ON dead_letters (state, reason_type, reason_node, order_id);
CREATE INDEX IF NOT EXISTS dead_letters_by_first ON dead_letters (state, reason_type, reason_node, first_failed_at);
CREATE INDEX IF NOT EXISTS dead_letters_by_last ON dead_letters (state, reason_type, reason_node, last_failed_at DESC);

DROP INDEX IF EXISTS orders_dead;

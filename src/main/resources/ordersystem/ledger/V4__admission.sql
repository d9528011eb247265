-- Which orders were deferred, and how many wait for another turn: what the control of admission reads.

ALTER TABLE counters ADD COLUMN retrying BIGINT DEFAULT 0 NOT NULL;   -- retrying now
ALTER TABLE counters ADD COLUMN admitted BIGINT DEFAULT 0 NOT NULL;   -- events
ALTER TABLE counters ADD COLUMN deferrals BIGINT DEFAULT 0 NOT NULL;  -- events
ALTER TABLE counters ADD COLUMN released BIGINT DEFAULT 0 NOT NULL;   -- events

-- Those that wait already are counted once, in rows of their own.
INSERT INTO counters (instance, lane, consumer, received, processed, failed, invalid, duplicates, retried, deferred,
    failed_events, retrying, updated_at)
SELECT 'migration V4', COALESCE(lane, ''), 'migration', 0, 0, 0, 0, 0, 0, 0, 0, COUNT(*), CURRENT_TIMESTAMP
FROM orders WHERE state = 'RETRYING' GROUP BY lane;

-- By time of arrival too: what is deferred goes on oldest first.
DROP INDEX orders_by_state;
CREATE INDEX orders_by_state ON orders (state, lane, place, received_at);

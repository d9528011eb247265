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

-- Deferred orders that nobody has sent on yet: when each came, and when its time has come. A table of its own, so that other
-- orders pay for none of its indexes. What has left the state DEFERRED otherwise is taken out when its turn comes.
CREATE TABLE deferred (
    order_id    VARCHAR(512) NOT NULL PRIMARY KEY,
    due         TIMESTAMP WITH TIME ZONE NOT NULL,
    received_at TIMESTAMP WITH TIME ZONE NOT NULL
);

CREATE INDEX deferred_by_due ON deferred (due);
CREATE INDEX deferred_by_age ON deferred (received_at);

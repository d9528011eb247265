-- A step of its own: one that locked counters and orders would wait in a ring with the batches of instances that go on meanwhile.

-- An order that was given up, or a message that was none and is dealt with, may be without its body: somebody's data was erased.
ALTER TABLE orders DROP CONSTRAINT IF EXISTS waiting_has_a_body;
ALTER TABLE orders ADD CONSTRAINT waiting_has_a_body CHECK (place IS NOT NULL OR processed_at IS NOT NULL OR body IS NOT NULL
    OR (state <> 'DEFERRED' AND state <> 'RETRYING' AND state <> 'FAILED' AND state <> 'INVALID'));

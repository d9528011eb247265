-- The order that has been pending for longest is the first entry of this index. A row leaves it when its order is handed over.
-- On PostgreSQL only: H2 has no index of some rows, and does without (class OldestPending).
${on_postgresql} CREATE INDEX orders_pending ON orders (received_at) WHERE COALESCE(state, '') IN ('RECEIVED', 'RETRYING', 'DEFERRED');

-- Name of the API key with which an order was handed in: whoever has a key of that name may ask where it stands.
-- A killed step on H2 leaves the column behind.
ALTER TABLE orders ADD COLUMN IF NOT EXISTS sender VARCHAR(64);

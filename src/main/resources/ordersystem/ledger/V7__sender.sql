-- Name of the API key with which an order was handed in: whoever has a key of that name may ask where it stands.
ALTER TABLE orders ADD COLUMN sender VARCHAR(64);

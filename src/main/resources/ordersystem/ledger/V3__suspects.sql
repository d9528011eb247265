-- Messages that are being handled although the process ended while they, or their neighbours, were: noted before they
-- enter a route, gone once they came out of it. What is noted twice ended the process twice while it was alone.
CREATE TABLE suspects (
    message_id VARCHAR(512) NOT NULL PRIMARY KEY,
    queue      VARCHAR(200) NOT NULL,
    order_id   VARCHAR(512),                          -- null: an arrival, not read yet
    tries      INTEGER NOT NULL CHECK (tries >= 1),
    noted_at   TIMESTAMP WITH TIME ZONE NOT NULL,
    instance   VARCHAR(200) NOT NULL
);

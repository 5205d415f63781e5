-- What a client sent as its Idempotency-Key, as a digest, and the session it got for it.
CREATE TABLE keys (
    key TEXT PRIMARY KEY,
    session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE
) STRICT;
CREATE INDEX keys_by_session ON keys (session);

-- What a client sent as its Idempotency-Key, as a digest, and the session it got for it.
CREATE TABLE keys (
    key TEXT COLLATE "C" PRIMARY KEY,
    session TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE
);
CREATE INDEX keys_by_session ON keys (session);

-- Times are ISO 8601 in UTC, all of one length, so that text sorts as time; started_at alone keeps
-- the offset it was given in. Bodies and errors are JSON.
CREATE TABLE sessions (
    id TEXT PRIMARY KEY,
    attempt INTEGER NOT NULL CHECK (attempt >= 1),
    profile TEXT NOT NULL,
    status TEXT NOT NULL CHECK (status IN ('processing', 'completed', 'failed', 'cancelled')),
    phase TEXT NOT NULL,
    progress INTEGER NOT NULL CHECK (progress BETWEEN 0 AND 100),
    accepted_at TEXT NOT NULL,
    started_at TEXT NOT NULL,
    updated_at TEXT NOT NULL,
    deadline_at TEXT NOT NULL,
    ended_at TEXT,
    last_event INTEGER NOT NULL,
    error TEXT
) STRICT;
CREATE TABLE results (
    session TEXT PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    meal TEXT NOT NULL,
    expires_at TEXT NOT NULL
) STRICT;
CREATE TABLE parts (
    session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    part TEXT NOT NULL,
    body BLOB NOT NULL,
    PRIMARY KEY (session, part)
) STRICT;
CREATE TABLE events (
    session TEXT NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 1),
    key TEXT,
    kind TEXT NOT NULL,
    body TEXT NOT NULL,
    at TEXT NOT NULL,
    PRIMARY KEY (session, number),
    UNIQUE (session, key)
) STRICT;

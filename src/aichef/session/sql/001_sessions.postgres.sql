-- Times are ISO 8601 in UTC, all of one length, so that text sorts as time; started_at alone keeps
-- the offset it was given in. Bodies and errors are JSON.
CREATE TABLE sessions (
    id TEXT COLLATE "C" PRIMARY KEY,
    attempt INTEGER NOT NULL CHECK (attempt >= 1),
    profile TEXT COLLATE "C" NOT NULL,
    status TEXT COLLATE "C" NOT NULL CHECK (status IN ('processing', 'completed', 'failed', 'cancelled')),
    phase TEXT COLLATE "C" NOT NULL,
    progress INTEGER NOT NULL CHECK (progress BETWEEN 0 AND 100),
    accepted_at TEXT COLLATE "C" NOT NULL,
    started_at TEXT COLLATE "C" NOT NULL,
    updated_at TEXT COLLATE "C" NOT NULL,
    deadline_at TEXT COLLATE "C" NOT NULL,
    ended_at TEXT COLLATE "C",
    last_event INTEGER NOT NULL,
    error TEXT COLLATE "C"
);
CREATE TABLE results (
    session TEXT COLLATE "C" PRIMARY KEY REFERENCES sessions (id) ON DELETE CASCADE,
    meal TEXT COLLATE "C" NOT NULL,
    expires_at TEXT COLLATE "C" NOT NULL
);
CREATE TABLE parts (
    session TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    part TEXT COLLATE "C" NOT NULL,
    body BYTEA NOT NULL,
    PRIMARY KEY (session, part)
);
CREATE TABLE events (
    session TEXT COLLATE "C" NOT NULL REFERENCES sessions (id) ON DELETE CASCADE,
    number INTEGER NOT NULL CHECK (number >= 1),
    key TEXT COLLATE "C",
    kind TEXT COLLATE "C" NOT NULL,
    body TEXT COLLATE "C" NOT NULL,
    at TEXT COLLATE "C" NOT NULL,
    PRIMARY KEY (session, number),
    UNIQUE (session, key)
);

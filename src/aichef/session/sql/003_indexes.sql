-- For the queue and recovery, for expiry, and for lists of the newest.
CREATE INDEX sessions_by_status ON sessions (status, phase);
CREATE INDEX sessions_by_end ON sessions (ended_at);
CREATE INDEX sessions_by_start ON sessions (accepted_at);
CREATE INDEX results_by_end ON results (expires_at);

-- Cases, messages as they came, revisions, history, audit, and the queue.
-- Times are RFC 3339 in UTC with six decimals, so that they sort as text; received_at keeps the sender's offset.

CREATE TABLE cases (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    status TEXT NOT NULL CHECK (status IN ('new', 'waiting', 'approved', 'rejected', 'done', 'not_a_request', 'failed')),
    -- 1 to 4: the priority; 5: not understood yet.
    rank INTEGER NOT NULL DEFAULT 5,
    -- YYYY-MM-DD; 9999-99-99 where no date is known, so that it sorts last.
    due TEXT NOT NULL DEFAULT '9999-99-99',
    category TEXT,
    language TEXT,
    confidence REAL,
    subject TEXT,
    requester TEXT,
    people TEXT NOT NULL DEFAULT '[]',
    summary TEXT NOT NULL DEFAULT '',
    flags TEXT NOT NULL DEFAULT '[]',
    missing TEXT NOT NULL DEFAULT '[]',
    assignee_group TEXT,
    assignee TEXT,
    -- 1: a person set group and assignee, and a later reading leaves them.
    assigned INTEGER NOT NULL DEFAULT 0,
    -- The latest revision's number.
    revision INTEGER,
    opened_at TEXT NOT NULL,
    updated_at TEXT NOT NULL
) STRICT;
CREATE INDEX cases_in_order ON cases (status, rank, due, id);

-- Number, subject, persons and requester, folded, for the search; by itself, because it is read from end to end.
CREATE TABLE case_words (
    case_id INTEGER PRIMARY KEY REFERENCES cases (id),
    words TEXT NOT NULL
) STRICT;

CREATE TABLE messages (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    sha256 TEXT NOT NULL UNIQUE,
    content_sha256 TEXT,
    size INTEGER NOT NULL,
    door TEXT NOT NULL,
    name TEXT NOT NULL,
    channel TEXT NOT NULL,
    message_id TEXT,
    sender TEXT,
    subject TEXT,
    received_at TEXT NOT NULL,
    arrived_at TEXT NOT NULL,
    doubts TEXT NOT NULL,
    case_id INTEGER REFERENCES cases (id),
    state TEXT NOT NULL CHECK (state IN ('received', 'understood', 'failed', 'refused')),
    reason TEXT,
    tries INTEGER NOT NULL DEFAULT 0,
    taken_until TEXT,
    CHECK ((state = 'refused') = (case_id IS NULL))
) STRICT;
CREATE INDEX messages_by_own_id ON messages (message_id, channel) WHERE message_id IS NOT NULL;
CREATE INDEX messages_of_case ON messages (case_id, id);
CREATE INDEX messages_to_understand ON messages (id) WHERE state = 'received';
CREATE INDEX messages_refused ON messages (id) WHERE state = 'refused';

-- Beside the messages, so that a change of state does not write the bytes again.
CREATE TABLE bodies (
    message INTEGER PRIMARY KEY REFERENCES messages (id),
    bytes BLOB NOT NULL
) STRICT;
CREATE TRIGGER bodies_stay BEFORE UPDATE ON bodies
BEGIN SELECT RAISE(ABORT, 'received bytes are never changed'); END;

CREATE TABLE thread_keys (
    kind TEXT NOT NULL,
    value TEXT NOT NULL,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    PRIMARY KEY (kind, value)
) STRICT, WITHOUT ROWID;

CREATE TABLE revisions (
    case_id INTEGER NOT NULL REFERENCES cases (id),
    number INTEGER NOT NULL,
    hash TEXT NOT NULL,
    message INTEGER NOT NULL REFERENCES messages (id),
    understanding TEXT NOT NULL,
    request_ids TEXT NOT NULL,
    requester TEXT,
    reader TEXT NOT NULL,
    edited_by TEXT,
    at TEXT NOT NULL,
    PRIMARY KEY (case_id, number)
) STRICT;
CREATE INDEX revisions_of_message ON revisions (message, number);
CREATE TRIGGER revisions_stay BEFORE UPDATE ON revisions
BEGIN SELECT RAISE(ABORT, 'a revision is never changed'); END;

-- One row for each person and action of a case; its id stays the same over revisions.
CREATE TABLE requests (
    request_id TEXT PRIMARY KEY,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    ordinal INTEGER NOT NULL,
    kind TEXT NOT NULL,
    -- Folded; what a later revision finds the request by.
    person_name TEXT,
    person_email TEXT,
    person_number TEXT,
    UNIQUE (case_id, ordinal)
) STRICT;

CREATE TABLE corrections (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    message INTEGER NOT NULL REFERENCES messages (id),
    revision INTEGER NOT NULL,
    reader TEXT NOT NULL,
    path TEXT NOT NULL,
    before TEXT NOT NULL,
    after TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL
) STRICT;

CREATE TABLE events (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    kind TEXT NOT NULL,
    who TEXT NOT NULL,
    at TEXT NOT NULL,
    data TEXT NOT NULL
) STRICT;
CREATE INDEX events_of_case ON events (case_id, id);
CREATE TRIGGER events_stay BEFORE UPDATE ON events
BEGIN SELECT RAISE(ABORT, 'an event is never changed'); END;
CREATE TRIGGER events_remain BEFORE DELETE ON events
BEGIN SELECT RAISE(ABORT, 'an event is never deleted'); END;

CREATE TABLE audit (
    id INTEGER PRIMARY KEY,
    at TEXT NOT NULL,
    who TEXT NOT NULL,
    action TEXT NOT NULL,
    about TEXT,
    -- The event that the entry vouches for.
    event INTEGER UNIQUE REFERENCES events (id),
    data TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash TEXT NOT NULL
) STRICT;
CREATE TRIGGER audit_stays BEFORE UPDATE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit entry is never changed'); END;
CREATE TRIGGER audit_remains BEFORE DELETE ON audit
BEGIN SELECT RAISE(ABORT, 'an audit entry is never deleted'); END;

CREATE TABLE outbox (
    id INTEGER PRIMARY KEY AUTOINCREMENT,
    event_id TEXT NOT NULL UNIQUE,
    case_id INTEGER NOT NULL REFERENCES cases (id),
    request_id TEXT NOT NULL REFERENCES requests (request_id),
    kind TEXT NOT NULL,
    approved_at TEXT NOT NULL,
    data TEXT NOT NULL,
    -- Hash of the request's values: the same again needs no second event.
    said TEXT NOT NULL,
    state TEXT NOT NULL CHECK (state IN ('ready', 'leased', 'acked', 'parked', 'dropped')),
    -- When it may be leased next: a ready one's time, a leased one's expiry.
    due_at TEXT NOT NULL,
    attempts INTEGER NOT NULL DEFAULT 0,
    lease TEXT UNIQUE,
    consumer TEXT,
    -- Why the last attempt failed.
    reason TEXT,
    -- When it was acked, parked or dropped.
    settled_at TEXT
) STRICT;
CREATE INDEX outbox_open ON outbox (id) WHERE state IN ('ready', 'leased');
CREATE INDEX outbox_parked ON outbox (id) WHERE state = 'parked';
CREATE INDEX outbox_of_request ON outbox (request_id, id);
CREATE INDEX outbox_states ON outbox (state);

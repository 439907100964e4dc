-- The tags we have put on a contact, and the API names of the fields of its last write, both as JSON.
ALTER TABLE ledger ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE ledger ADD COLUMN wrote TEXT NOT NULL DEFAULT '[]';
-- HMAC of the email the contact was last known under, trimmed and lower-cased: who has it, where nobody may ask Zoho.
ALTER TABLE ledger ADD COLUMN email_hash TEXT;
CREATE INDEX ledger_email ON ledger (email_hash) WHERE email_hash IS NOT NULL;

-- The run of the scan that put the row in or met it there: the run is done when its rows have left (rule 25).
ALTER TABLE outbox ADD COLUMN scan INTEGER;
CREATE INDEX outbox_scan ON outbox (scan) WHERE scan IS NOT NULL AND state = 'waiting';
-- What is to become of the contact of an identity that is gone, for a row of kind delete: null = what the mapping says.
ALTER TABLE outbox ADD COLUMN policy TEXT;

ALTER TABLE store ADD COLUMN org TEXT;               -- the Zoho org and its environment, of the first use
ALTER TABLE store ADD COLUMN served_at INTEGER;      -- the newest heartbeat of any serve (rule 27)
ALTER TABLE store ADD COLUMN gap INTEGER;            -- revision at which a gap was noted; null = none is open (rule 27)
ALTER TABLE store ADD COLUMN backfilled_at INTEGER;  -- when a backfill first ran to its end (rule 26)
ALTER TABLE store ADD COLUMN credits_half INTEGER;    -- half of Zoho's credits of a day, while less than that is left (rule 29)

-- Scans of all identities of the project: one row each, of the run under way or the last one.
CREATE TABLE scan (
  kind        TEXT    PRIMARY KEY CHECK (kind IN ('backfill', 'reconcile')),
  run         INTEGER NOT NULL,             -- drawn from the revision counter
  state       TEXT    NOT NULL CHECK (state IN ('reading', 'delivering', 'done', 'stopped')),
  options     TEXT    NOT NULL,             -- JSON: filters and the like. A run goes on only with the same
  page_token  TEXT,                         -- of the next page; null = the first
  last_id     TEXT,                         -- the last identity of the page before it
  started_at  INTEGER NOT NULL,
  finished_at INTEGER,
  holder      TEXT                          -- the process that runs it
) STRICT;

-- What became of the identities of a run, added up where it happens: in the transactions of pages and settles.
CREATE TABLE scan_count (
  run     INTEGER NOT NULL,
  outcome TEXT    NOT NULL,
  reason  TEXT    NOT NULL,                 -- '' = none
  n       INTEGER NOT NULL,
  PRIMARY KEY (run, outcome, reason)
) STRICT;

-- Linked identities that a complete scan has not seen so far (rule 28).
CREATE TABLE absent (
  identity_id TEXT    PRIMARY KEY,
  run         INTEGER NOT NULL
) STRICT;

-- Processes at work on this store. A row whose beat is old belongs to one that was killed.
CREATE TABLE process (
  id           TEXT    PRIMARY KEY,
  kind         TEXT    NOT NULL CHECK (kind IN ('serve', 'backfill', 'sync')),
  host         TEXT    NOT NULL,
  pid          INTEGER NOT NULL,
  started_at   INTEGER NOT NULL,
  beat_at      INTEGER NOT NULL,
  mapping_hash TEXT    NOT NULL,
  health       TEXT    NOT NULL             -- JSON: connection, pause and credits, for status
) STRICT;

-- Zoho's field list as last read, shared by all processes.
CREATE TABLE field_list (
  module  TEXT    PRIMARY KEY,
  read_at INTEGER NOT NULL,
  fields  TEXT    NOT NULL                  -- JSON
) STRICT;

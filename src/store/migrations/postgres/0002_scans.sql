-- The twin of ../sqlite/0002_scans.sql.
ALTER TABLE ledger ADD COLUMN tags TEXT NOT NULL DEFAULT '[]';
ALTER TABLE ledger ADD COLUMN wrote TEXT NOT NULL DEFAULT '[]';
ALTER TABLE ledger ADD COLUMN email_hash TEXT COLLATE "C";
CREATE INDEX ledger_email ON ledger (email_hash) WHERE email_hash IS NOT NULL;

ALTER TABLE outbox ADD COLUMN scan BIGINT;
CREATE INDEX outbox_scan ON outbox (scan) WHERE scan IS NOT NULL AND state = 'waiting';
ALTER TABLE outbox ADD COLUMN policy TEXT;

ALTER TABLE store ADD COLUMN org TEXT;
ALTER TABLE store ADD COLUMN served_at BIGINT;
ALTER TABLE store ADD COLUMN gap BIGINT;
ALTER TABLE store ADD COLUMN backfilled_at BIGINT;
ALTER TABLE store ADD COLUMN credits_half BIGINT;

CREATE TABLE scan (
  kind        TEXT   COLLATE "C" PRIMARY KEY CHECK (kind IN ('backfill', 'reconcile')),
  run         BIGINT NOT NULL,
  state       TEXT   NOT NULL CHECK (state IN ('reading', 'delivering', 'done', 'stopped')),
  options     TEXT   NOT NULL,
  page_token  TEXT,
  last_id     TEXT   COLLATE "C",
  started_at  BIGINT NOT NULL,
  finished_at BIGINT,
  holder      TEXT
);

CREATE TABLE scan_count (
  run     BIGINT NOT NULL,
  outcome TEXT   COLLATE "C" NOT NULL,
  reason  TEXT   COLLATE "C" NOT NULL,
  n       BIGINT NOT NULL,
  PRIMARY KEY (run, outcome, reason)
);

CREATE TABLE absent (
  identity_id TEXT   COLLATE "C" PRIMARY KEY,
  run         BIGINT NOT NULL
);

CREATE TABLE process (
  id           TEXT   COLLATE "C" PRIMARY KEY,
  kind         TEXT   NOT NULL CHECK (kind IN ('serve', 'backfill', 'sync')),
  host         TEXT   NOT NULL,
  pid          BIGINT NOT NULL,
  started_at   BIGINT NOT NULL,
  beat_at      BIGINT NOT NULL,
  mapping_hash TEXT   NOT NULL,
  health       TEXT   NOT NULL
);

CREATE TABLE field_list (
  module  TEXT   COLLATE "C" PRIMARY KEY,
  read_at BIGINT NOT NULL,
  fields  TEXT   NOT NULL
);

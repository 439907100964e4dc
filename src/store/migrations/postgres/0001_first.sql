-- The twin of ../sqlite/0001_first.sql, which says what each column holds. All whole numbers are BIGINT: SQLite's have
-- 64 bits too. What is looked up by is COLLATE "C": the order of bytes, as SQLite has it, which no update of the
-- server's locales changes under an index.
CREATE TABLE store (
  id            BIGINT  PRIMARY KEY CHECK (id = 1),
  hmac_key      BYTEA   NOT NULL,
  born_at       BIGINT  NOT NULL,
  revision      BIGINT  NOT NULL DEFAULT 0,
  mapping_hash  TEXT,
  zoho          TEXT,
  ory           TEXT,
  ory_confirmed BIGINT  NOT NULL DEFAULT 0
);

CREATE TABLE outbox (
  identity_id     TEXT    COLLATE "C" PRIMARY KEY,
  kind            TEXT    NOT NULL CHECK (kind IN ('upsert', 'delete', 'erase')),
  state           TEXT    NOT NULL CHECK (state IN ('waiting', 'failed')),
  event           TEXT    NOT NULL,
  priority        BIGINT  NOT NULL,
  payload         TEXT,
  hint            BIGINT  NOT NULL,
  read_first      BIGINT  NOT NULL,
  compare         BIGINT  NOT NULL,
  version         BIGINT,
  verified        BIGINT  NOT NULL,
  as_of           BIGINT  NOT NULL,
  content_hash    TEXT    NOT NULL,
  mapping_hash    TEXT    NOT NULL,
  email_key       TEXT    COLLATE "C",
  mapped_key      TEXT    COLLATE "C",
  revision        BIGINT  NOT NULL,
  put_at          BIGINT  NOT NULL,
  due_at          BIGINT  NOT NULL,
  lease_token     TEXT    COLLATE "C",
  lease_until     BIGINT,
  leased_key      TEXT    COLLATE "C",
  marks           TEXT    NOT NULL,
  strikes         BIGINT  NOT NULL DEFAULT 0,
  first_strike_at BIGINT,
  batch_limit     BIGINT  NOT NULL DEFAULT 100,
  attempts        BIGINT  NOT NULL DEFAULT 0,
  later_since     BIGINT,
  waits_for       TEXT    COLLATE "C",
  waits_since     BIGINT,
  reason          TEXT,
  code            TEXT,
  field           TEXT,
  message         TEXT,
  answer          TEXT,
  failed_at       BIGINT
);

CREATE INDEX outbox_due ON outbox (priority, due_at) WHERE state = 'waiting';
CREATE INDEX outbox_lease ON outbox (lease_token) WHERE lease_token IS NOT NULL;
CREATE INDEX outbox_leased_key ON outbox (leased_key) WHERE lease_token IS NOT NULL;
CREATE INDEX outbox_mapped_key ON outbox (mapped_key) WHERE lease_token IS NOT NULL;
CREATE INDEX outbox_waits_for ON outbox (waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX outbox_failed ON outbox (failed_at) WHERE state = 'failed';

CREATE TABLE ledger (
  identity_id  TEXT   COLLATE "C" PRIMARY KEY,
  contact_id   TEXT   COLLATE "C" UNIQUE,
  linked_at    BIGINT,
  version      BIGINT,
  verified     BIGINT NOT NULL DEFAULT 0,
  as_of        BIGINT NOT NULL DEFAULT 0,
  content_hash TEXT,
  mapping_hash TEXT,
  sent         TEXT   NOT NULL DEFAULT '{}',
  refused      TEXT   NOT NULL DEFAULT '{}',
  outcome      TEXT,
  reason       TEXT,
  settled_at   BIGINT,
  erased_at    BIGINT,
  deleted_at   BIGINT
);

CREATE TABLE token (
  key   TEXT COLLATE "C" PRIMARY KEY,
  value TEXT NOT NULL
);

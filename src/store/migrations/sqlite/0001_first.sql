-- The store's own row: the key of its HMACs, its birth, the one revision counter, and what it is bound to.
CREATE TABLE store (
  id            INTEGER PRIMARY KEY CHECK (id = 1),
  hmac_key      BLOB    NOT NULL,
  born_at       INTEGER NOT NULL,            -- ms since 1970
  revision      INTEGER NOT NULL DEFAULT 0,  -- every put and every strong read draws from it (rule 2)
  mapping_hash  TEXT,                        -- of the process that started last (rule 18)
  zoho          TEXT,                        -- the Zoho connection of the first use
  ory           TEXT,                        -- the Ory project of the first use
  ory_confirmed INTEGER NOT NULL DEFAULT 0   -- that project has returned an identity the ledger knows
) STRICT;

-- The durable queue: one row per identity that has something to deliver, or that Zoho refused.
-- The states and the ways out of each are written in src/store/outbox/row.ts.
CREATE TABLE outbox (
  identity_id     TEXT    PRIMARY KEY,
  kind            TEXT    NOT NULL CHECK (kind IN ('upsert', 'delete', 'erase')),
  state           TEXT    NOT NULL CHECK (state IN ('waiting', 'failed')),
  event           TEXT    NOT NULL,
  priority        INTEGER NOT NULL,
  payload         TEXT,                        -- the identity as JSON text, ASCII-safe for NUL and lone surrogates
  hint            INTEGER NOT NULL,            -- 1: the payload has no updated_at (rule 5)
  read_first      INTEGER NOT NULL,            -- 1: read the identity from Ory before delivery
  compare         INTEGER NOT NULL,            -- 1: compare with the contact in Zoho, not with hashes (rule 4)
  version         INTEGER,                     -- updated_at in microseconds; null: never known
  verified        INTEGER NOT NULL,            -- number of verified addresses (rule 1)
  as_of           INTEGER NOT NULL,            -- rule 2
  content_hash    TEXT    NOT NULL,
  mapping_hash    TEXT    NOT NULL,
  email_key       TEXT,                        -- email as put, trimmed and lower-cased (rule 10)
  mapped_key      TEXT,                        -- the same of the read or mapped email, where it differs
  revision        INTEGER NOT NULL,            -- moves with every put that changes what is to be delivered
  put_at          INTEGER NOT NULL,
  due_at          INTEGER NOT NULL,
  lease_token     TEXT,
  lease_until     INTEGER,
  leased_key      TEXT,                        -- email_key as it was claimed: a put during the lease must not free it
  marks           TEXT    NOT NULL,            -- JSON: what calls under way or in doubt have sent (rule 11)
  strikes         INTEGER NOT NULL DEFAULT 0,  -- rule 14
  first_strike_at INTEGER,
  batch_limit     INTEGER NOT NULL DEFAULT 100,
  attempts        INTEGER NOT NULL DEFAULT 0,  -- answers "later" to this record (rule 13)
  later_since     INTEGER,
  waits_for       TEXT,                        -- the identity that holds our contact (rule 21)
  waits_since     INTEGER,
  reason          TEXT,
  code            TEXT,
  field           TEXT,
  message         TEXT,
  answer          TEXT,
  failed_at       INTEGER
) STRICT;

CREATE INDEX outbox_due ON outbox (priority, due_at) WHERE state = 'waiting';
CREATE INDEX outbox_lease ON outbox (lease_token) WHERE lease_token IS NOT NULL;
CREATE INDEX outbox_leased_key ON outbox (leased_key) WHERE lease_token IS NOT NULL;
CREATE INDEX outbox_mapped_key ON outbox (mapped_key) WHERE lease_token IS NOT NULL;
CREATE INDEX outbox_waits_for ON outbox (waits_for) WHERE waits_for IS NOT NULL;
CREATE INDEX outbox_failed ON outbox (failed_at) WHERE state = 'failed';

-- One row per identity ever seen. No traits: ids, and HMACs of what was last sent.
CREATE TABLE ledger (
  identity_id  TEXT PRIMARY KEY,
  contact_id   TEXT UNIQUE,                 -- the link
  linked_at    INTEGER,
  version      INTEGER,
  verified     INTEGER NOT NULL DEFAULT 0,
  as_of        INTEGER NOT NULL DEFAULT 0,
  content_hash TEXT,
  mapping_hash TEXT,
  sent         TEXT NOT NULL DEFAULT '{}',  -- JSON: field -> HMAC of the value last sent
  refused      TEXT NOT NULL DEFAULT '{}',  -- JSON: field -> HMAC of the value Zoho refused (rule 18)
  outcome      TEXT,
  reason       TEXT,
  settled_at   INTEGER,
  erased_at    INTEGER,
  deleted_at   INTEGER
) STRICT;

-- The shared token cache: one row per connection.
CREATE TABLE token (
  key   TEXT PRIMARY KEY,
  value TEXT NOT NULL                       -- JSON; the access token in it is encrypted
) STRICT;

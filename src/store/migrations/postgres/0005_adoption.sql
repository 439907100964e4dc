-- The twin of ../sqlite/0005_adoption.sql.
ALTER TABLE ledger ADD COLUMN kept TEXT NOT NULL DEFAULT '{}';
ALTER TABLE ledger ADD COLUMN origin TEXT;

ALTER TABLE outbox ADD COLUMN overwrite BIGINT NOT NULL DEFAULT 0;
ALTER TABLE outbox ADD COLUMN waits_reason TEXT COLLATE "C";
CREATE INDEX outbox_waits_reason ON outbox (waits_reason, due_at) WHERE waits_reason IS NOT NULL;

-- The twin of ../sqlite/0003_keys.sql, which says what each column holds.
CREATE TABLE identity_key (
  key         TEXT   COLLATE "C" NOT NULL,
  identity_id TEXT   COLLATE "C" NOT NULL,
  lease_token TEXT   COLLATE "C",
  in_doubt    BIGINT NOT NULL DEFAULT 0,
  linked      BIGINT NOT NULL DEFAULT 0,
  PRIMARY KEY (key, identity_id)
);
CREATE INDEX identity_key_identity ON identity_key (identity_id);
CREATE INDEX identity_key_in_doubt ON identity_key (key) WHERE in_doubt = 1;

INSERT INTO identity_key (key, identity_id, linked)
SELECT email_hash, identity_id, 1 FROM ledger WHERE email_hash IS NOT NULL AND contact_id IS NOT NULL;
DROP INDEX ledger_email;
ALTER TABLE ledger DROP COLUMN email_hash;

INSERT INTO identity_key (key, identity_id, in_doubt)
SELECT DISTINCT lower(trim(mark ->> 'key')), identity_id, 1
  FROM outbox, jsonb_array_elements(outbox.marks::jsonb) AS mark WHERE mark ->> 'key' IS NOT NULL;
INSERT INTO identity_key (key, identity_id, in_doubt)
SELECT DISTINCT 'contact:' || (mark ->> 'contact'), identity_id, 1
  FROM outbox, jsonb_array_elements(outbox.marks::jsonb) AS mark WHERE mark ->> 'contact' IS NOT NULL;

DROP INDEX outbox_leased_key;
DROP INDEX outbox_mapped_key;
ALTER TABLE outbox DROP COLUMN leased_key;
CREATE INDEX outbox_email_key ON outbox (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX outbox_mapped_key ON outbox (mapped_key) WHERE mapped_key IS NOT NULL;
ALTER TABLE outbox ADD COLUMN settle_doubt BIGINT;
CREATE INDEX outbox_settle_doubt ON outbox (settle_doubt) WHERE settle_doubt IS NOT NULL;

-- What an identity holds, and nothing else may use beside it: emails that it writes under, contacts that it is about to take,
-- both under a lease or in doubt (rules 10 and 11). And, for all who are linked, which email their contact has.
CREATE TABLE identity_key (
  key         TEXT    NOT NULL,            -- an email, trimmed and lower-cased; contact:ID; linked: HMAC of the email
  identity_id TEXT    NOT NULL,
  lease_token TEXT,                        -- of the claim that works under this key; it counts while the outbox row has that lease
  in_doubt    INTEGER NOT NULL DEFAULT 0,  -- 1: a call that sent it has no answer yet
  linked      INTEGER NOT NULL DEFAULT 0,  -- 1: the linked contact has this email, as far as we know
  PRIMARY KEY (key, identity_id)
) STRICT;
CREATE INDEX identity_key_identity ON identity_key (identity_id);
CREATE INDEX identity_key_in_doubt ON identity_key (key) WHERE in_doubt = 1;

INSERT INTO identity_key (key, identity_id, linked)
SELECT email_hash, identity_id, 1 FROM ledger WHERE email_hash IS NOT NULL AND contact_id IS NOT NULL;
DROP INDEX ledger_email;
ALTER TABLE ledger DROP COLUMN email_hash;

-- Calls that had no answer when this version first ran hold their emails and contacts from here on.
INSERT INTO identity_key (key, identity_id, in_doubt)
SELECT DISTINCT lower(trim(json_extract(mark.value, '$.key'))), identity_id, 1
  FROM outbox, json_each(outbox.marks) AS mark WHERE json_extract(mark.value, '$.key') IS NOT NULL;
INSERT INTO identity_key (key, identity_id, in_doubt)
SELECT DISTINCT 'contact:' || json_extract(mark.value, '$.contact'), identity_id, 1
  FROM outbox, json_each(outbox.marks) AS mark WHERE json_extract(mark.value, '$.contact') IS NOT NULL;

DROP INDEX outbox_leased_key;
DROP INDEX outbox_mapped_key;
ALTER TABLE outbox DROP COLUMN leased_key;
CREATE INDEX outbox_email_key ON outbox (email_key) WHERE email_key IS NOT NULL;
CREATE INDEX outbox_mapped_key ON outbox (mapped_key) WHERE mapped_key IS NOT NULL;
-- Another identity waits for this row's doubt: the priority of the one that waits; null = none does (rule 10).
ALTER TABLE outbox ADD COLUMN settle_doubt INTEGER;
CREATE INDEX outbox_settle_doubt ON outbox (settle_doubt) WHERE settle_doubt IS NOT NULL;

-- 1: only the mapping differs from what was delivered: the contact keeps its fields and gets the Ory id alone (rule 25).
ALTER TABLE outbox ADD COLUMN id_only INTEGER NOT NULL DEFAULT 0;

-- By mapping: the contacts that are there, and the identities that were left out. Counted at each scrape of the metrics.
-- 16 characters of a hash tell it from the others, and keep the index small.
CREATE INDEX ledger_contacts_by_mapping ON ledger (substr(mapping_hash, 1, 16))
  WHERE contact_id IS NOT NULL AND deleted_at IS NULL AND erased_at IS NULL;
CREATE INDEX ledger_skipped_by_mapping ON ledger (substr(mapping_hash, 1, 16))
  WHERE contact_id IS NULL AND outcome = 'skipped' AND deleted_at IS NULL AND erased_at IS NULL;

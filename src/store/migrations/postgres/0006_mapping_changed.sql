-- The twin of ../sqlite/0006_mapping_changed.sql. Hashes are hex digits, which every locale sorts alike.
ALTER TABLE outbox ADD COLUMN id_only BIGINT NOT NULL DEFAULT 0;

CREATE INDEX ledger_contacts_by_mapping ON ledger (substr(mapping_hash, 1, 16))
  WHERE contact_id IS NOT NULL AND deleted_at IS NULL AND erased_at IS NULL;
CREATE INDEX ledger_skipped_by_mapping ON ledger (substr(mapping_hash, 1, 16))
  WHERE contact_id IS NULL AND outcome = 'skipped' AND deleted_at IS NULL AND erased_at IS NULL;

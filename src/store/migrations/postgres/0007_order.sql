-- Which of two snapshots of one updated_at is newer (rule 1), as HMACs; null = of a snapshot before this migration.
-- addresses_hash: the values of the verifiable addresses. profile_hash: all but what is verified and the last sign-in.
ALTER TABLE outbox ADD COLUMN addresses_hash TEXT;
ALTER TABLE outbox ADD COLUMN profile_hash TEXT;
ALTER TABLE ledger ADD COLUMN addresses_hash TEXT;
ALTER TABLE ledger ADD COLUMN profile_hash TEXT;

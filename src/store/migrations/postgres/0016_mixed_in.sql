-- The twin of ../sqlite/0016_mixed_in.sql.
ALTER TABLE ledger ADD COLUMN mixed_in TEXT NOT NULL DEFAULT '[]';

-- The twin of ../sqlite/0009_incomplete.sql.
ALTER TABLE ledger ADD COLUMN incomplete TEXT NOT NULL DEFAULT '[]';

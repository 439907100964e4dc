-- The twin of ../sqlite/0011_matched.sql.
ALTER TABLE ledger ADD COLUMN matched TEXT COLLATE "C";

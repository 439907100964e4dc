-- The fields of the contact that a call for another identity has written, as JSON: names, no values. They are written again.
ALTER TABLE ledger ADD COLUMN mixed_in TEXT NOT NULL DEFAULT '[]';

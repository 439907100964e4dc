-- The fields of the contact that do not have the value that the mapping made, and why, as JSON: no values. Those that Zoho
-- refused are in `refused`.
ALTER TABLE ledger ADD COLUMN incomplete TEXT NOT NULL DEFAULT '[]';

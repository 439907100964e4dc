-- The twin of ../sqlite/0014_erased_contacts.sql.
ALTER TABLE ledger ADD COLUMN erased_contacts TEXT COLLATE "C" NOT NULL DEFAULT '[]';

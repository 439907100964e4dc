-- JSON: ids of the contacts that Zoho was asked to delete for the erasure of this identity, so that its report can name them.
ALTER TABLE ledger ADD COLUMN erased_contacts TEXT NOT NULL DEFAULT '[]';

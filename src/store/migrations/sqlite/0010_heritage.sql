-- What was remembered of a contact whose identity gave it up (rule 21), until another identity has taken it over.
CREATE TABLE heritage (
  contact_id TEXT PRIMARY KEY,
  email_hash TEXT,               -- HMAC of the email it was last known under
  sent       TEXT NOT NULL,      -- JSON: field -> HMAC of the value last sent
  tags       TEXT NOT NULL,      -- JSON: tags we have put on
  origin     TEXT                -- as in ledger
) STRICT;
CREATE INDEX heritage_email ON heritage (email_hash) WHERE email_hash IS NOT NULL;

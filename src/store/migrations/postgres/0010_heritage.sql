-- The twin of ../sqlite/0010_heritage.sql.
CREATE TABLE heritage (
  contact_id TEXT COLLATE "C" PRIMARY KEY,
  email_hash TEXT COLLATE "C",
  sent       TEXT NOT NULL,
  tags       TEXT NOT NULL,
  origin     TEXT
);
CREATE INDEX heritage_email ON heritage (email_hash) WHERE email_hash IS NOT NULL;

-- Field -> HMAC of Ory's value when `adopt: fill` left the field as it was: it stays so until that value changes.
ALTER TABLE ledger ADD COLUMN kept TEXT NOT NULL DEFAULT '{}';
-- Of the link: 'made' = ory-zoho made the contact, 'found' = it was there before. Null: linked before this was kept.
ALTER TABLE ledger ADD COLUMN origin TEXT;

-- 1: a person insists (`sync --overwrite`): fields that `adopt: fill` left as they were are written too.
ALTER TABLE outbox ADD COLUMN overwrite INTEGER NOT NULL DEFAULT 0;
-- What a row waits for that only a person can give, as a reason such as needs_coql.
ALTER TABLE outbox ADD COLUMN waits_reason TEXT;
CREATE INDEX outbox_waits_reason ON outbox (waits_reason, due_at) WHERE waits_reason IS NOT NULL;

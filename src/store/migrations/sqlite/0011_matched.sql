-- The contact that has the identity's email and was not taken over, since the email is not verified (unverified_match).
ALTER TABLE ledger ADD COLUMN matched TEXT;

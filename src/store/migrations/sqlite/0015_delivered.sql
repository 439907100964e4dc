-- How many deliveries had which outcome, in slots of ten minutes since 1970; kept for a day.
CREATE TABLE delivered (
  slot INTEGER NOT NULL,
  outcome TEXT NOT NULL,
  n INTEGER NOT NULL,
  PRIMARY KEY (slot, outcome)
) STRICT, WITHOUT ROWID;

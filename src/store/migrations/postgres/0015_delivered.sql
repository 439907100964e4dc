-- How many deliveries had which outcome, in slots of ten minutes since 1970; kept for a day.
CREATE TABLE delivered (
  slot BIGINT NOT NULL,
  outcome TEXT COLLATE "C" NOT NULL,
  n BIGINT NOT NULL,
  PRIMARY KEY (slot, outcome)
);

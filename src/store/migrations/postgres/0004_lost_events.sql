-- Webhooks that came with an empty body: each says that the event of some identity is lost.
ALTER TABLE store ADD COLUMN empty_bodies BIGINT NOT NULL DEFAULT 0; -- how many, since the store was made
ALTER TABLE store ADD COLUMN empty_body_at BIGINT;    -- when the last one came
ALTER TABLE store ADD COLUMN empty_since BIGINT;      -- when the first one came for which no scan has begun
ALTER TABLE store ADD COLUMN empty_gap BIGINT;        -- the gap noted for them, until a scan has closed it
ALTER TABLE store ADD COLUMN empty_rest_until BIGINT; -- no further gap is noted for them before

-- Images, by what they show. Each lies in the office's store of images under its digest. One that another takes the place of stays on record.
CREATE TABLE blob (
    seq      BIGINT PRIMARY KEY NOT NULL,
    kind     TEXT   NOT NULL,             -- page, strip, signature, reference
    section  BIGINT NOT NULL,             -- 0 with a reference signature
    place    BIGINT NOT NULL,             -- the page, or the line; of a voter's reference signatures the first, the second and so on
    voter_id TEXT   NOT NULL,             -- whose reference signature it is; empty with the others
    digest   TEXT   NOT NULL,             -- SHA-256 of the image, 64 hexadecimal digits
    form     TEXT   NOT NULL,             -- png, jpeg, tiff
    bytes    BIGINT NOT NULL,
    width    BIGINT NOT NULL,             -- in pixels
    height   BIGINT NOT NULL,
    added_by TEXT   NOT NULL,
    added_at BIGINT NOT NULL
);

CREATE INDEX blob_of ON blob (kind, section, place, voter_id, seq);

CREATE FUNCTION blob_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'what an image shows is never %', TG_ARGV[0]; END $$;

CREATE TRIGGER blob_is_kept BEFORE DELETE ON blob
FOR EACH ROW EXECUTE FUNCTION blob_is_for_ever('removed');

CREATE TRIGGER blob_is_unchanged BEFORE UPDATE ON blob
FOR EACH ROW EXECUTE FUNCTION blob_is_for_ever('changed');

CREATE TRIGGER blobs_are_kept BEFORE TRUNCATE ON blob
FOR EACH STATEMENT EXECUTE FUNCTION blob_is_for_ever('removed');

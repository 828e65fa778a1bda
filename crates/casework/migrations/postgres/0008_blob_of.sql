-- The reference signatures of one voter are asked for without knowing how many there are: the voter comes before the place.
DROP INDEX blob_of;
CREATE INDEX blob_of ON blob (kind, section, voter_id, place, seq);

-- How alike the signature on a line and the likest reference signature of its likeliest voter look to the machine: it puts contact sheets in order, and decides
-- nothing. Of a line the last one counts; those before it stay on record.
CREATE TABLE similarity (
    seq         BIGINT PRIMARY KEY NOT NULL,
    section     BIGINT NOT NULL,
    line        BIGINT NOT NULL,
    voter_id    TEXT   NOT NULL,
    reference   BIGINT,                   -- which of the voter's reference signatures; none where no two images could be compared
    permille    BIGINT,                   -- how alike they look, in thousandths; likewise
    method      TEXT   NOT NULL,          -- the way of comparing: numbers of different ways do not compare
    rests_on    TEXT   NOT NULL,          -- SHA-256 over the way, the voter and the digests of the images, 64 hexadecimal digits
    compared_at BIGINT NOT NULL
);

CREATE INDEX similarity_of ON similarity (section, line, seq);

-- The examination room of the proponents. What is on record of it is never changed or removed: openings, closings, days, sums, challenges, answers.
CREATE TABLE room_record (
    seq     BIGINT PRIMARY KEY NOT NULL,
    at      BIGINT NOT NULL,              -- microseconds since 1970-01-01 UTC, as all times here
    actor   TEXT   NOT NULL,
    name    TEXT   UNIQUE,                -- of what there can be one of
    content TEXT   NOT NULL               -- JSON
);

CREATE TRIGGER room_record_is_kept BEFORE DELETE ON room_record
BEGIN SELECT RAISE(ABORT, 'a record of the examination room is never removed'); END;

CREATE TRIGGER room_record_is_unchanged BEFORE UPDATE ON room_record
BEGIN SELECT RAISE(ABORT, 'a record of the examination room is never changed'); END;

-- Every line that a representative was shown, put here before it was. The voters' records beside it are in the table access.
CREATE TABLE room_view (
    seq     BIGINT PRIMARY KEY NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    section BIGINT NOT NULL,
    line    BIGINT NOT NULL
);

CREATE INDEX room_view_by ON room_view (person, at);

CREATE TRIGGER room_view_is_kept BEFORE DELETE ON room_view
BEGIN SELECT RAISE(ABORT, 'a look in the examination room is never removed'); END;

CREATE TRIGGER room_view_is_unchanged BEFORE UPDATE ON room_view
BEGIN SELECT RAISE(ABORT, 'a look in the examination room is never changed'); END;

-- The proponents' own marks, theirs to change and to take away. The API shows them to no role of the office; whoever may read this database can.
CREATE TABLE room_mark (
    section BIGINT NOT NULL,
    line    BIGINT NOT NULL,
    text    TEXT   NOT NULL,
    person  TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (section, line)
);

-- People who key. These two tables do not follow from the events: they keep what each wrote until two agree.
CREATE TABLE keying (
    section   BIGINT NOT NULL,
    person    TEXT   NOT NULL,
    until     BIGINT NOT NULL,            -- microseconds since 1970-01-01 UTC; the section goes back then
    handed_in BIGINT,
    PRIMARY KEY (section, person)
);

CREATE INDEX keying_in_hand ON keying (person) WHERE handed_in IS NULL;

CREATE TABLE keyed (
    section BIGINT NOT NULL,
    line    BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    text    TEXT   NOT NULL,              -- JSON; empty fields where nothing can be read
    at      BIGINT NOT NULL,
    PRIMARY KEY (section, line, person)
);

-- What stands on lines by the last keying of each. Follows from the events.
CREATE TABLE keyed_line (
    section      BIGINT NOT NULL,
    line         BIGINT NOT NULL,
    keyed_in     BIGINT NOT NULL,         -- the event
    printed_name TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    city         TEXT   NOT NULL,
    zip          TEXT   NOT NULL,
    date_signed  TEXT   NOT NULL,
    PRIMARY KEY (section, line)
);

-- Lines that were received without a text.
CREATE INDEX line_blank ON line (section, line)
    WHERE printed_name = '' AND address = '' AND city = '' AND zip = '' AND date_signed = '';

-- People who key. These two tables do not follow from the events: they keep what each wrote until two agree.
CREATE TABLE keying (
    section   BIGINT NOT NULL,
    person    TEXT   NOT NULL,
    until     BIGINT NOT NULL,            -- microseconds since 1970-01-01 UTC; the section goes back then
    handed_in BIGINT,
    PRIMARY KEY (section, person)
);

CREATE TABLE keyed (
    section BIGINT NOT NULL,
    line    BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    text    TEXT   NOT NULL,              -- JSON; empty fields where nothing can be read
    at      BIGINT NOT NULL,
    PRIMARY KEY (section, line, person)
);

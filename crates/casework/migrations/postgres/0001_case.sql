-- The events of a case: the only source of truth. Nothing here is ever changed or removed (nothing-vanishes).
CREATE TABLE event (
    seq     BIGINT PRIMARY KEY NOT NULL,
    at      BIGINT NOT NULL,              -- microseconds since 1970-01-01 UTC
    actor   TEXT   NOT NULL,
    kind    TEXT   NOT NULL,
    public  TEXT   NOT NULL,              -- JSON that may be published
    private TEXT,                         -- JSON that stays in the office
    leaf    TEXT   NOT NULL               -- hash of the event as a leaf of the log, 64 hexadecimal digits
);

CREATE FUNCTION event_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'nothing-vanishes: an event is never %', TG_ARGV[0]; END $$;

CREATE TRIGGER event_is_kept BEFORE DELETE ON event
FOR EACH ROW EXECUTE FUNCTION event_is_for_ever('removed');

CREATE TRIGGER event_is_unchanged BEFORE UPDATE ON event
FOR EACH ROW EXECUTE FUNCTION event_is_for_ever('changed');

CREATE TRIGGER events_are_kept BEFORE TRUNCATE ON event
FOR EACH STATEMENT EXECUTE FUNCTION event_is_for_ever('removed');

-- The tables below are what screens and reports read. They follow from the events and can be rebuilt at any time.
CREATE TABLE section (
    section            BIGINT PRIMARY KEY NOT NULL,
    circulator         TEXT   NOT NULL,
    circulator_address TEXT   NOT NULL,
    signed_from        TEXT,
    signed_to          TEXT,
    executed_on        TEXT,
    lines              BIGINT NOT NULL,
    state              TEXT   NOT NULL,   -- received, or the ground on which it is void
    searched_in        BIGINT             -- the event with the last search of its signers
);

CREATE TABLE line (
    section      BIGINT NOT NULL,
    line         BIGINT NOT NULL,
    page         BIGINT NOT NULL,
    printed_name TEXT   NOT NULL,
    address      TEXT   NOT NULL,
    city         TEXT   NOT NULL,
    zip          TEXT   NOT NULL,
    date_signed  TEXT   NOT NULL,
    signature    TEXT   NOT NULL,
    PRIMARY KEY (section, line)
);

CREATE TABLE line_state (
    section     BIGINT NOT NULL,
    line        BIGINT NOT NULL,
    state       TEXT   NOT NULL,          -- undecided, mismatch_pending, decided, struck
    voter_id    TEXT,
    disposition TEXT,                     -- valid, invalid, or NULL while people have to look at it
    reason      TEXT,                     -- the primary reason
    findings    TEXT   NOT NULL,          -- every reason found, primary first, with commas
    PRIMARY KEY (section, line)
);

CREATE TABLE withdrawal (
    seq         BIGINT PRIMARY KEY NOT NULL,
    voter_id    TEXT   NOT NULL,
    received_on TEXT   NOT NULL,
    accepted    BIGINT NOT NULL
);

CREATE TABLE certificate (
    seq          BIGINT PRIMARY KEY NOT NULL,
    certified_on TEXT   NOT NULL,
    verdict      TEXT   NOT NULL,
    valid        BIGINT NOT NULL,
    digest       TEXT   NOT NULL
);

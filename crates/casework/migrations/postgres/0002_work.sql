-- People at work. These tables do not follow from the events: they say who has which lines in hand, and keep what was found until it becomes one.
CREATE TABLE batch (
    id        TEXT   PRIMARY KEY NOT NULL,
    person    TEXT   NOT NULL,
    stage     TEXT   NOT NULL,
    opened_at BIGINT NOT NULL,            -- microseconds since 1970-01-01 UTC, as all times here
    until     BIGINT NOT NULL,            -- the lines go back to their queue then
    not_before BIGINT NOT NULL,           -- a contact sheet is not passed before
    closed_at BIGINT
);

CREATE INDEX batch_open ON batch (until) WHERE closed_at IS NULL;

CREATE TABLE in_hand (
    section  BIGINT NOT NULL,
    line     BIGINT NOT NULL,
    batch    TEXT   NOT NULL,
    place    BIGINT NOT NULL,             -- its place in the batch, from 1
    kind     TEXT   NOT NULL,             -- work; known, second: looks for the sake of quality, which become no events
    finding  TEXT,                        -- what the person found, as JSON; an event once the batch is closed
    found_at BIGINT,
    PRIMARY KEY (section, line)
);

CREATE INDEX in_hand_batch ON in_hand (batch);

-- Who has looked at a line, or passed it on: nobody gets it a second time, unless the finding could not become an event.
CREATE TABLE looked (
    section  BIGINT NOT NULL,
    line     BIGINT NOT NULL,
    person   TEXT   NOT NULL,
    what     TEXT   NOT NULL,             -- found, known, second, refused, skipped, escalated, flagged
    note     TEXT   NOT NULL,             -- what was found, by name, or why
    at       BIGINT NOT NULL,
    PRIMARY KEY (section, line, person)
);

CREATE INDEX looked_by ON looked (person);
CREATE INDEX looked_apart ON looked (section, line) WHERE what IN ('escalated', 'flagged');

-- Every look at a voter's record: who, what, why. Nothing is ever changed or removed but by the destruction of the whole case.
CREATE TABLE access (
    seq      BIGINT PRIMARY KEY NOT NULL,
    at       BIGINT NOT NULL,
    person   TEXT   NOT NULL,
    voter_id TEXT   NOT NULL,
    section  BIGINT,                      -- the line for whose sake, if any
    line     BIGINT,
    why      TEXT   NOT NULL
);

CREATE FUNCTION access_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a look at a record is never %', TG_ARGV[0]; END $$;

CREATE TRIGGER access_is_kept BEFORE DELETE ON access
FOR EACH ROW EXECUTE FUNCTION access_is_for_ever('removed');

CREATE TRIGGER access_is_unchanged BEFORE UPDATE ON access
FOR EACH ROW EXECUTE FUNCTION access_is_for_ever('changed');

CREATE TRIGGER accesses_are_kept BEFORE TRUNCATE ON access
FOR EACH STATEMENT EXECUTE FUNCTION access_is_for_ever('removed');

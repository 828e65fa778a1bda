-- Who took the log of looks at records out of the case: whose, from when, and of what. Nothing is ever changed or removed.
CREATE TABLE access_export (
    id     TEXT   PRIMARY KEY NOT NULL,
    at     BIGINT NOT NULL,               -- microseconds since 1970-01-01 UTC, as all times here
    person TEXT   NOT NULL,
    wanted TEXT   NOT NULL,               -- which looks, as JSON
    until  BIGINT NOT NULL                -- the last look that was on record then
);

-- Days after the certificate on which the time rests for which the petition is kept. The last entry of a name stands; none is ever changed or removed.
CREATE TABLE later_day (
    seq     BIGINT PRIMARY KEY NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    name    TEXT   NOT NULL,              -- of the milestone
    day     TEXT   NOT NULL,              -- the day, or never: it will not come
    because TEXT   NOT NULL
);

-- Legal holds: while one stands, nothing of the case is destroyed. Lifting one is an entry of its own.
CREATE TABLE legal_hold (
    id        TEXT   PRIMARY KEY NOT NULL,
    at        BIGINT NOT NULL,
    person    TEXT   NOT NULL,
    asked_by  TEXT   NOT NULL,
    authority TEXT   NOT NULL,
    since     TEXT   NOT NULL,            -- the day from which on it holds
    because   TEXT   NOT NULL
);

CREATE TABLE legal_hold_lifted (
    id      TEXT   PRIMARY KEY NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    because TEXT   NOT NULL
);

CREATE FUNCTION record_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'what is on record is never %', TG_ARGV[0]; END $$;

CREATE TRIGGER access_export_is_kept BEFORE DELETE ON access_export
FOR EACH ROW EXECUTE FUNCTION record_is_for_ever('removed');

CREATE TRIGGER access_export_is_unchanged BEFORE UPDATE ON access_export
FOR EACH ROW EXECUTE FUNCTION record_is_for_ever('changed');

CREATE TRIGGER access_export_is_whole BEFORE TRUNCATE ON access_export
FOR EACH STATEMENT EXECUTE FUNCTION record_is_for_ever('removed');

CREATE TRIGGER later_day_is_kept BEFORE DELETE ON later_day
FOR EACH ROW EXECUTE FUNCTION record_is_for_ever('removed');

CREATE TRIGGER later_day_is_unchanged BEFORE UPDATE ON later_day
FOR EACH ROW EXECUTE FUNCTION record_is_for_ever('changed');

CREATE TRIGGER later_day_is_whole BEFORE TRUNCATE ON later_day
FOR EACH STATEMENT EXECUTE FUNCTION record_is_for_ever('removed');

CREATE TRIGGER legal_hold_is_kept BEFORE DELETE ON legal_hold
FOR EACH ROW EXECUTE FUNCTION record_is_for_ever('removed');

CREATE TRIGGER legal_hold_is_unchanged BEFORE UPDATE ON legal_hold
FOR EACH ROW EXECUTE FUNCTION record_is_for_ever('changed');

CREATE TRIGGER legal_hold_is_whole BEFORE TRUNCATE ON legal_hold
FOR EACH STATEMENT EXECUTE FUNCTION record_is_for_ever('removed');

CREATE TRIGGER legal_hold_lifted_is_kept BEFORE DELETE ON legal_hold_lifted
FOR EACH ROW EXECUTE FUNCTION record_is_for_ever('removed');

CREATE TRIGGER legal_hold_lifted_is_unchanged BEFORE UPDATE ON legal_hold_lifted
FOR EACH ROW EXECUTE FUNCTION record_is_for_ever('changed');

CREATE TRIGGER legal_hold_lifted_is_whole BEFORE TRUNCATE ON legal_hold_lifted
FOR EACH STATEMENT EXECUTE FUNCTION record_is_for_ever('removed');

-- The people of an office, their duties and their sessions. Which cases there are, the cases themselves say.
CREATE TABLE person (
    account    TEXT   COLLATE "C" PRIMARY KEY NOT NULL, -- in lower case
    name       TEXT   NOT NULL,
    password   TEXT,                        -- argon2id, as a PHC string; NULL until the person has set one
    changed_at BIGINT,                      -- when the password was set, in microseconds since 1970-01-01 UTC, as all times here
    totp       TEXT,                        -- the secret of an authenticator, base32
    totp_step  BIGINT NOT NULL,             -- the last step whose code was used, so that no code is used twice
    must_change BIGINT NOT NULL,            -- 1: a new password before anything else
    failed     BIGINT NOT NULL,             -- wrong passwords since the last right one
    locked_until BIGINT NOT NULL,
    disabled   BIGINT NOT NULL,
    voter_id   TEXT,                        -- the person's own voter number, name and residence as on the roll, so that they are kept away from
    roll_name  TEXT   NOT NULL,             -- sections that they circulated or may have signed; empty where the office does not know
    roll_address TEXT NOT NULL,
    handle     TEXT   NOT NULL,             -- by which authenticators tell accounts apart; it says nothing of the person
    created_at BIGINT NOT NULL
);

CREATE TABLE duty (
    account    TEXT   NOT NULL,
    case_name  TEXT   NOT NULL,             -- empty: the office as a whole
    role       TEXT   NOT NULL,
    PRIMARY KEY (account, case_name, role)
);

-- When a person may be signed in, by the clock of the office; whoever has none of these, always.
CREATE TABLE shift (
    account    TEXT   NOT NULL,
    day        TEXT   NOT NULL,             -- monday to sunday
    begins     TEXT   NOT NULL,             -- as in 08:00
    ends       TEXT   NOT NULL,             -- on the next day where that is not after the beginning
    PRIMARY KEY (account, day, begins, ends)
);

CREATE TABLE session (
    token      TEXT   PRIMARY KEY NOT NULL, -- SHA-256 of the token, so that who reads this table cannot use it
    account    TEXT   NOT NULL,
    opened_at  BIGINT NOT NULL,
    seen_at    BIGINT NOT NULL,
    ends_at    BIGINT NOT NULL
);

CREATE TABLE slip (
    code       TEXT   PRIMARY KEY NOT NULL, -- SHA-256 of the code printed on the slip
    account    TEXT   NOT NULL,
    ends_at    BIGINT NOT NULL
);

-- Keys on devices of people, by which they sign in without a password.
CREATE TABLE passkey (
    id         TEXT   PRIMARY KEY NOT NULL, -- the authenticator's name for it, in hexadecimal digits
    account    TEXT   NOT NULL,
    name       TEXT   NOT NULL,             -- the person's name for it
    credential TEXT   NOT NULL,             -- the public key and what belongs to it, as JSON
    counter    BIGINT NOT NULL,             -- its uses, where the device counts them
    made_at    BIGINT NOT NULL,
    used_at    BIGINT
);

CREATE INDEX passkey_of ON passkey (account);

-- What an authenticator's answer is held against, between a challenge and its answer.
CREATE TABLE ceremony (
    id         TEXT   PRIMARY KEY NOT NULL, -- SHA-256 of its name
    account    TEXT   NOT NULL,             -- who makes a passkey; empty where somebody signs in
    state      TEXT   NOT NULL,             -- as JSON
    ends_at    BIGINT NOT NULL
);

-- What all servers of the office must agree on: time_zone, in which shifts are kept.
CREATE TABLE setting (
    name       TEXT   PRIMARY KEY NOT NULL,
    value      TEXT   NOT NULL
);

-- What was done to accounts, for whoever has to answer for them.
CREATE TABLE office_event (
    seq        BIGINT PRIMARY KEY NOT NULL,
    at         BIGINT NOT NULL,
    actor      TEXT   NOT NULL,
    what       TEXT   NOT NULL,
    account    TEXT   NOT NULL,
    detail     TEXT   NOT NULL
);

CREATE FUNCTION office_event_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'an event of the office is never %', TG_ARGV[0]; END $$;

CREATE TRIGGER office_event_is_kept BEFORE DELETE ON office_event
FOR EACH ROW EXECUTE FUNCTION office_event_is_for_ever('removed');

CREATE TRIGGER office_event_is_unchanged BEFORE UPDATE ON office_event
FOR EACH ROW EXECUTE FUNCTION office_event_is_for_ever('changed');

CREATE TRIGGER office_events_are_kept BEFORE TRUNCATE ON office_event
FOR EACH STATEMENT EXECUTE FUNCTION office_event_is_for_ever('removed');

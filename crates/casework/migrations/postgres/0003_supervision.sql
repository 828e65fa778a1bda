-- What supervisors see to: how the work is arranged, how well it is done, and acts on many lines. These tables do not follow from the events either.
CREATE TABLE policy (
    seq     BIGINT PRIMARY KEY NOT NULL,
    at      BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    because TEXT   NOT NULL,
    policy  TEXT   NOT NULL               -- as JSON; the last one holds
);

-- Lines whose answer is known: some of them are handed out among the others.
CREATE TABLE known_answer (
    section    BIGINT NOT NULL,
    line       BIGINT NOT NULL,
    finding    TEXT   NOT NULL,           -- as JSON
    person     TEXT   NOT NULL,           -- who says so; never gets the line
    because    TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    retired_at BIGINT,
    PRIMARY KEY (section, line)
);

-- Two looks at one line, compared.
CREATE TABLE quality (
    section    BIGINT NOT NULL,
    line       BIGINT NOT NULL,
    person     TEXT   NOT NULL,
    kind       TEXT   NOT NULL,           -- known, second, blind
    expected   TEXT   NOT NULL,           -- by name: valid, or the reason
    found      TEXT   NOT NULL,
    agrees     BIGINT NOT NULL,           -- 1 or 0; two voters do not agree
    stands_for BIGINT NOT NULL,           -- how many lines the pair was drawn from
    findings   TEXT   NOT NULL,           -- both, as JSON
    at         BIGINT NOT NULL,
    PRIMARY KEY (section, line, person)
);

CREATE INDEX quality_apart ON quality (at) WHERE agrees = 0;

CREATE FUNCTION policy_is_for_ever() RETURNS trigger LANGUAGE plpgsql AS $$
BEGIN RAISE EXCEPTION 'a policy that held is never %', TG_ARGV[0]; END $$;

CREATE TRIGGER policy_is_kept BEFORE DELETE ON policy
FOR EACH ROW EXECUTE FUNCTION policy_is_for_ever('removed');

CREATE TRIGGER policy_is_unchanged BEFORE UPDATE ON policy
FOR EACH ROW EXECUTE FUNCTION policy_is_for_ever('changed');

-- Acts on many lines, with what was shown before they were done.
CREATE TABLE bulk_act (
    id         TEXT   PRIMARY KEY NOT NULL,
    act        TEXT   NOT NULL,           -- as JSON
    foreseen   TEXT   NOT NULL,           -- as JSON
    because    TEXT   NOT NULL,
    person     TEXT   NOT NULL,
    at         BIGINT NOT NULL,
    state      TEXT   NOT NULL,           -- proposed, done, called_off
    settled_by TEXT   NOT NULL,
    settled_at BIGINT NOT NULL
);

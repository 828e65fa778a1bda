-- A pair that was flagged on a contact sheet comes singly, whatever becomes of it there: a flag is no look, and nobody's skipping takes it away.
CREATE TABLE flag (
    section BIGINT NOT NULL,
    line    BIGINT NOT NULL,
    person  TEXT   NOT NULL,
    why     TEXT   NOT NULL,
    at      BIGINT NOT NULL,
    PRIMARY KEY (section, line)
);

INSERT INTO flag (section, line, person, why, at)
SELECT section, line, MIN(person), MIN(note), MIN(at) FROM looked WHERE what = 'flagged' GROUP BY section, line;

DELETE FROM looked WHERE what = 'flagged';
DROP INDEX looked_apart;
CREATE INDEX looked_apart ON looked (section, line) WHERE what = 'escalated';

-- What became of a batch, as JSON, for whoever asks again after a lost answer.
ALTER TABLE batch ADD COLUMN answer TEXT;

-- What a pair stands for is counted in thousandths of a line.
UPDATE quality SET stands_for = stands_for * 1000;

-- The batch in which something was found on a line: a sheet that was passed too lightly can be taken back as a whole.
ALTER TABLE looked ADD COLUMN batch TEXT;
CREATE INDEX looked_batch ON looked (batch) WHERE batch IS NOT NULL;

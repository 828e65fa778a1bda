-- Whether an identity provider may open an account (1), and the one person to whom it does: the provider, a blank, and its own number for them.
ALTER TABLE person ADD COLUMN sign_on BIGINT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN subject TEXT;

CREATE UNIQUE INDEX person_subject ON person (subject);

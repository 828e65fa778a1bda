-- Whether the office's identity provider may open an account (1), and the provider's own number for the one person to whom it does.
ALTER TABLE person ADD COLUMN sign_on BIGINT NOT NULL DEFAULT 0;
ALTER TABLE person ADD COLUMN subject TEXT;

CREATE UNIQUE INDEX person_subject ON person (subject);

//! Signing in and out, and the first password by a slip.

use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use utoipa::ToSchema;

use super::{People, account_name, failed, secret};
use crate::{
    problem::{Code, Problem},
    who::{Caller, Duties},
};

/// What a person types to sign in.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct SignIn {
    /// The account.
    pub account: String,
    /// Its password.
    pub password: String,
    /// The code of the authenticator, where the account has one.
    #[serde(default)]
    pub code: Option<String>,
}

/// What a person types from a slip.
#[derive(Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct Enrolment {
    /// The code on the slip, with or without its hyphens.
    pub slip: String,
    /// The password to set.
    pub password: String,
}

/// Who is signed in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct SignedIn {
    /// The account.
    pub account: String,
    /// The roles by case; the office as a whole is the case without a name.
    #[schema(value_type = std::collections::BTreeMap<String, Vec<crate::who::Role>>)]
    pub duties: Duties,
    /// Whether a new password must be set before anything else.
    pub must_change_password: bool,
}

/// What is stored of how an account is proved.
struct Proof {
    password: Option<String>,
    totp: Option<String>,
    totp_step: i64,
    failed: i64,
    locked_until: i64,
    disabled: bool,
}

impl People {
    /// Opens a session for whoever knows the password, and the code where there is an authenticator. Returns the session's token.
    pub async fn sign_in(&self, given: SignIn) -> Result<String, Problem> {
        let wrong = || Problem::new(Code::WrongCredentials, "account, password or code is wrong");
        let Ok(account) = account_name(&given.account) else { return Err(wrong()) };
        let proof = self.proof(&account).await?;
        let now = self.now();
        if proof.as_ref().is_some_and(|proof| proof.locked_until > now) {
            return Err(self.locked());
        }
        let (password, hash) = (given.password, proof.as_ref().and_then(|proof| proof.password.clone()));
        let right = self.hashing(move || secret::is_password(&password, hash.as_deref())).await?;
        let Some(proof) = proof else { return Err(wrong()) };
        if !right || proof.disabled {
            return Err(self.count_failure(&account, &proof, wrong()).await?);
        }
        if let Some(authenticator) = &proof.totp {
            let Some(code) = &given.code else {
                return Err(Problem::new(Code::CodeNeeded, "type the code that your authenticator shows"));
            };
            let second = u64::try_from(now / 1_000_000).unwrap_or_default();
            let step = secret::totp_step(authenticator, code, second).and_then(|step| i64::try_from(step).ok());
            match step {
                Some(step) if self.use_step(&account, step, proof.totp_step).await? => {}
                _ => return Err(self.count_failure(&account, &proof, wrong()).await?),
            }
        }
        self.run("UPDATE person SET failed = 0 WHERE account = $1", &[&account]).await?;
        self.open_session(&account).await
    }

    /// Opens a session without a password: for whoever has just proved who they are.
    async fn open_session(&self, account: &str) -> Result<String, Problem> {
        let (token, now) = (secret::token()?, self.now());
        let insert = "INSERT INTO session (token, account, seen_at, ends_at) VALUES ($1, $2, $3, $4)";
        let ends_at = now + self.policy.session_seconds * 1_000_000;
        sqlx::query(insert)
            .bind(secret::digest(&token))
            .bind(account)
            .bind(now)
            .bind(ends_at)
            .execute(&self.pool)
            .await
            .map_err(failed)?;
        Ok(token)
    }

    /// Ends a session.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), Problem> {
        self.run("DELETE FROM session WHERE token = $1", &[&caller.session]).await
    }

    /// The person behind a token; none where the session ended or the account was disabled.
    pub async fn caller(&self, token: &str) -> Result<Option<Caller>, Problem> {
        let (session, now) = (secret::digest(token), self.now());
        let select = "SELECT p.account, p.must_change, s.seen_at FROM session s JOIN person p ON p.account = s.account \
             WHERE s.token = $1 AND s.ends_at > $2 AND s.seen_at > $3 AND p.disabled = 0";
        let row = sqlx::query(select)
            .bind(&session)
            .bind(now)
            .bind(now - self.policy.idle_seconds * 1_000_000)
            .fetch_optional(&self.pool)
            .await
            .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let account: String = row.try_get(0).map_err(failed)?;
        let (must_change, seen_at): (i64, i64) = (row.try_get(1).map_err(failed)?, row.try_get(2).map_err(failed)?);
        // Written down once a minute: a write for every request would be one sync of the disk each.
        if now - seen_at > 60_000_000 {
            let update = "UPDATE session SET seen_at = $1 WHERE token = $2";
            sqlx::query(update).bind(now).bind(&session).execute(&self.pool).await.map_err(failed)?;
        }
        let duties = self.duties(&account).await?;
        Ok(Some(Caller { account, duties, must_change: must_change != 0, session }))
    }

    /// Sets a new password for whoever knows the old one. All other sessions of the account end.
    pub async fn change_password(&self, caller: &Caller, old: String, new: String) -> Result<(), Problem> {
        secret::acceptable(&new, &caller.account)?;
        if old == new {
            return Err(Problem::new(Code::WeakPassword, "the new password is the old one"));
        }
        self.prove(&caller.account, old).await?;
        self.set_password(&caller.account, new).await?;
        let others = "DELETE FROM session WHERE account = $1 AND token <> $2";
        self.run(others, &[&caller.account, &caller.session]).await
    }

    /// Sets the first password by a slip, which is used up, and opens a session. Returns its token.
    pub async fn enrol(&self, given: Enrolment) -> Result<String, Problem> {
        let used =
            || Problem::new(Code::SlipUsed, "this slip was used, has lapsed, or was mistyped; ask for another one");
        let code = secret::digest(&secret::typed(&given.slip));
        let select = "SELECT account FROM slip WHERE code = $1 AND ends_at > $2";
        let query = sqlx::query(select).bind(&code).bind(self.now());
        let row = query.fetch_optional(&self.pool).await.map_err(failed)?.ok_or_else(used)?;
        let account: String = row.try_get(0).map_err(failed)?;
        secret::acceptable(&given.password, &account)?;
        // Who removes the slip has used it: of two at the same time one finds it gone.
        let gone =
            sqlx::query("DELETE FROM slip WHERE code = $1").bind(&code).execute(&self.pool).await.map_err(failed)?;
        if gone.rows_affected() != 1 {
            return Err(used());
        }
        self.set_password(&account, given.password).await?;
        self.run("DELETE FROM session WHERE account = $1", &[&account]).await?;
        self.open_session(&account).await
    }

    /// Sets an authenticator, for whoever knows the password and a code that it shows now.
    pub async fn set_authenticator(
        &self,
        caller: &Caller,
        password: String,
        secret: &str,
        code: &str,
    ) -> Result<(), Problem> {
        self.prove(&caller.account, password).await?;
        let second = u64::try_from(self.now() / 1_000_000).unwrap_or_default();
        let step = secret::totp_step(secret, code, second).and_then(|step| i64::try_from(step).ok());
        let step =
            step.ok_or_else(|| Problem::new(Code::WrongCredentials, "the code is not one of this authenticator now"))?;
        let update = "UPDATE person SET totp = $1, totp_step = $2 WHERE account = $3";
        sqlx::query(update).bind(secret).bind(step).bind(&caller.account).execute(&self.pool).await.map_err(failed)?;
        self.note(&caller.account, "authenticator_set", &caller.account, "").await
    }

    /// Asks a person who is signed in for the password once more.
    async fn prove(&self, account: &str, password: String) -> Result<(), Problem> {
        let proof = self.proof(account).await?.ok_or_else(|| Problem::not_found("account"))?;
        if proof.locked_until > self.now() {
            return Err(self.locked());
        }
        let hash = proof.password.clone();
        if self.hashing(move || secret::is_password(&password, hash.as_deref())).await? {
            return Ok(());
        }
        let wrong = Problem::new(Code::WrongCredentials, "the password is wrong");
        Err(self.count_failure(account, &proof, wrong).await?)
    }

    async fn set_password(&self, account: &str, password: String) -> Result<(), Problem> {
        let hash = self.hashing(move || secret::hashed(&password)).await??;
        let update = "UPDATE person SET password = $1, changed_at = $2, must_change = 0, failed = 0, locked_until = 0 \
             WHERE account = $3";
        sqlx::query(update).bind(hash).bind(self.now()).bind(account).execute(&self.pool).await.map_err(failed)?;
        self.note(account, "password_set", account, "").await
    }

    /// Notes a wrong proof, and locks the account after too many. Returns what the person is told.
    async fn count_failure(&self, account: &str, proof: &Proof, wrong: Problem) -> Result<Problem, Problem> {
        // Counted in the database, so that attempts at the same time are all counted.
        self.run("UPDATE person SET failed = failed + 1 WHERE account = $1", &[account]).await?;
        if proof.failed + 1 < i64::from(self.policy.attempts) {
            return Ok(wrong);
        }
        let until = self.now() + self.policy.lock_seconds * 1_000_000;
        let update = "UPDATE person SET failed = 0, locked_until = $1 WHERE account = $2";
        sqlx::query(update).bind(until).bind(account).execute(&self.pool).await.map_err(failed)?;
        self.note(account, "locked_out", account, "").await?;
        Ok(self.locked())
    }

    fn locked(&self) -> Problem {
        let minutes = self.policy.lock_seconds / 60;
        Problem::new(
            Code::LockedOut,
            format!("too many wrong passwords; try again in {minutes} minutes, or ask for a slip"),
        )
    }

    /// Uses a step of the clock up; false where its code, or a later one, was used before.
    async fn use_step(&self, account: &str, step: i64, last: i64) -> Result<bool, Problem> {
        if step <= last {
            return Ok(false);
        }
        let update = "UPDATE person SET totp_step = $1 WHERE account = $2 AND totp_step < $1";
        let done = sqlx::query(update).bind(step).bind(account).execute(&self.pool).await.map_err(failed)?;
        Ok(done.rows_affected() == 1)
    }

    async fn proof(&self, account: &str) -> Result<Option<Proof>, Problem> {
        let select = "SELECT password, totp, totp_step, failed, locked_until, disabled FROM person WHERE account = $1";
        let row = sqlx::query(select).bind(account).fetch_optional(&self.pool).await.map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        Ok(Some(Proof {
            password: row.try_get(0).map_err(failed)?,
            totp: row.try_get(1).map_err(failed)?,
            totp_step: row.try_get(2).map_err(failed)?,
            failed: row.try_get(3).map_err(failed)?,
            locked_until: row.try_get(4).map_err(failed)?,
            disabled: row.try_get::<i64, _>(5).map_err(failed)? != 0,
        }))
    }

    /// Runs a statement whose places are all texts.
    pub(super) async fn run(&self, sql: &'static str, texts: &[&str]) -> Result<(), Problem> {
        let query = texts.iter().fold(sqlx::query(sql), |query, text| query.bind((*text).to_owned()));
        query.execute(&self.pool).await.map(|_| ()).map_err(failed)
    }
}

//! Signing in and out, and the first password by a slip.

use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use utoipa::ToSchema;

use super::{People, account_name, accounts::on_roll, secret, store::Acting};
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
    /// When the session ends, however busy it is.
    #[schema(value_type = String, format = DateTime)]
    pub ends_at: Timestamp,
}

/// What is stored of how an account is proved, as an attempt to prove it finds it.
struct Attempt {
    password: Option<String>,
    totp: Option<String>,
    disabled: bool,
    /// Whether it is the last one before the account is locked.
    last: bool,
}

impl People {
    /// Opens a session for whoever knows the password, and the code where there is an authenticator. Returns the session's token.
    pub async fn sign_in(&self, given: SignIn) -> Result<String, Problem> {
        let wrong = || Problem::new(Code::WrongCredentials, "account, password or code is wrong");
        let Ok(account) = account_name(&given.account) else { return Err(wrong()) };
        let attempt = self.attempt(&account).await?;
        let (password, hash) = (given.password, attempt.as_ref().and_then(|attempt| attempt.password.clone()));
        let right = self.hashing(move || secret::is_password(&password, hash.as_deref())).await?;
        let Some(attempt) = attempt else { return Err(wrong()) };
        if !right || attempt.disabled {
            return Err(self.missed(&account, &attempt, wrong()).await?);
        }
        let mut step = 0;
        if let Some(authenticator) = &attempt.totp {
            let Some(code) = &given.code else {
                let needed = Problem::new(Code::CodeNeeded, "type the code that your authenticator shows");
                return Err(self.missed(&account, &attempt, needed).await?);
            };
            let Some(shown) = self.step(authenticator, code) else {
                return Err(self.missed(&account, &attempt, wrong()).await?);
            };
            step = shown;
        }
        let mut acting = self.begin().await?;
        // One statement says whether all of it still holds, and uses the code up: of two servers with the same code one finds it gone.
        let update = "UPDATE person SET failed = 0, locked_until = 0, totp_step = CASE WHEN totp IS NULL THEN totp_step ELSE $1 END \
             WHERE account = $2 AND disabled = 0 AND password = $3 AND (totp IS NULL OR totp_step < $1)";
        let query = sqlx::query(update).bind(step).bind(account.clone()).bind(attempt.password.clone());
        if query.execute(&mut *acting).await.map_err(|error| self.failed(error))?.rows_affected() == 0 {
            drop(acting);
            return Err(self.missed(&account, &attempt, wrong()).await?);
        }
        // What was proved counts, even outside of the person's shifts.
        let token = self.open_session(&mut acting, &account).await;
        self.commit(acting).await?;
        token
    }

    /// Counts an attempt before it is looked at, in one statement, so that attempts at the same time are all counted, whichever servers they come to.
    /// The last one locks the account, until it turns out to be right. None where there is no such account.
    async fn attempt(&self, account: &str) -> Result<Option<Attempt>, Problem> {
        let failed = |error| self.failed(error);
        let now = self.now();
        let update = "UPDATE person SET failed = CASE WHEN failed + 1 < $1 THEN failed + 1 ELSE 0 END, \
             locked_until = CASE WHEN failed + 1 < $1 THEN 0 ELSE $2 END \
             WHERE account = $3 AND locked_until <= $4 RETURNING password, totp, disabled, locked_until";
        let query = sqlx::query(update)
            .bind(i64::from(self.policy.attempts))
            .bind(now + self.policy.lock_seconds * 1_000_000)
            .bind(account.to_owned())
            .bind(now);
        let Some(row) = query.fetch_optional(self.store.pool()).await.map_err(failed)? else {
            let there = sqlx::query("SELECT 1 FROM person WHERE account = $1").bind(account.to_owned());
            return match there.fetch_optional(self.store.pool()).await.map_err(failed)? {
                Some(_) => Err(self.locked()),
                None => Ok(None),
            };
        };
        Ok(Some(Attempt {
            password: row.try_get(0).map_err(failed)?,
            totp: row.try_get(1).map_err(failed)?,
            disabled: row.try_get::<i64, _>(2).map_err(failed)? != 0,
            last: row.try_get::<i64, _>(3).map_err(failed)? != 0,
        }))
    }

    /// What the person is told after an attempt that proved nothing: `wrong`, or that the account is locked now.
    async fn missed(&self, account: &str, attempt: &Attempt, wrong: Problem) -> Result<Problem, Problem> {
        if !attempt.last {
            return Ok(wrong);
        }
        let mut acting = self.begin().await?;
        self.note(&mut acting, account, "locked_out", account, "").await?;
        self.commit(acting).await?;
        Ok(self.locked())
    }

    fn locked(&self) -> Problem {
        let minutes = self.policy.lock_seconds / 60;
        Problem::new(
            Code::LockedOut,
            format!("too many wrong passwords; try again in {minutes} minutes, or ask for a slip"),
        )
    }

    /// The step of the clock for which a code of an authenticator is right now.
    fn step(&self, authenticator: &str, code: &str) -> Option<i64> {
        let second = u64::try_from(self.now() / 1_000_000).unwrap_or_default();
        secret::totp_step(authenticator, code, second).and_then(|step| i64::try_from(step).ok())
    }

    /// Opens a session for whoever has just proved who they are, unless they have shifts and this is outside of them; and sweeps out those that
    /// have ended. Returns its token.
    pub(super) async fn open_session(&self, acting: &mut Acting, account: &str) -> Result<String, Problem> {
        let failed = |error| self.failed(error);
        let ends_at = self.end_of_session(acting, account).await?;
        let (token, now) = (secret::token()?, self.now());
        let sweep = sqlx::query("DELETE FROM session WHERE ends_at <= $1").bind(now);
        sweep.execute(&mut **acting).await.map_err(failed)?;
        let insert = "INSERT INTO session (token, account, opened_at, seen_at, ends_at) VALUES ($1, $2, $3, $4, $5)";
        let query = sqlx::query(insert).bind(secret::digest(&token)).bind(account.to_owned());
        let query = query.bind(now).bind(now).bind(ends_at);
        query.execute(&mut **acting).await.map_err(failed)?;
        Ok(token)
    }

    /// Ends a session.
    pub async fn sign_out(&self, caller: &Caller) -> Result<(), Problem> {
        let mut acting = self.begin().await?;
        self.run(&mut acting, "DELETE FROM session WHERE token = $1", &[&caller.session]).await?;
        self.commit(acting).await
    }

    /// The person behind a token; none where the session ended or the account was disabled.
    pub async fn caller(&self, token: &str) -> Result<Option<Caller>, Problem> {
        let now = self.now();
        let Some((caller, seen_at)) = self.behind(secret::digest(token), now).await? else { return Ok(None) };
        // Written down once a minute: a write for every request would be one sync of the disk each.
        if now - seen_at > 60_000_000 {
            let update = sqlx::query("UPDATE session SET seen_at = $1 WHERE token = $2").bind(now);
            let done = update.bind(caller.session.clone()).execute(self.store.pool()).await;
            done.map_err(|error| self.failed(error))?;
        }
        Ok(Some(caller))
    }

    /// The same person as things stand now, or none. To look does not keep the session open.
    pub(crate) async fn still(&self, caller: &Caller) -> Result<Option<Caller>, Problem> {
        Ok(self.behind(caller.session.clone(), self.now()).await?.map(|(caller, _)| caller))
    }

    /// The person behind a session that is open, and when it was last seen.
    async fn behind(&self, session: String, now: i64) -> Result<Option<(Caller, i64)>, Problem> {
        let failed = |error| self.failed(error);
        let select = "SELECT p.account, p.must_change, s.seen_at, s.ends_at, p.voter_id, p.roll_name, p.roll_address \
             FROM session s JOIN person p ON p.account = s.account \
             WHERE s.token = $1 AND s.ends_at > $2 AND s.seen_at > $3 AND p.disabled = 0";
        let row = sqlx::query(select)
            .bind(session.clone())
            .bind(now)
            .bind(now - self.policy.idle_seconds * 1_000_000)
            .fetch_optional(self.store.pool())
            .await
            .map_err(failed)?;
        let Some(row) = row else { return Ok(None) };
        let account: String = row.try_get(0).map_err(failed)?;
        let (must_change, seen_at): (i64, i64) = (row.try_get(1).map_err(failed)?, row.try_get(2).map_err(failed)?);
        let ends_at = Timestamp::from_microsecond(row.try_get(3).map_err(failed)?).map_err(Problem::internal)?;
        let own = on_roll(&row, 4).map_err(failed)?.into();
        let duties = self.duties(&account).await?;
        Ok(Some((Caller { account, duties, own, must_change: must_change != 0, ends_at, session }, seen_at)))
    }

    /// Sets a new password for whoever knows the old one. All other sessions of the account end.
    pub async fn change_password(&self, caller: &Caller, old: String, new: String) -> Result<(), Problem> {
        secret::acceptable(&new, &caller.account)?;
        if old == new {
            return Err(Problem::new(Code::WeakPassword, "the new password is the old one"));
        }
        let before = self.prove(&caller.account, old).await?;
        let hash = self.hashing(move || secret::hashed(&new)).await??;
        let mut acting = self.begin().await?;
        if !self.set_password(&mut acting, &caller.account, hash, Some(before)).await? {
            return Err(Problem::new(Code::WrongCredentials, "the password was changed meanwhile"));
        }
        let others = "DELETE FROM session WHERE account = $1 AND token <> $2";
        self.run(&mut acting, others, &[&caller.account, &caller.session]).await?;
        self.commit(acting).await
    }

    /// Sets the first password by a slip, which is used up, and opens a session. Returns its token.
    pub async fn enrol(&self, given: Enrolment) -> Result<String, Problem> {
        let failed = |error| self.failed(error);
        let used =
            || Problem::new(Code::SlipUsed, "this slip was used, has lapsed, or was mistyped; ask for another one");
        let code = secret::digest(&secret::typed(&given.slip));
        let select = sqlx::query("SELECT account FROM slip WHERE code = $1 AND ends_at > $2").bind(code.clone());
        let row = select.bind(self.now()).fetch_optional(self.store.pool()).await.map_err(failed)?.ok_or_else(used)?;
        let account: String = row.try_get(0).map_err(failed)?;
        secret::acceptable(&given.password, &account)?;
        let password = given.password;
        let hash = self.hashing(move || secret::hashed(&password)).await??;
        let mut acting = self.begin().await?;
        // Who removes the slip has used it: of two at the same time one finds it gone.
        let gone = self.run(&mut acting, "DELETE FROM slip WHERE code = $1", &[&code]).await?;
        if gone != 1 || !self.set_password(&mut acting, &account, hash, None).await? {
            return Err(used());
        }
        self.run(&mut acting, "DELETE FROM session WHERE account = $1", &[&account]).await?;
        let token = self.open_session(&mut acting, &account).await?;
        self.commit(acting).await?;
        Ok(token)
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
        let step = self.step(secret, code);
        let step =
            step.ok_or_else(|| Problem::new(Code::WrongCredentials, "the code is not one of this authenticator now"))?;
        let mut acting = self.begin().await?;
        let update = sqlx::query("UPDATE person SET totp = $1, totp_step = $2 WHERE account = $3");
        let update = update.bind(secret.to_owned()).bind(step).bind(caller.account.clone());
        update.execute(&mut *acting).await.map_err(|error| self.failed(error))?;
        self.note(&mut acting, &caller.account, "authenticator_set", &caller.account, "").await?;
        self.commit(acting).await
    }

    /// Asks a person who is signed in for the password once more. Returns its hash.
    pub(super) async fn prove(&self, account: &str, password: String) -> Result<String, Problem> {
        let attempt = self.attempt(account).await?.ok_or_else(|| Problem::not_found("account"))?;
        let hash = attempt.password.clone();
        let right = self.hashing(move || secret::is_password(&password, hash.as_deref())).await?;
        let Some(hash) = attempt.password.clone().filter(|_| right) else {
            let wrong = Problem::new(Code::WrongCredentials, "the password is wrong");
            return Err(self.missed(account, &attempt, wrong).await?);
        };
        let mut acting = self.begin().await?;
        let right = "UPDATE person SET failed = 0, locked_until = 0 WHERE account = $1 AND password = $2";
        self.run(&mut acting, right, &[account, &hash]).await?;
        self.commit(acting).await?;
        Ok(hash)
    }

    /// Sets a password, in place of the one with the hash `before` where one is named; false where that is not the one any more, or the account is
    /// shut.
    async fn set_password(
        &self,
        acting: &mut Acting,
        account: &str,
        hash: String,
        before: Option<String>,
    ) -> Result<bool, Problem> {
        let update = "UPDATE person SET password = $1, changed_at = $2, must_change = 0, failed = 0, locked_until = 0 \
             WHERE account = $3 AND disabled = 0 AND COALESCE(password, '') = COALESCE($4, password, '')";
        let query = sqlx::query(update).bind(hash).bind(self.now()).bind(account.to_owned()).bind(before);
        let done = query.execute(&mut **acting).await.map_err(|error| self.failed(error))?;
        self.note(acting, account, "password_set", account, "").await?;
        Ok(done.rows_affected() == 1)
    }
}

//! Accounts and their duties, as the administrator keeps them, and the events of both.

use std::collections::BTreeMap;

use casework::Own;
use domain::VoterId;
use jiff::Timestamp;
use serde::{Deserialize, Serialize};
use sqlx::{Row as _, any::AnyRow};
use utoipa::ToSchema;
use webauthn_rs::prelude::Uuid;

use super::{People, Shift, SignOnState, account_name, secret, store::Acting};
use crate::{
    problem::{Code, Problem},
    who::{Duties, Role},
};

/// An account as the administrator sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Account {
    /// What the person signs in with.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// The roles by case; the office as a whole is the case without a name.
    #[schema(value_type = std::collections::BTreeMap<String, Vec<Role>>)]
    pub duties: Duties,
    /// When the person may be signed in; always, where there are none.
    pub shifts: Vec<Shift>,
    /// Who the person is on the roll.
    pub on_roll: OnRoll,
    /// Whether the person has set a password.
    pub enrolled: bool,
    /// Whether an authenticator is asked for.
    pub authenticator: bool,
    /// Whether it is opened by single sign-on.
    pub sign_on: SignOnState,
    /// Whether the account is shut.
    pub disabled: bool,
}

/// Who a person is on the roll, as far as the office knows: they get no line of a section that they circulated or may have signed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct OnRoll {
    /// The person's own voter number.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voter: Option<String>,
    /// The full name.
    #[serde(default)]
    pub name: String,
    /// The residence in one line.
    #[serde(default)]
    pub address: String,
}

impl From<OnRoll> for Own {
    fn from(OnRoll { voter, name, address }: OnRoll) -> Self {
        Self { voter: voter.as_deref().and_then(VoterId::new), name, address }
    }
}

/// An account to be made.
#[derive(Debug, Clone, Deserialize, ToSchema)]
#[serde(deny_unknown_fields)]
pub struct NewAccount {
    /// What the person will sign in with.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// The roles by case; the office as a whole is the case without a name.
    #[serde(default)]
    #[schema(value_type = std::collections::BTreeMap<String, Vec<Role>>)]
    pub duties: Duties,
    /// Whether the account is for whoever comes first with its name from the single sign-on.
    #[serde(default)]
    pub sign_on: bool,
}

/// Something that was done to an account.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Event {
    /// When.
    pub at: Timestamp,
    /// Who did it.
    pub actor: String,
    /// What, as in `account_made` or `locked_out`.
    pub what: String,
    /// To which account.
    pub account: String,
    /// What belongs to it.
    pub detail: String,
}

/// A slip to be printed and handed to the person. The code is shown once.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub struct Slip {
    /// The account.
    pub account: String,
    /// The person's name.
    pub name: String,
    /// The code to type, once.
    pub code: String,
}

impl People {
    /// Makes an account without a password; a slip gives the person one. The same again, after a lost answer, changes nothing while nobody has used it.
    pub async fn create(&self, new: &NewAccount, actor: &str) -> Result<Account, Problem> {
        let account = account_name(&new.account)?;
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > 200 || name.contains('\0') {
            return Err(Problem::new(Code::BadRequest, "an account has the name of a person, of 1 to 200 characters"));
        }
        well_placed(&new.duties)?;
        if new.sign_on {
            self.sign_on()?;
        }
        let mut acting = self.begin().await?;
        let insert = "INSERT INTO person \
             (account, name, totp_step, must_change, failed, locked_until, disabled, roll_name, roll_address, handle, created_at, sign_on) \
             VALUES ($1, $2, 0, 0, 0, 0, 0, '', '', $3, $4, $5) ON CONFLICT (account) DO NOTHING";
        let query = sqlx::query(insert).bind(account.clone()).bind(name.to_owned());
        let query = query.bind(Uuid::new_v4().to_string()).bind(self.now()).bind(i64::from(new.sign_on));
        if query.execute(&mut *acting).await.map_err(|error| self.failed(error))?.rows_affected() == 0 {
            self.commit(acting).await?;
            let there = self.account(&account).await?;
            let same = there.name == name && there.duties == sorted(&new.duties);
            let same = same && !there.enrolled && (there.sign_on == SignOnState::of(new.sign_on, false));
            let taken = || Problem::new(Code::Exists, "there is an account of this name; take another");
            return if same { Ok(there) } else { Err(taken()) };
        }
        self.note(&mut acting, actor, "account_made", &account, "").await?;
        self.give_duties(&mut acting, &account, &new.duties, actor).await?;
        self.commit(acting).await?;
        self.account(&account).await
    }

    /// Gives a person these duties and no others.
    pub async fn assign(&self, account: &str, duties: &Duties, actor: &str) -> Result<(), Problem> {
        well_placed(duties)?;
        let mut acting = self.begin().await?;
        self.run(&mut acting, "DELETE FROM duty WHERE account = $1", &[account]).await?;
        self.give_duties(&mut acting, account, duties, actor).await?;
        self.commit(acting).await
    }

    async fn give_duties(
        &self,
        acting: &mut Acting,
        account: &str,
        duties: &Duties,
        actor: &str,
    ) -> Result<(), Problem> {
        let insert = "INSERT INTO duty (account, case_name, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
        for (case, roles) in duties {
            for role in roles {
                self.run(acting, insert, &[account, case, role.name()]).await?;
            }
        }
        let detail = serde_json::to_string(duties).map_err(Problem::internal)?;
        self.note(acting, actor, "duties_set", account, &detail).await
    }

    /// Shuts an account and ends its sessions, or opens it again.
    pub async fn set_disabled(&self, account: &str, disabled: bool, actor: &str) -> Result<(), Problem> {
        let mut acting = self.begin().await?;
        let update = if disabled {
            "UPDATE person SET disabled = 1 WHERE account = $1"
        } else {
            "UPDATE person SET disabled = 0 WHERE account = $1"
        };
        self.one(&mut acting, update, account).await?;
        if disabled {
            self.run(&mut acting, "DELETE FROM session WHERE account = $1", &[account]).await?;
        }
        self.note(&mut acting, actor, if disabled { "account_shut" } else { "account_opened" }, account, "").await?;
        self.commit(acting).await
    }

    /// Asks a person for a new password before anything else.
    pub async fn require_change(&self, account: &str, actor: &str) -> Result<(), Problem> {
        if !self.account(account).await?.enrolled {
            return Err(Problem::new(Code::Refused, "this person has no password to change; a slip gives them one"));
        }
        let mut acting = self.begin().await?;
        self.one(&mut acting, "UPDATE person SET must_change = 1 WHERE account = $1", account).await?;
        self.note(&mut acting, actor, "password_change_asked", account, "").await?;
        self.commit(acting).await
    }

    /// Notes who a person is on the roll, in place of what was noted before.
    pub async fn set_on_roll(&self, account: &str, on_roll: &OnRoll, actor: &str) -> Result<(), Problem> {
        let OnRoll { voter, name, address } = on_roll;
        let texts = [voter.as_deref().unwrap_or_default(), name, address];
        if texts.iter().any(|text| text.chars().count() > 200 || text.contains('\0')) {
            return Err(Problem::new(Code::BadRequest, "voter number, name and address have 200 characters at most"));
        }
        let voter = voter.as_deref().map(str::trim).filter(|voter| !voter.is_empty()).map(str::to_owned);
        let mut acting = self.begin().await?;
        let update = "UPDATE person SET voter_id = $1, roll_name = $2, roll_address = $3 WHERE account = $4";
        let query = sqlx::query(update).bind(voter).bind(name.trim().to_owned()).bind(address.trim().to_owned());
        let done = query.bind(account.to_owned()).execute(&mut *acting).await.map_err(|error| self.failed(error))?;
        if done.rows_affected() == 0 {
            return Err(Problem::not_found("account"));
        }
        self.note(&mut acting, actor, "on_roll_set", account, "").await?;
        self.commit(acting).await
    }

    /// A new slip for a person, in place of any other. A lock is lifted; the authenticator and the passkeys, which may be lost, are let go.
    pub async fn slip(&self, account: &str, actor: &str) -> Result<Slip, Problem> {
        let (code, ends_at) = (secret::slip()?, self.now() + self.policy.slip_seconds * 1_000_000);
        let mut acting = self.begin().await?;
        let lift = "UPDATE person SET totp = NULL, locked_until = 0, failed = 0 WHERE account = $1";
        self.one(&mut acting, lift, account).await?;
        for sql in ["DELETE FROM slip WHERE account = $1", "DELETE FROM passkey WHERE account = $1"] {
            self.run(&mut acting, sql, &[account]).await?;
        }
        let insert = sqlx::query("INSERT INTO slip (code, account, ends_at) VALUES ($1, $2, $3)");
        let insert = insert.bind(secret::digest(&secret::typed(&code))).bind(account.to_owned()).bind(ends_at);
        insert.execute(&mut *acting).await.map_err(|error| self.failed(error))?;
        self.note(&mut acting, actor, "slip_made", account, "").await?;
        self.commit(acting).await?;
        let person = self.account(account).await?;
        Ok(Slip { account: person.account, name: person.name, code })
    }

    /// Changes the row of one account, which must be there.
    pub(super) async fn one(&self, acting: &mut Acting, update: &'static str, account: &str) -> Result<(), Problem> {
        match self.run(acting, update, &[account]).await? {
            0 => Err(Problem::not_found("account")),
            _ => Ok(()),
        }
    }

    /// One account.
    pub async fn account(&self, account: &str) -> Result<Account, Problem> {
        let select = "SELECT account, name, password, totp, disabled, voter_id, roll_name, roll_address, sign_on, subject FROM person \
             WHERE account = $1 LIMIT $2";
        self.page(select, account, 1).await?.into_iter().next().ok_or_else(|| Problem::not_found("account"))
    }

    /// Whether another account than this one keeps the accounts, and is open.
    pub(crate) async fn another_keeps(&self, account: &str) -> Result<bool, Problem> {
        let asked = "SELECT COUNT(*) FROM duty JOIN person ON person.account = duty.account \
             WHERE duty.case_name = '' AND duty.role = $1 AND person.disabled = 0 AND person.password IS NOT NULL AND person.account <> $2";
        let query = sqlx::query_scalar::<_, i64>(asked).bind(Role::Administrator.name()).bind(account.to_owned());
        let others = query.fetch_one(self.store.pool()).await.map_err(|error| self.failed(error))?;
        Ok(others > 0)
    }

    /// What was done to an account, or to all where none is named, the latest first, without the first `after`.
    pub(crate) async fn events(&self, account: &str, after: u64, most: u64) -> Result<Vec<Event>, Problem> {
        let failed = |error| self.failed(error);
        let [most, after] = [most, after].map(|number| i64::try_from(number).unwrap_or(i64::MAX));
        let asked = "SELECT at, actor, what, account, detail FROM office_event WHERE $1 = '' OR account = $1 \
             ORDER BY seq DESC LIMIT $2 OFFSET $3";
        let query = sqlx::query(asked).bind(account.to_owned()).bind(most).bind(after);
        let event = |row: &AnyRow| {
            let at: i64 = row.try_get(0).map_err(failed)?;
            Ok(Event {
                at: Timestamp::from_microsecond(at).map_err(Problem::internal)?,
                actor: row.try_get(1).map_err(failed)?,
                what: row.try_get(2).map_err(failed)?,
                account: row.try_get(3).map_err(failed)?,
                detail: row.try_get(4).map_err(failed)?,
            })
        };
        query.fetch_all(self.store.pool()).await.map_err(failed)?.iter().map(event).collect()
    }

    /// Accounts in order of their names, after one of them.
    pub async fn accounts(&self, after: &str, most: i64) -> Result<Vec<Account>, Problem> {
        let select = "SELECT account, name, password, totp, disabled, voter_id, roll_name, roll_address, sign_on, subject FROM person \
             WHERE account > $1 ORDER BY account LIMIT $2";
        self.page(select, after, most).await
    }

    async fn page(&self, sql: &'static str, text: &str, most: i64) -> Result<Vec<Account>, Problem> {
        let failed = |error| self.failed(error);
        let query = sqlx::query(sql).bind(text.to_owned()).bind(most);
        let rows = query.fetch_all(self.store.pool()).await.map_err(failed)?;
        let mut accounts = Vec::with_capacity(rows.len());
        for row in rows {
            let account: String = row.try_get(0).map_err(failed)?;
            let (duties, shifts) = (self.duties(&account).await?, self.shifts(&account).await?);
            let there = |at: usize| row.try_get::<Option<String>, _>(at).map(|text| text.is_some()).map_err(failed);
            let (enrolled, authenticator) = (there(2)?, there(3)?);
            let name = row.try_get(1).map_err(failed)?;
            let disabled = row.try_get::<i64, _>(4).map_err(failed)? != 0;
            let on_roll = on_roll(&row, 5).map_err(failed)?;
            let sign_on = SignOnState::of(row.try_get::<i64, _>(8).map_err(failed)? != 0, there(9)?);
            accounts.push(Account {
                account,
                name,
                duties,
                shifts,
                on_roll,
                enrolled,
                authenticator,
                sign_on,
                disabled,
            });
        }
        Ok(accounts)
    }

    /// The duties of an account.
    pub(super) async fn duties(&self, account: &str) -> Result<Duties, Problem> {
        let failed = |error| self.failed(error);
        let select = "SELECT case_name, role FROM duty WHERE account = $1 ORDER BY case_name, role";
        let query = sqlx::query(select).bind(account.to_owned());
        let mut duties = Duties::new();
        for row in query.fetch_all(self.store.pool()).await.map_err(failed)? {
            let (case, role): (String, String) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
            duties.entry(case).or_default().push(role.parse().map_err(Problem::internal)?);
        }
        Ok(duties)
    }
}

/// Who somebody is on the roll, from three columns.
pub(super) fn on_roll(row: &AnyRow, first: usize) -> Result<OnRoll, sqlx::Error> {
    Ok(OnRoll { voter: row.try_get(first)?, name: row.try_get(first + 1)?, address: row.try_get(first + 2)? })
}

/// Duties as they come back from the store: each role once, in order, and no case without one.
fn sorted(duties: &Duties) -> Duties {
    let named = duties.iter().filter(|(_, roles)| !roles.is_empty()).map(|(case, roles)| {
        let names: BTreeMap<_, _> = roles.iter().map(|role| (role.name(), *role)).collect();
        (case.clone(), names.into_values().collect())
    });
    named.collect()
}

/// Refuses a role of the office that is given in a case, and the other way round.
fn well_placed(duties: &Duties) -> Result<(), Problem> {
    for (case, role) in duties.iter().flat_map(|(case, roles)| roles.iter().map(move |role| (case, role))) {
        if case.is_empty() != role.of_the_office() {
            let what =
                if case.is_empty() { "is held in a case: name it" } else { "is held in the office, not in a case" };
            return Err(Problem::new(Code::BadRequest, format!("the role {role} {what}")));
        }
        if case.contains('\0') || case.len() > 200 {
            return Err(Problem::new(Code::BadRequest, "this is no name of a case"));
        }
    }
    Ok(())
}

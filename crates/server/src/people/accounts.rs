//! Accounts and their duties, as the administrator keeps them, and the events of both.

use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use utoipa::ToSchema;

use super::{People, Shift, account_name, secret, store::Acting};
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
    /// Whether the person has set a password.
    pub enrolled: bool,
    /// Whether an authenticator is asked for.
    pub authenticator: bool,
    /// Whether the account is shut.
    pub disabled: bool,
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
    /// Makes an account without a password; a slip gives the person one.
    pub async fn create(&self, new: &NewAccount, actor: &str) -> Result<Account, Problem> {
        let account = account_name(&new.account)?;
        let name = new.name.trim();
        if name.is_empty() || name.chars().count() > 200 || name.contains('\0') {
            return Err(Problem::new(Code::BadRequest, "an account has the name of a person, of 1 to 200 characters"));
        }
        well_placed(&new.duties)?;
        let mut acting = self.begin().await?;
        let insert = "INSERT INTO person (account, name, totp_step, must_change, failed, locked_until, disabled, created_at) \
             VALUES ($1, $2, 0, 0, 0, 0, 0, $3) ON CONFLICT (account) DO NOTHING";
        let query = sqlx::query(insert).bind(account.clone()).bind(name.to_owned()).bind(self.now());
        if query.execute(&mut *acting).await.map_err(|error| self.failed(error))?.rows_affected() == 0 {
            return Err(Problem::new(Code::Exists, "there is an account of this name; take another"));
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
        let mut acting = self.begin().await?;
        self.one(&mut acting, "UPDATE person SET must_change = 1 WHERE account = $1", account).await?;
        self.note(&mut acting, actor, "password_change_asked", account, "").await?;
        self.commit(acting).await
    }

    /// A new slip for a person, in place of any other. A lock is lifted; the authenticator, which may be lost, is asked for no more.
    pub async fn slip(&self, account: &str, actor: &str) -> Result<Slip, Problem> {
        let (code, ends_at) = (secret::slip()?, self.now() + self.policy.slip_seconds * 1_000_000);
        let mut acting = self.begin().await?;
        let lift = "UPDATE person SET totp = NULL, locked_until = 0, failed = 0 WHERE account = $1";
        self.one(&mut acting, lift, account).await?;
        self.run(&mut acting, "DELETE FROM slip WHERE account = $1", &[account]).await?;
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
        let select = "SELECT account, name, password, totp, disabled FROM person WHERE account = $1 LIMIT $2";
        self.page(select, account, 1).await?.into_iter().next().ok_or_else(|| Problem::not_found("account"))
    }

    /// Accounts in order of their names, after one of them.
    pub async fn accounts(&self, after: &str, most: i64) -> Result<Vec<Account>, Problem> {
        let select =
            "SELECT account, name, password, totp, disabled FROM person WHERE account > $1 ORDER BY account LIMIT $2";
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
            accounts.push(Account { account, name, duties, shifts, enrolled, authenticator, disabled });
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

//! Accounts and their duties, as the administrator keeps them, and the events of both.

use serde::{Deserialize, Serialize};
use sqlx::Row as _;
use utoipa::ToSchema;

use super::{People, account_name, failed, secret};
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
        if new.name.trim().is_empty() || new.name.chars().count() > 200 {
            return Err(Problem::new(Code::BadRequest, "an account has the name of a person, of 1 to 200 characters"));
        }
        well_placed(&new.duties)?;
        let insert = "INSERT INTO person (account, name, totp_step, must_change, failed, locked_until, disabled, created_at) \
             VALUES ($1, $2, 0, 0, 0, 0, 0, $3) ON CONFLICT (account) DO NOTHING";
        let query = sqlx::query(insert).bind(&account).bind(new.name.trim()).bind(self.now());
        if query.execute(&self.pool).await.map_err(failed)?.rows_affected() == 0 {
            return Err(Problem::new(Code::Exists, "there is an account of this name; take another"));
        }
        self.note(actor, "account_made", &account, "").await?;
        self.assign(&account, &new.duties, actor).await?;
        self.account(&account).await
    }

    /// Gives a person these duties and no others.
    pub async fn assign(&self, account: &str, duties: &Duties, actor: &str) -> Result<(), Problem> {
        well_placed(duties)?;
        let mut transaction = self.pool.begin().await.map_err(failed)?;
        let clear = sqlx::query("DELETE FROM duty WHERE account = $1").bind(account);
        clear.execute(&mut *transaction).await.map_err(failed)?;
        for (case, roles) in duties {
            for role in roles {
                let insert = "INSERT INTO duty (account, case_name, role) VALUES ($1, $2, $3) ON CONFLICT DO NOTHING";
                let query = sqlx::query(insert).bind(account).bind(case).bind(role.name());
                query.execute(&mut *transaction).await.map_err(failed)?;
            }
        }
        transaction.commit().await.map_err(failed)?;
        let detail = serde_json::to_string(duties).map_err(Problem::internal)?;
        self.note(actor, "duties_set", account, &detail).await
    }

    /// Shuts an account and ends its sessions, or opens it again.
    pub async fn set_disabled(&self, account: &str, disabled: bool, actor: &str) -> Result<(), Problem> {
        let update = sqlx::query("UPDATE person SET disabled = $1 WHERE account = $2");
        let done = update.bind(i64::from(disabled)).bind(account).execute(&self.pool).await.map_err(failed)?;
        if done.rows_affected() == 0 {
            return Err(Problem::not_found("account"));
        }
        if disabled {
            self.run("DELETE FROM session WHERE account = $1", &[account]).await?;
        }
        self.note(actor, if disabled { "account_shut" } else { "account_opened" }, account, "").await
    }

    /// Asks a person for a new password before anything else.
    pub async fn require_change(&self, account: &str, actor: &str) -> Result<(), Problem> {
        let update = sqlx::query("UPDATE person SET must_change = 1 WHERE account = $1");
        let done = update.bind(account).execute(&self.pool).await.map_err(failed)?;
        if done.rows_affected() == 0 {
            return Err(Problem::not_found("account"));
        }
        self.note(actor, "password_change_asked", account, "").await
    }

    /// A new slip for a person, in place of any other. A lock is lifted; the authenticator, which may be lost, is asked for no more.
    pub async fn slip(&self, account: &str, actor: &str) -> Result<Slip, Problem> {
        let person = self.account(account).await?;
        let (code, ends_at) = (secret::slip()?, self.now() + self.policy.slip_seconds * 1_000_000);
        let mut transaction = self.pool.begin().await.map_err(failed)?;
        for sql in [
            "DELETE FROM slip WHERE account = $1",
            "UPDATE person SET totp = NULL, locked_until = 0, failed = 0 WHERE account = $1",
        ] {
            sqlx::query(sql).bind(account).execute(&mut *transaction).await.map_err(failed)?;
        }
        let insert = sqlx::query("INSERT INTO slip (code, account, ends_at) VALUES ($1, $2, $3)");
        let insert = insert.bind(secret::digest(&secret::typed(&code))).bind(account).bind(ends_at);
        insert.execute(&mut *transaction).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)?;
        self.note(actor, "slip_made", account, "").await?;
        Ok(Slip { account: person.account, name: person.name, code })
    }

    /// One account.
    pub async fn account(&self, account: &str) -> Result<Account, Problem> {
        let page = self.page(
            "SELECT account, name, password, totp, disabled FROM person WHERE account = $1 LIMIT $2",
            account,
            1,
        );
        page.await?.into_iter().next().ok_or_else(|| Problem::not_found("account"))
    }

    /// Accounts in order of their names, after one of them.
    pub async fn accounts(&self, after: &str, most: i64) -> Result<Vec<Account>, Problem> {
        let select =
            "SELECT account, name, password, totp, disabled FROM person WHERE account > $1 ORDER BY account LIMIT $2";
        self.page(select, after, most).await
    }

    async fn page(&self, sql: &'static str, text: &str, most: i64) -> Result<Vec<Account>, Problem> {
        let rows = sqlx::query(sql).bind(text).bind(most).fetch_all(&self.pool).await.map_err(failed)?;
        let mut accounts = Vec::with_capacity(rows.len());
        for row in rows {
            let account: String = row.try_get(0).map_err(failed)?;
            let duties = self.duties(&account).await?;
            let there = |at: usize| row.try_get::<Option<String>, _>(at).map(|text| text.is_some()).map_err(failed);
            let (enrolled, authenticator) = (there(2)?, there(3)?);
            let name = row.try_get(1).map_err(failed)?;
            let disabled = row.try_get::<i64, _>(4).map_err(failed)? != 0;
            accounts.push(Account { account, name, duties, enrolled, authenticator, disabled });
        }
        Ok(accounts)
    }

    /// The duties of an account.
    pub(super) async fn duties(&self, account: &str) -> Result<Duties, Problem> {
        let select = "SELECT case_name, role FROM duty WHERE account = $1 ORDER BY case_name, role";
        let rows = sqlx::query(select).bind(account).fetch_all(&self.pool).await.map_err(failed)?;
        let mut duties = Duties::new();
        for row in rows {
            let (case, role): (String, String) = (row.try_get(0).map_err(failed)?, row.try_get(1).map_err(failed)?);
            duties.entry(case).or_default().push(role.parse().map_err(Problem::internal)?);
        }
        Ok(duties)
    }

    /// Notes what was done to an account, and by whom.
    pub(super) async fn note(&self, actor: &str, what: &str, account: &str, detail: &str) -> Result<(), Problem> {
        let insert = "INSERT INTO office_event (seq, at, actor, what, account, detail) \
             SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5 FROM office_event";
        let query = sqlx::query(insert).bind(self.now()).bind(actor).bind(what).bind(account).bind(detail);
        query.execute(&self.pool).await.map(|_| ()).map_err(failed)
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
    }
    Ok(())
}

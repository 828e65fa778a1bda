//! Ceremonies: somebody is asked for a proof that another device or another server makes, and what it is to be held against is remembered until it comes.

use serde::{Serialize, de::DeserializeOwned};

use super::{People, secret};
use crate::problem::Problem;

/// How long an answer may take, in microseconds.
const PATIENCE: i64 = 5 * 60 * 1_000_000;

/// The most answers of one kind that are waited for at a time, after which the oldest is given up: anybody may begin.
const MOST_CEREMONIES: i64 = 10_000;

impl People {
    /// Remembers what an answer is to be held against, for as long as it may take, and for whom. In the database, since the answer may come to
    /// another server. Returns the name of the ceremony.
    pub(super) async fn begin_ceremony(&self, account: &str, state: &impl Serialize) -> Result<String, Problem> {
        let failed = |error| self.failed(error);
        let (ceremony, now) = (secret::token()?, self.now());
        let mut acting = self.begin().await?;
        let sweep = sqlx::query("DELETE FROM ceremony WHERE ends_at <= $1").bind(now);
        sweep.execute(&mut *acting).await.map_err(failed)?;
        let open = sqlx::query_scalar("SELECT COUNT(*) FROM ceremony WHERE account = $1").bind(account.to_owned());
        let open: i64 = open.fetch_one(&mut *acting).await.map_err(failed)?;
        if open >= MOST_CEREMONIES {
            let oldest = "DELETE FROM ceremony WHERE id = \
                 (SELECT id FROM ceremony WHERE account = $1 ORDER BY ends_at, id LIMIT 1)";
            self.run(&mut acting, oldest, &[account]).await?;
        }
        let insert = sqlx::query("INSERT INTO ceremony (id, account, state, ends_at) VALUES ($1, $2, $3, $4)")
            .bind(secret::digest(&ceremony))
            .bind(account.to_owned())
            .bind(serde_json::to_string(state).map_err(Problem::internal)?)
            .bind(now + PATIENCE);
        insert.execute(&mut *acting).await.map_err(failed)?;
        self.commit(acting).await?;
        Ok(ceremony)
    }

    /// What an answer is to be held against: once, and not after its time; else none.
    pub(super) async fn end_ceremony<T: DeserializeOwned>(
        &self,
        account: &str,
        ceremony: &str,
    ) -> Result<Option<T>, Problem> {
        let delete = "DELETE FROM ceremony WHERE id = $1 AND account = $2 AND ends_at > $3 RETURNING state";
        let query = sqlx::query_scalar(delete).bind(secret::digest(ceremony)).bind(account.to_owned()).bind(self.now());
        let state: Option<String> =
            query.fetch_optional(self.store.pool()).await.map_err(|error| self.failed(error))?;
        state.map(|state| serde_json::from_str(&state).map_err(Problem::internal)).transpose()
    }
}

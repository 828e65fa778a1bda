//! The database of the office: a file, or a schema on a PostgreSQL server that several programs share.

use casework::{CaseworkError, Migrations, OfficeStore, Place};
use sqlx::{Any, Transaction};

use super::People;
use crate::problem::{Code, Problem};

/// Opens the database, which is made where there is none.
pub(super) async fn open(place: &Place) -> Result<OfficeStore, CaseworkError> {
    let (sqlite, postgres) = (sqlx::migrate!("migrations/sqlite"), sqlx::migrate!("migrations/postgres"));
    OfficeStore::open(place, "office", Migrations { sqlite, postgres }).await
}

/// A transaction in which accounts change, while no other program changes any.
pub(super) type Acting = Transaction<'static, Any>;

impl People {
    pub(super) async fn begin(&self) -> Result<Acting, Problem> {
        self.store.begin().await.map_err(|error| self.failed(error))
    }

    pub(super) async fn commit(&self, acting: Acting) -> Result<(), Problem> {
        acting.commit().await.map_err(|error| self.failed(error))
    }

    /// Runs a statement whose places are all texts. Returns the number of rows that it changed.
    pub(super) async fn run(&self, acting: &mut Acting, sql: &'static str, texts: &[&str]) -> Result<u64, Problem> {
        let query = texts.iter().fold(sqlx::query(sql), |query, text| query.bind((*text).to_owned()));
        query.execute(&mut **acting).await.map(|done| done.rows_affected()).map_err(|error| self.failed(error))
    }

    /// Notes what was done to an account, and by whom.
    pub(super) async fn note(
        &self,
        acting: &mut Acting,
        actor: &str,
        what: &str,
        account: &str,
        detail: &str,
    ) -> Result<(), Problem> {
        let insert = "INSERT INTO office_event (seq, at, actor, what, account, detail) \
             SELECT COALESCE(MAX(seq), 0) + 1, $1, $2, $3, $4, $5 FROM office_event";
        let query = sqlx::query(insert).bind(self.now()).bind(actor.to_owned()).bind(what.to_owned());
        let query = query.bind(account.to_owned()).bind(detail.to_owned());
        query.execute(&mut **acting).await.map(|_| ()).map_err(|error| self.failed(error))
    }

    /// What the database says, as what a caller can do about it. The server's log says where it is.
    pub(super) fn failed(&self, error: sqlx::Error) -> Problem {
        let told = self.store.failed("read or written", error);
        let what = match &told {
            CaseworkError::Busy(_) | CaseworkError::Changed(_) | CaseworkError::Lost { .. } => {
                "the database of the office does not answer; nothing was done, try again in a moment"
            }
            CaseworkError::Full { .. } => {
                "the disk of the office's database is full, so nothing can be kept; tell whoever runs the server"
            }
            _ => return Problem::internal(told),
        };
        eprintln!("countersign serve: the accounts: {told}");
        Problem::new(Code::Unavailable, what)
    }
}

//! Backups of the accounts, made while people sign in. Sessions and slips stay out of them: one that was ended or used must not be good again.

use std::path::Path;

use casework::{BackupError, CaseworkError, Kept, Manifest, Place, back_up, restore};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::{AnyConnection, AnyPool, Row as _};

/// The file of the accounts.
struct Accounts;

impl Kept for Accounts {
    const NAME: &'static str = "accounts";
    const FORGOTTEN: &'static [&'static str] = &["DELETE FROM session", "DELETE FROM slip"];

    async fn prove(copy: &AnyPool, place: &Place) -> Result<(u64, String), CaseworkError> {
        let mut connection = copy.acquire().await.map_err(|error| failed(place, error))?;
        let last = sqlx::query("SELECT COALESCE(MAX(seq), 0) FROM office_event").fetch_one(&mut *connection).await;
        let last: i64 = last.and_then(|row| row.try_get(0)).map_err(|error| failed(place, error))?;
        let last = u64::try_from(last).unwrap_or_default();
        Ok((last, Self::digest(&mut connection, place, last).await?))
    }

    async fn digest(original: &mut AnyConnection, place: &Place, events: u64) -> Result<String, CaseworkError> {
        let select = "SELECT seq, at, actor, what, account, detail FROM office_event WHERE seq <= $1 ORDER BY seq";
        let query = sqlx::query(select).bind(i64::try_from(events).unwrap_or(i64::MAX));
        let rows = query.fetch_all(original).await.map_err(|error| failed(place, error))?;
        let mut hash = Sha256::new();
        for row in rows {
            let event = (|| {
                let numbers: (i64, i64) = (row.try_get(0)?, row.try_get(1)?);
                let texts: [String; 4] = [row.try_get(2)?, row.try_get(3)?, row.try_get(4)?, row.try_get(5)?];
                Ok((numbers, texts))
            })();
            let event = event.map_err(|error: sqlx::Error| failed(place, error))?;
            let line = serde_json::to_string(&event).unwrap_or_default();
            hash.update(line + "\n");
        }
        Ok(hash.finalize().iter().map(|byte| format!("{byte:02x}")).collect())
    }
}

fn failed(place: &Place, error: sqlx::Error) -> CaseworkError {
    CaseworkError::Store { place: place.clone(), act: "read", source: Box::new(error) }
}

/// Makes a backup of the accounts in a file, while others may write it.
pub async fn back_up_accounts(office: &Path, out: &Path, at: Timestamp) -> Result<Manifest, BackupError> {
    back_up::<Accounts>(office, out, at).await
}

/// Restores the accounts from a backup into a file that is not there yet. Everybody signs in anew.
pub async fn restore_accounts(backup: &Path, to: &Path) -> Result<Manifest, BackupError> {
    restore::<Accounts>(backup, to).await
}

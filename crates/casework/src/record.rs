//! The log of a case as strangers get it: its leaves in order, their hashes for proofs, and single events opened for a court.

use domain::{Changed, Recorded, Settlement, changed, settle};
use law::certificate::examined;
use ledger::{Hash, Opening};
use sqlx::Row;

use crate::{
    CaseFile, CaseworkError,
    fault::unreadable,
    fold::{read, read_stored},
    stored::Stored,
};

/// Events read at a time.
const PAGE: i64 = 4096;

impl CaseFile {
    /// Hands every leaf of the log to `each`, in order, as the line that is published.
    pub async fn leaves(&self, mut each: impl FnMut(&str) -> std::io::Result<()>) -> Result<(), CaseworkError> {
        let mut after = 0;
        loop {
            let page = self.stored_after(after, PAGE).await?;
            let Some((_, last)) = page.last() else { return Ok(()) };
            after = last.seq;
            for (stored, recorded) in page {
                let line = stored.line(&recorded, &self.log().secret);
                each(&line.map_err(|why| unreadable(self.place(), recorded.seq, &why))?)
                    .map_err(CaseworkError::Output)?;
            }
        }
    }

    /// The hashes of all leaves, in order.
    pub async fn leaf_hashes(&self) -> Result<Vec<Hash>, CaseworkError> {
        let rows = sqlx::query("SELECT leaf FROM event WHERE seq <= $1 ORDER BY seq")
            .bind(self.last_seq())
            .fetch_all(self.pool())
            .await
            .map_err(|error| self.failed("read", error))?;
        let hash = |(at, row): (usize, &sqlx::any::AnyRow)| {
            let text: String = row.try_get(0).map_err(|error| self.failed("read", error))?;
            ledger::from_hex(&text).ok_or_else(|| {
                unreadable(self.place(), at as u64 + 1, "the hash of its leaf is not 64 hexadecimal digits")
            })
        };
        rows.iter().enumerate().map(hash).collect()
    }

    /// The root over all events, as it goes into a checkpoint.
    pub fn log_root(&self) -> Hash {
        self.log().tree.root()
    }

    /// One event with its private part, for a court. None where the case has no such event. The first is refused: who has the secret in it can find
    /// out whom every tag stands for.
    pub async fn open_event(&self, seq: u64) -> Result<Option<Opening>, CaseworkError> {
        if seq == 1 {
            let what = "the first event holds the secret of the case, with which every tag could be opened; open the event in question";
            return Err(CaseworkError::Law(what.to_owned()));
        }
        let Some(before) = seq.checked_sub(1) else { return Ok(None) };
        let page = self.stored_after(before, 1).await?;
        let Some((stored, recorded)) = page.first() else { return Ok(None) };
        let opening = stored.opening(recorded, &self.log().secret);
        opening.map(Some).map_err(|why| unreadable(self.place(), seq, &why))
    }

    /// At most `most` events after event `after`, of those in memory.
    async fn stored_after(&self, after: u64, most: i64) -> Result<Vec<(Stored, Recorded)>, CaseworkError> {
        let page = read_stored(self.pool(), self.place(), after, self.case().seq, most).await?;
        page.into_iter()
            .map(|stored| {
                let recorded = read(&stored, self.place())?;
                Ok((stored, recorded))
            })
            .collect()
    }
}

impl CaseFile {
    /// What changed, line by line, between the certificate given last and the one that it replaced. None where it replaced none.
    pub async fn changed_lines(&self) -> Result<Option<Vec<Changed>>, CaseworkError> {
        let rows = sqlx::query("SELECT seq FROM certificate WHERE seq <= $1 ORDER BY seq DESC LIMIT 2")
            .bind(self.last_seq())
            .fetch_all(self.pool())
            .await
            .map_err(|error| self.failed("read", error))?;
        let seqs: Vec<i64> = rows
            .iter()
            .map(|row| row.try_get(0))
            .collect::<Result<_, _>>()
            .map_err(|error| self.failed("read", error))?;
        let [last, replaced] = seqs[..] else { return Ok(None) };
        let (before, after) = (self.examined_before(replaced).await?, self.examined_before(last).await?);
        Ok(Some(changed(&before, &after)))
    }

    /// What the lines came to just before an event, as a certificate there rests on them.
    async fn examined_before(&self, seq: i64) -> Result<Settlement, CaseworkError> {
        let folded = self.folded_at(u64::try_from(seq).unwrap_or_default().saturating_sub(1)).await?;
        Ok(examined(&folded.case, &settle(&folded.case)).into_owned())
    }
}

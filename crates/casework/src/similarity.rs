//! How alike the signatures on lines and those on file look: what there is to compare, and what came of it. It puts contact sheets in order, and says which
//! reference signature stands on them; no line is decided by it. The comparing itself is done by whoever reads the images.

use std::collections::{BTreeMap, HashMap, HashSet};

use domain::{Line, LineRef, LineState, Phase, SectionNo, SectionState, VoterId};
use jiff::Timestamp;
use sha2::{Digest as _, Sha256};
use sqlx::{AssertSqlSafe, Row as _, any::AnyRow};

use crate::{
    CaseFile, CaseworkError,
    own::digest,
    queue::Scope,
    store_work::line_of,
    tables::{Table, Taken, Value, write},
    work::scope,
};

/// The signature on a line, and what it is held against: the reference signatures of the voter who is likeliest to have signed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparable {
    /// The line.
    pub line: LineRef,
    /// The voter.
    pub voter: VoterId,
    /// SHA-256 of the image of the signature on the line, 64 hexadecimal digits.
    pub signature: String,
    /// The voter's reference signatures: which, counted from one, and the SHA-256 of the image.
    pub references: Vec<(u32, String)>,
}

impl Comparable {
    /// What a comparison of these rests on, by the way of comparing: another image, another voter or another way, and it is another one.
    fn rests_on(&self, method: &str) -> String {
        let mut all = Sha256::new();
        for part in [method, self.voter.as_str(), &self.signature] {
            all.update(part);
            all.update([0]);
        }
        for (reference, digest) in &self.references {
            all.update(format!("{reference} {digest}\0"));
        }
        all.finalize().iter().map(|byte| format!("{byte:02x}")).collect()
    }
}

/// The reference signature that looks most like the signature on a line.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Likest {
    /// Which of the voter's reference signatures, counted from one.
    pub reference: u32,
    /// How alike they look, in thousandths.
    pub permille: u16,
}

/// What came of comparing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ComparedSignature {
    /// What was compared.
    pub of: Comparable,
    /// The likest; none where no two of the images could be compared.
    pub likest: Option<Likest>,
}

/// The likest reference signature of a line with the voter whose it is, as the queues keep it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Alike {
    /// The voter's number, as a digest.
    pub(crate) voter: u32,
    pub(crate) likest: Likest,
}

/// The last comparison that was read, with its way of comparing.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(crate) struct Read {
    seq: u64,
    method: String,
}

/// What was compared since another comparison.
pub(crate) struct Since {
    /// By line the last of each; none where nothing could be compared.
    pub(crate) compared: HashMap<LineRef, Option<Alike>>,
    /// Whether it was compared in another way than before, so that nothing of before counts any more.
    pub(crate) anew: bool,
    pub(crate) read: Read,
}

const SIMILARITY: Table = Table {
    name: "similarity",
    columns: &["seq", "section", "line", "voter_id", "reference", "permille", "method", "rests_on", "compared_at"],
    keys: 1,
};

impl CaseFile {
    /// What is to be compared in these sections: every line that is examined and has an image of its signature, and whose likeliest voter has reference
    /// signatures, unless the very same was compared before. Decided lines are among them: some are handed out again with known answers, which nothing must tell
    /// from others.
    pub async fn to_compare(&self, sections: &[SectionNo], method: &str) -> Result<Vec<Comparable>, CaseworkError> {
        let mut found = Vec::new();
        let sample = match scope(self)? {
            Scope::All => None,
            Scope::Sample => self.case().sample.as_ref().map(|sample| sample.lines().iter().collect::<HashSet<_>>()),
            // Before the draw it is not known which lines will be looked at.
            Scope::Nothing if self.case().phase == Phase::Examining && self.is_not_drawn() => None,
            Scope::Nothing => return Ok(found),
        };
        let examined = |line: LineRef| {
            let section = self.case().section(line.section).filter(|section| section.state == SectionState::Received);
            let decided = |line: &Line| matches!(line.state, LineState::Decided(_));
            let line_of = section.and_then(|section| section.line(line.line));
            line_of.is_some_and(|of| sample.as_ref().is_none_or(|sample| sample.contains(&line) || decided(of)))
        };
        for &section in sections {
            let signatures = self.latest(SIGNATURES, section).await?;
            if signatures.is_empty() {
                continue;
            }
            let searches = self.searches_of(section).await?.into_iter();
            let lines: Vec<_> = searches
                .filter(|(line, _)| examined(*line))
                .filter_map(|(line, search)| {
                    let signature = signatures.get(&i64::from(line.line.get()))?.clone();
                    Some((line, search.candidates.into_iter().next()?.voter, signature))
                })
                .collect();
            let references = self.reference_digests(lines.iter().map(|(_, voter, _)| voter)).await?;
            let before = self.latest(COMPARED, section).await?;
            found.extend(lines.into_iter().filter_map(|(line, voter, signature)| {
                let references = references.get(voter.as_str())?.clone().into_iter().collect();
                let comparable = Comparable { line, voter, signature, references };
                let same = before.get(&i64::from(line.line.get())) == Some(&comparable.rests_on(method));
                (!same).then_some(comparable)
            }));
        }
        Ok(found)
    }

    /// Puts on record what came of comparing, all of it or none.
    pub async fn keep_compared(
        &self,
        all: &[ComparedSignature],
        method: &str,
        now: Timestamp,
    ) -> Result<(), CaseworkError> {
        let failed = |error| self.failed("written", error);
        let mut transaction = self.begin().await?;
        let last = sqlx::query("SELECT COALESCE(MAX(seq), 0) FROM similarity").fetch_one(&mut *transaction).await;
        let last: i64 = last.and_then(|row| row.try_get(0)).map_err(failed)?;
        let rows = (last + 1..).zip(all).map(|(seq, compared)| row(seq, compared, method, now));
        write(&mut transaction, &SIMILARITY, Taken::Fails, Box::new(rows)).await.map_err(failed)?;
        transaction.commit().await.map_err(failed)
    }

    /// What was compared since another comparison. Numbers of different ways do not compare: the last way counts.
    pub(crate) async fn compared_since(&self, before: &Read) -> Result<Since, CaseworkError> {
        let failed = |error| self.failed("read", error);
        let mut since = Since { compared: HashMap::new(), anew: false, read: before.clone() };
        loop {
            let seq = i64::try_from(since.read.seq).unwrap_or(i64::MAX);
            let rows = sqlx::query(SINCE).bind(seq).fetch_all(self.pool()).await.map_err(failed)?;
            for row in &rows {
                let (seq, method): (i64, String) = (row.try_get(5).map_err(failed)?, row.try_get(6).map_err(failed)?);
                if method != since.read.method {
                    since.compared.clear();
                    since.anew = true;
                    since.read.method = method;
                }
                since.compared.insert(line_of(self, row)?, self.alike(row)?);
                since.read.seq = u64::try_from(seq).map_err(|error| self.damaged(&error))?;
            }
            if rows.is_empty() {
                return Ok(since);
            }
        }
    }

    /// Whether there is to be a sample that is not drawn yet.
    fn is_not_drawn(&self) -> bool {
        self.case().sample.as_ref().is_some_and(|sample| sample.drawn.is_none())
    }

    fn alike(&self, row: &AnyRow) -> Result<Option<Alike>, CaseworkError> {
        let failed = |error| self.failed("read", error);
        let voter: String = row.try_get(2).map_err(failed)?;
        let (reference, permille): (Option<i64>, Option<i64>) =
            (row.try_get(3).map_err(failed)?, row.try_get(4).map_err(failed)?);
        let voter = VoterId::new(&voter).ok_or_else(|| self.damaged(&"a comparison with nobody"))?;
        let alike = |(reference, permille): (i64, i64)| {
            let likest = Likest { reference: u32::try_from(reference)?, permille: u16::try_from(permille)? };
            Ok(Alike { voter: digest(&voter), likest })
        };
        let read: Option<Result<_, std::num::TryFromIntError>> = reference.zip(permille).map(alike);
        read.transpose().map_err(|error| self.damaged(&error))
    }

    /// The last text of each line of a section.
    async fn latest(&self, asked: &'static str, section: SectionNo) -> Result<HashMap<i64, String>, CaseworkError> {
        let failed = |error| self.failed("read", error);
        let rows = sqlx::query(asked).bind(i64::from(section.get())).fetch_all(self.pool()).await.map_err(failed)?;
        rows.iter().map(|row| Ok((row.try_get(0)?, row.try_get(1)?))).collect::<Result<_, _>>().map_err(failed)
    }

    /// The reference signatures of voters: of each which there are, and the digest of the image taken in last.
    async fn reference_digests(
        &self,
        voters: impl Iterator<Item = &VoterId>,
    ) -> Result<HashMap<String, BTreeMap<u32, String>>, CaseworkError> {
        let failed = |error| self.failed("read", error);
        let voters: Vec<_> = voters.collect();
        let mut found: HashMap<_, BTreeMap<_, _>> = HashMap::new();
        for voters in voters.chunks(AT_ONCE) {
            let places: Vec<_> = (1..=voters.len()).map(|place| format!("${place}")).collect();
            let asked = format!(
                "SELECT voter_id, place, digest FROM blob WHERE kind = 'reference' AND section = 0 AND voter_id IN ({}) ORDER BY seq",
                places.join(", ")
            );
            let query = voters
                .iter()
                .fold(sqlx::query(AssertSqlSafe(asked)), |query, voter| query.bind(voter.as_str().to_owned()));
            for row in query.fetch_all(self.pool()).await.map_err(failed)? {
                let place: i64 = row.try_get(1).map_err(failed)?;
                let place = u32::try_from(place).map_err(|error| self.damaged(&error))?;
                let of = found.entry(row.try_get(0).map_err(failed)?).or_default();
                of.insert(place, row.try_get(2).map_err(failed)?);
            }
        }
        Ok(found)
    }
}

/// Voters whose reference signatures are asked for together.
const AT_ONCE: usize = 200;

/// So many at a time, since there may be one for each of hundreds of thousands of lines.
const SINCE: &str = "SELECT section, line, voter_id, reference, permille, seq, method FROM similarity WHERE seq > $1 ORDER BY seq LIMIT 10000";
const SIGNATURES: &str = "SELECT place, digest FROM blob WHERE kind = 'signature' AND section = $1 ORDER BY seq";
const COMPARED: &str = "SELECT line, rests_on FROM similarity WHERE section = $1 ORDER BY seq";

fn row(seq: i64, ComparedSignature { of, likest }: &ComparedSignature, method: &str, now: Timestamp) -> Vec<Value> {
    let number = |number: Option<i64>| number.map_or(Value::Null, Value::Int);
    vec![
        Value::Int(seq),
        of.line.section.get().into(),
        of.line.line.get().into(),
        of.voter.as_str().into(),
        number(likest.map(|likest| likest.reference.into())),
        number(likest.map(|likest| likest.permille.into())),
        method.into(),
        Value::Text(of.rests_on(method)),
        Value::Int(now.as_microsecond()),
    ]
}

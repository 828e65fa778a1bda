//! The tables that follow from the events: written in the same transaction, and rebuilt from the events on demand.

use domain::{Case, Event, Judgment, LineRef, LineState, Recorded, SectionState, Settlement};
use sqlx::{Any, Arguments, AssertSqlSafe, Transaction, any::AnyArguments};

use crate::{
    CaseworkError, Place,
    fault::{store_error, unreadable},
    stored::{Log, Stored},
};

/// Rows written by one statement.
pub(crate) const CHUNK: usize = 400;

/// One value of a row, in the types that both databases share.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Value {
    Int(i64),
    Text(String),
    Null,
}

impl From<&str> for Value {
    fn from(text: &str) -> Self {
        Self::Text(text.to_owned())
    }
}

impl From<u32> for Value {
    fn from(number: u32) -> Self {
        Self::Int(i64::from(number))
    }
}

impl From<u64> for Value {
    fn from(number: u64) -> Self {
        Self::Int(i64::try_from(number).unwrap_or(i64::MAX))
    }
}

impl<T: ToString> From<Option<T>> for Value {
    fn from(value: Option<T>) -> Self {
        value.map_or(Self::Null, |value| Self::Text(value.to_string()))
    }
}

/// The columns of numbers in which there may be none.
const NUMBERS_OR_NONE: [&str; 6] = ["searched_in", "section", "line", "found_at", "reference", "permille"];

/// A table with its columns, the first `keys` of which identify a row.
pub(crate) struct Table {
    pub(crate) name: &'static str,
    pub(crate) columns: &'static [&'static str],
    pub(crate) keys: usize,
}

/// What is done with a row whose key is taken.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Taken {
    /// The transaction fails.
    Fails,
    /// The new row stands in place of the old one.
    Replaced,
    /// The old row stays.
    Stays,
}

pub(crate) const EVENT: Table =
    Table { name: "event", columns: &["seq", "at", "actor", "kind", "public", "private", "leaf"], keys: 1 };
pub(crate) const SECTION: Table = Table {
    name: "section",
    columns: &[
        "section",
        "circulator",
        "circulator_address",
        "signed_from",
        "signed_to",
        "executed_on",
        "lines",
        "state",
        "searched_in",
    ],
    keys: 1,
};
pub(crate) const LINE: Table = Table {
    name: "line",
    columns: &["section", "line", "page", "printed_name", "address", "city", "zip", "date_signed", "signature"],
    keys: 2,
};
pub(crate) const LINE_STATE: Table = Table {
    name: "line_state",
    columns: &["section", "line", "state", "voter_id", "disposition", "reason", "findings"],
    keys: 2,
};
pub(crate) const WITHDRAWAL: Table =
    Table { name: "withdrawal", columns: &["seq", "voter_id", "received_on", "accepted"], keys: 1 };
pub(crate) const CERTIFICATE: Table =
    Table { name: "certificate", columns: &["seq", "certified_on", "verdict", "valid", "digest"], keys: 1 };

/// The tables that follow from the events.
pub(crate) const FOLLOWING: [&Table; 5] = [&SECTION, &LINE, &LINE_STATE, &WITHDRAWAL, &CERTIFICATE];

type Tx = Transaction<'static, Any>;

/// Rows as they are made, one after the other. Boxed, so that an act under way may move from one thread to another.
pub(crate) type Rows<'a> = Box<dyn Iterator<Item = Vec<Value>> + Send + 'a>;

/// Writes rows. Returns how many there are that were not there so.
pub(crate) async fn write(tx: &mut Tx, table: &Table, taken: Taken, mut rows: Rows<'_>) -> Result<u64, sqlx::Error> {
    let mut written = 0;
    loop {
        let chunk: Vec<_> = rows.by_ref().take(CHUNK).collect();
        if chunk.is_empty() {
            return Ok(written);
        }
        let sql = insert_sql(table, taken, chunk.len(), tx.backend_name());
        let mut arguments = AnyArguments::default();
        for (column, value) in table.columns.iter().cycle().zip(chunk.into_iter().flatten()) {
            match value {
                Value::Int(number) => arguments.add(number),
                Value::Text(text) => arguments.add(text),
                // PostgreSQL is told the type of what is missing, and keeps it with the statement.
                Value::Null if NUMBERS_OR_NONE.contains(column) => arguments.add(Option::<i64>::None),
                Value::Null => arguments.add(Option::<String>::None),
            }
            .map_err(sqlx::Error::Encode)?;
        }
        written += sqlx::query_with(AssertSqlSafe(sql), arguments).execute(&mut **tx).await?.rows_affected();
    }
}

/// A statement with its values, which stand at $1, $2 and so on.
pub(crate) fn query(sql: &'static str, values: Vec<Value>) -> sqlx::query::Query<'static, Any, AnyArguments> {
    values.into_iter().fold(sqlx::query(sql), |query, value| match value {
        Value::Int(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Null => query.bind(Option::<String>::None),
    })
}

/// The statement for so many rows. `backend` is the database's name as sqlx has it.
fn insert_sql(table: &Table, taken: Taken, rows: usize, backend: &str) -> String {
    let width = table.columns.len();
    let mut sql = format!("INSERT INTO {} ({}) VALUES ", table.name, table.columns.join(", "));
    // PostgreSQL numbers its places. SQLite would take $1 for a name and look each of thousands up one by one.
    let numbered = backend == "PostgreSQL";
    let place = |at: usize| if numbered { format!("${}", at + 1) } else { "?".to_owned() };
    let row = |row: usize| (row * width..(row + 1) * width).map(place).collect::<Vec<_>>().join(", ");
    sql.push_str(&(0..rows).map(|at| format!("({})", row(at))).collect::<Vec<_>>().join(", "));
    let (keys, others) = table.columns.split_at(table.keys);
    let conflict = format!(" ON CONFLICT ({}) DO ", keys.join(", "));
    match taken {
        Taken::Fails => {}
        Taken::Replaced => {
            let set: Vec<_> = others.iter().map(|column| format!("{column} = excluded.{column}")).collect();
            sql.push_str(&format!("{conflict}UPDATE SET {}", set.join(", ")));
        }
        Taken::Stays => sql.push_str(&format!("{conflict}NOTHING")),
    }
    sql
}

/// Adds events; a number that is taken fails the transaction.
pub(crate) async fn insert_events(tx: &mut Tx, events: &[Stored]) -> Result<(), sqlx::Error> {
    let rows = events.iter().map(|event| {
        vec![
            Value::Int(event.seq),
            Value::Int(event.at),
            event.actor.as_str().into(),
            event.kind.as_str().into(),
            event.public.as_str().into(),
            event.private.clone().into(),
            event.leaf.as_str().into(),
        ]
    });
    write(tx, &EVENT, Taken::Fails, Box::new(rows)).await.map(drop)
}

/// Adds the event with which a case begins.
pub(crate) async fn insert_first(tx: &mut Tx, place: &Place, first: &Recorded) -> Result<(), CaseworkError> {
    let no_secret = "its secret is not 64 hexadecimal digits";
    let log = Log::begun_by(&first.event).ok_or_else(|| unreadable(place, 1, no_secret))?;
    let (stored, _) = Stored::new(first, &log.secret).map_err(|why| unreadable(place, 1, &why))?;
    insert_events(tx, &[stored]).await.map_err(|error| store_error(place, "made", error))
}

/// Brings the tables up to the events just taken in.
pub(crate) async fn follow(
    tx: &mut Tx,
    case: &Case,
    settlement: &Settlement,
    recorded: &[Recorded],
    touched: &[LineRef],
) -> Result<(), sqlx::Error> {
    for table in [&SECTION, &LINE, &WITHDRAWAL, &CERTIFICATE] {
        let rows = recorded.iter().flat_map(|event| rows_of(case, table, event));
        write(tx, table, Taken::Fails, Box::new(rows)).await?;
    }
    for event in recorded {
        let (column, value, section) = match &event.event {
            Event::SearchedSection(searched, _) => ("searched_in", event.seq.into(), searched.section),
            Event::SectionVoided(voided, _) => ("state", section_state(case, voided.section), voided.section),
            Event::SectionRestored(section, _) => ("state", section_state(case, *section), *section),
            _ => continue,
        };
        update_section(tx, column, value, section.get()).await?;
    }
    let states = touched.iter().filter_map(|&line| line_state(case, settlement, line));
    write(tx, &LINE_STATE, Taken::Replaced, Box::new(states)).await.map(drop)
}

async fn update_section(tx: &mut Tx, column: &str, value: Value, section: u32) -> Result<(), sqlx::Error> {
    let sql = format!("UPDATE section SET {column} = $1 WHERE section = $2");
    let query = sqlx::query(AssertSqlSafe(sql));
    let query = match value {
        Value::Int(number) => query.bind(number),
        Value::Text(text) => query.bind(text),
        Value::Null => query.bind(Option::<String>::None),
    };
    query.bind(i64::from(section)).execute(&mut **tx).await.map(|_| ())
}

fn section_state(case: &Case, section: domain::SectionNo) -> Value {
    match case.section(section).map(|section| section.state) {
        Some(SectionState::Void(ground)) => ground.reason().name().into(),
        Some(SectionState::Received) | None => "received".into(),
    }
}

/// The rows that an event adds to a table.
pub(crate) fn rows_of(case: &Case, table: &Table, recorded: &Recorded) -> Vec<Vec<Value>> {
    match (&recorded.event, table.name) {
        (Event::SectionReceived(public, private), "section") => vec![vec![
            public.section.get().into(),
            private.circulator.as_str().into(),
            private.circulator_address.as_str().into(),
            public.circulation.signed_from.into(),
            public.circulation.signed_to.into(),
            public.circulation.executed_on.into(),
            (public.lines.len() as u64).into(),
            section_state(case, public.section),
            Value::Null,
        ]],
        (Event::SectionReceived(public, private), "line") => {
            let row = |(&(line, page), text): (&(domain::LineNo, domain::PageNo), &domain::StoredLine)| {
                vec![
                    public.section.get().into(),
                    line.get().into(),
                    page.get().into(),
                    text.printed_name.as_str().into(),
                    text.address.as_str().into(),
                    text.city.as_str().into(),
                    text.zip.as_str().into(),
                    text.date_signed.as_str().into(),
                    text.signature.as_str().into(),
                ]
            };
            public.lines.iter().zip(&private.texts).map(row).collect()
        }
        (Event::WithdrawalReceived(public, private), "withdrawal") => {
            let accepted = case.weigh(*public).accepted;
            vec![vec![
                recorded.seq.into(),
                private.voter.as_str().into(),
                Some(public.received_on).into(),
                u32::from(accepted).into(),
            ]]
        }
        (Event::Certified(certified), "certificate") => vec![vec![
            recorded.seq.into(),
            Some(certified.certified_on).into(),
            certified.verdict.name().into(),
            certified.valid.into(),
            certified.certificate_digest.as_str().into(),
        ]],
        _ => Vec::new(),
    }
}

/// The row of a line's state.
pub(crate) fn line_state(case: &Case, settlement: &Settlement, line: LineRef) -> Option<Vec<Value>> {
    let Some(settled) = settlement.line(line) else {
        let struck = case.section(line.section)?.struck().iter().any(|found| found.no == line.line);
        let row = [
            line.section.get().into(),
            line.line.get().into(),
            "struck".into(),
            Value::Null,
            Value::Null,
            Value::Null,
            "".into(),
        ];
        return struck.then(|| row.into());
    };
    let (state, voter) = match &case.line(line)?.state {
        LineState::Undecided => ("undecided", None),
        LineState::MismatchPending { voter, .. } => ("mismatch_pending", Some(voter)),
        LineState::Decided(Judgment::Genuine { voter, .. } | Judgment::Mismatch { voter, .. }) => {
            ("decided", Some(voter))
        }
        LineState::Decided(Judgment::Rejected { voter, .. }) => ("decided", voter.as_ref()),
    };
    let findings: Vec<_> = settled.findings.iter().map(|finding| finding.reason.name()).collect();
    Some(vec![
        line.section.get().into(),
        line.line.get().into(),
        state.into(),
        voter.into(),
        settled.disposition.map(domain::Disposition::name).into(),
        settled.disposition.and_then(domain::Disposition::reason).into(),
        findings.join(",").as_str().into(),
    ])
}

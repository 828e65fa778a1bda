//! The tables from the events: compared row by row, and written anew where they differ.

use std::collections::BTreeMap;

use domain::{Event, LineRef, Recorded};
use serde::Serialize;
use sqlx::{AnyConnection, AssertSqlSafe, Row, any::AnyRow};

use crate::{
    CaseFile, CaseworkError,
    fold::read_events,
    tables::{self, CERTIFICATE, FOLLOWING, LINE, LINE_STATE, SECTION, Table, Value, WITHDRAWAL},
};

/// What the comparison found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct RebuildReport {
    /// Events that the tables were rebuilt from.
    pub events: u64,
    /// Rows that follow from the events, by table.
    pub rows: BTreeMap<&'static str, u64>,
    /// Rows that were missing, extra or different, by table; empty when the tables agree.
    pub mended: BTreeMap<&'static str, u64>,
}

impl CaseFile {
    /// Derives every table from the events, compares it with what is stored, and writes it anew where it differs.
    pub async fn rebuild(&mut self) -> Result<RebuildReport, CaseworkError> {
        // Nobody writes meanwhile: tables and events are compared as they stand together.
        let mut transaction = self.begin().await?;
        self.take_in(&mut transaction).await?;
        let expected = self.expected(&mut transaction).await?;
        let mut report = RebuildReport { events: self.case().seq, rows: BTreeMap::new(), mended: BTreeMap::new() };
        let failed = |error| self.failed("rebuilt", error);
        for (table, rows) in FOLLOWING.into_iter().zip(&expected) {
            let stored = stored(&mut transaction, table).await.map_err(|error| self.failed("read", error))?;
            report.rows.insert(table.name, rows.len() as u64);
            let differing = differing(rows, &stored);
            if differing > 0 {
                report.mended.insert(table.name, differing);
                let clear = format!("DELETE FROM {}", table.name);
                sqlx::query(AssertSqlSafe(clear)).execute(&mut *transaction).await.map_err(failed)?;
                let rows = Box::new(rows.iter().cloned());
                tables::write(&mut transaction, table, tables::Taken::Fails, rows).await.map_err(failed)?;
            }
        }
        transaction.commit().await.map_err(failed)?;
        Ok(report)
    }

    /// The rows of each following table, in order of their keys.
    async fn expected(&self, from: &mut AnyConnection) -> Result<Vec<Vec<Vec<Value>>>, CaseworkError> {
        let mut rows: BTreeMap<&str, Vec<Vec<Value>>> = BTreeMap::new();
        let mut searched_in = BTreeMap::new();
        let mut after = 0;
        loop {
            let events: Vec<Recorded> = read_events(&mut *from, self.place(), after, self.case().seq).await?;
            let Some(last) = events.last() else { break };
            after = last.seq;
            for event in &events {
                if let Event::SearchedSection(searched, _) = &event.event {
                    searched_in.insert(Value::from(searched.section.get()), Value::from(event.seq));
                }
                for table in [&SECTION, &LINE, &WITHDRAWAL, &CERTIFICATE] {
                    rows.entry(table.name).or_default().extend(tables::rows_of(self.case(), table, event));
                }
            }
        }
        for section in rows.entry(SECTION.name).or_default() {
            if let (Some(seq), Some(place)) = (searched_in.get(&section[0]), section.last_mut()) {
                *place = seq.clone();
            }
        }
        let counted = self.settlement().lines.iter().map(|settled| settled.line);
        let struck = self
            .case()
            .sections()
            .flat_map(|section| section.struck().iter().map(|line| LineRef { section: section.no, line: line.no }));
        let states = counted.chain(struck);
        let states = states.filter_map(|line| tables::line_state(self.case(), self.settlement(), line)).collect();
        rows.insert(LINE_STATE.name, states);
        Ok(FOLLOWING
            .into_iter()
            .map(|table| {
                let mut rows = rows.remove(table.name).unwrap_or_default();
                rows.sort_unstable();
                rows
            })
            .collect())
    }
}

async fn stored(from: &mut AnyConnection, table: &Table) -> Result<Vec<Vec<Value>>, sqlx::Error> {
    let sql = format!("SELECT {} FROM {}", table.columns.join(", "), table.name);
    let rows = sqlx::query(AssertSqlSafe(sql)).fetch_all(from).await?;
    let mut rows: Vec<_> = rows.iter().map(|row| values(row, table.columns.len())).collect();
    rows.sort_unstable();
    Ok(rows)
}

fn values(row: &AnyRow, columns: usize) -> Vec<Value> {
    (0..columns)
        .map(|column| {
            row.try_get::<Option<i64>, _>(column)
                .map(|number| number.map_or(Value::Null, Value::Int))
                .or_else(|_| row.try_get::<Option<String>, _>(column).map(Value::from))
                .unwrap_or(Value::Null)
        })
        .collect()
}

/// How many rows stand in one of two sorted lists and not in the other.
fn differing(left: &[Vec<Value>], right: &[Vec<Value>]) -> u64 {
    let (mut left, mut right, mut count) = (left.iter().peekable(), right.iter().peekable(), 0);
    loop {
        match (left.peek(), right.peek()) {
            (None, None) => return count,
            (Some(a), Some(b)) if a == b => {
                left.next();
                right.next();
            }
            (Some(a), Some(b)) if a < b => {
                left.next();
                count += 1;
            }
            (Some(_), None) => {
                left.next();
                count += 1;
            }
            _ => {
                right.next();
                count += 1;
            }
        }
    }
}

//! The events of a case as they are read from the store, checked against their leaves, and folded.

use std::collections::BTreeMap;

use domain::{Case, Event, LineNo, PageNo, Recorded, RunningSettlement, SectionNo, StoredLine};
use sqlx::{Any, AnyConnection, Executor};

use crate::{
    CaseworkError, Place,
    course::Course,
    fault::{store_error, unreadable},
    stored::{Log, Stored},
};

/// Events read at a time.
const PAGE: i64 = 4096;

/// A case folded up to some event, with the digest of the events it rests on.
pub(crate) struct Folded {
    pub(crate) case: Case,
    pub(crate) log: Log,
    /// In which event each section was received.
    pub(crate) received_in: BTreeMap<SectionNo, u64>,
    /// In which events lines of each section were keyed, in order.
    pub(crate) keyed_in: BTreeMap<SectionNo, Vec<u64>>,
    /// The lines that came without a text and were not keyed since, with their pages.
    pub(crate) unkeyed: BTreeMap<SectionNo, BTreeMap<LineNo, PageNo>>,
    /// What happened to it as a whole.
    pub(crate) course: Course,
}

impl Folded {
    /// The case after event `until`, or after its last one where it has fewer.
    pub(crate) async fn read(from: &mut AnyConnection, place: &Place, until: u64) -> Result<Self, CaseworkError> {
        let first = read_stored(&mut *from, place, 0, until, 1).await?;
        let Some(first) = first.first() else {
            return Err(CaseworkError::NotACase { place: place.clone(), why: "it holds no events".to_owned() });
        };
        let recorded = read(first, place)?;
        let case = Case::open(&recorded)?;
        let log = Log::begun_by(&recorded.event).ok_or_else(|| unreadable(place, 1, "its secret is missing"))?;
        let (received_in, keyed_in, unkeyed) = (BTreeMap::new(), BTreeMap::new(), BTreeMap::new());
        let mut folded = Self { case, log, received_in, keyed_in, unkeyed, course: Course::default() };
        folded.course.follow(&recorded);
        folded.grow_log(first, &recorded, place)?;
        folded.go_on(from, place, until, None).await?;
        Ok(folded)
    }

    /// Folds the events after the last one folded, up to event `until`, and lets a settlement follow. After an error it may have taken in some of them.
    pub(crate) async fn go_on(
        &mut self,
        from: &mut AnyConnection,
        place: &Place,
        until: u64,
        mut settlement: Option<&mut RunningSettlement>,
    ) -> Result<(), CaseworkError> {
        loop {
            let page = read_stored(&mut *from, place, self.case.seq, until, PAGE).await?;
            if page.is_empty() {
                return Ok(());
            }
            let mut taken = Vec::new();
            for stored in &page {
                let recorded = read(stored, place)?;
                self.case.apply(&recorded)?;
                self.follow(&recorded);
                self.grow_log(stored, &recorded, place)?;
                if settlement.is_some() {
                    taken.push(recorded);
                }
            }
            if let Some(settlement) = &mut settlement {
                settlement.follow(&self.case, &taken);
            }
        }
    }

    /// Takes note of an event that the case has taken in.
    pub(crate) fn follow(&mut self, recorded: &Recorded) {
        match &recorded.event {
            Event::SectionReceived(public, private) => {
                self.received_in.insert(public.section, recorded.seq);
                let blank = public.lines.iter().zip(&private.texts).filter(|(_, text)| nothing_stands_there(text));
                let blank: BTreeMap<_, _> = blank.map(|(line, _)| *line).collect();
                if !blank.is_empty() {
                    self.unkeyed.insert(public.section, blank);
                }
            }
            Event::LinesKeyed(public, _) => {
                self.keyed_in.entry(public.section).or_default().push(recorded.seq);
                if let Some(left) = self.unkeyed.get_mut(&public.section) {
                    left.retain(|line, _| !public.lines.contains(line));
                    if left.is_empty() {
                        self.unkeyed.remove(&public.section);
                    }
                }
            }
            _ => {}
        }
        self.course.follow(recorded);
    }

    fn grow_log(&mut self, stored: &Stored, recorded: &Recorded, place: &Place) -> Result<(), CaseworkError> {
        let altered = || CaseworkError::Altered { place: place.clone(), seq: recorded.seq };
        self.log.tree.push_hash(stored.checked_hash(recorded, &self.log.secret).ok_or_else(altered)?);
        Ok(())
    }
}

/// Whether a line was received without a text; which file has its signature is none.
fn nothing_stands_there(text: &StoredLine) -> bool {
    let StoredLine { printed_name, address, city, zip, date_signed, signature: _ } = text;
    [printed_name, address, city, zip, date_signed].iter().all(|field| field.is_empty())
}

/// One event as it stands in the table.
pub(crate) fn read(stored: &Stored, place: &Place) -> Result<Recorded, CaseworkError> {
    stored.read().map_err(|why| unreadable(place, u64::try_from(stored.seq).unwrap_or_default(), &why))
}

/// At most `most` events after event `after` and up to event `until`, in order, as they stand in the table.
pub(crate) async fn read_stored<'a>(
    from: impl Executor<'a, Database = Any>,
    place: &Place,
    after: u64,
    until: u64,
    most: i64,
) -> Result<Vec<Stored>, CaseworkError> {
    let number = |seq| i64::try_from(seq).unwrap_or(i64::MAX);
    let rows = sqlx::query(
        "SELECT seq, at, actor, kind, public, private, leaf FROM event WHERE seq > $1 AND seq <= $2 ORDER BY seq LIMIT $3",
    )
    .bind(number(after))
    .bind(number(until))
    .bind(most)
    .fetch_all(from)
    .await
    .map_err(|error| store_error(place, "read", error))?;
    rows.iter().map(|row| Stored::from_row(row).map_err(|error| store_error(place, "read", error))).collect()
}

/// The next events after event `after` and up to event `until`, for readers that need what the fold leaves out; none at the end.
pub(crate) async fn read_events<'a>(
    from: impl Executor<'a, Database = Any>,
    place: &Place,
    after: u64,
    until: u64,
) -> Result<Vec<Recorded>, CaseworkError> {
    read_stored(from, place, after, until, PAGE).await?.iter().map(|stored| read(stored, place)).collect()
}

/// One event.
pub(crate) async fn read_event<'a>(
    from: impl Executor<'a, Database = Any>,
    place: &Place,
    seq: u64,
) -> Result<Option<Event>, CaseworkError> {
    let events = read_events(from, place, seq.saturating_sub(1), seq).await?;
    Ok(events.into_iter().next().map(|recorded| recorded.event))
}

//! The events of a case as they are read from the store, checked against their leaves, and folded.

use std::collections::BTreeMap;

use domain::{Case, Event, Recorded, RunningSettlement, SectionNo};
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
        let (received_in, keyed_in) = (BTreeMap::new(), BTreeMap::new());
        let mut folded = Self { case, log, received_in, keyed_in, course: Course::default() };
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
            Event::SectionReceived(public, _) => {
                self.received_in.insert(public.section, recorded.seq);
            }
            Event::LinesKeyed(public, _) => self.keyed_in.entry(public.section).or_default().push(recorded.seq),
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

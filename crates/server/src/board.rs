//! How far a case is, for all who watch it: looked at once a second while somebody does, however many they are.

use std::{
    collections::BTreeMap,
    sync::{Arc, Mutex, PoisonError},
    time::Duration,
};

use casework::{CaseFile, Stage, Workroom};
use serde::Serialize;
use tokio::sync::watch;
use utoipa::ToSchema;

use crate::{Office, problem::Problem};

/// How often a case is looked at.
const LOOK: Duration = Duration::from_secs(1);

/// After so many looks the events that other programs have added are taken in.
const CATCH_UP: u32 = 3;

/// How far a case is: figures, and nothing about a person.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, ToSchema)]
pub(crate) struct Figures {
    /// `receiving`, `examining`, `not_accepted` or `certified`.
    phase: &'static str,
    /// Number of the last event.
    pub(crate) events: u64,
    /// Lines that are decided.
    decided: u64,
    /// Lines that people still have to look at.
    undecided: u64,
    /// Lines that wait, by stage, those in hand among them.
    waiting: BTreeMap<&'static str, u64>,
}

impl Figures {
    fn of(room: &Workroom) -> Self {
        let tally = &room.file().settlement().tally;
        Self {
            phase: phase(room),
            events: room.file().case().seq,
            decided: tally.raw - tally.undecided,
            undecided: tally.undecided,
            waiting: Stage::ALL.map(|stage| (stage.name(), room.waiting(stage))).into(),
        }
    }
}

/// The phase of a case, as the API names it.
pub(crate) fn phase(room: &Workroom) -> &'static str {
    match room.file().case().phase {
        domain::Phase::Receiving => "receiving",
        domain::Phase::Examining => "examining",
        domain::Phase::NotAccepted => "not_accepted",
        domain::Phase::Certified => "certified",
    }
}

/// The figures of one case; nobody looks at the case while nobody watches.
#[derive(Default)]
pub(crate) struct Board(Mutex<Option<watch::Sender<Figures>>>);

impl Board {
    fn told(&self) -> std::sync::MutexGuard<'_, Option<watch::Sender<Figures>>> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// The figures of a case as they are now, and as they change from now on.
pub(crate) async fn watched(office: &Arc<Office>, case: &str) -> Result<watch::Receiver<Figures>, Problem> {
    let desk = office.cases.get(case)?;
    if let Some(told) = &*desk.board().told() {
        return Ok(told.subscribe());
    }
    let now = desk.read(async |room: &Workroom| Figures::of(room)).await?;
    let mut board = desk.board().told();
    // Somebody else may have come first meanwhile.
    if let Some(told) = &*board {
        return Ok(told.subscribe());
    }
    let (told, figures) = watch::channel(now);
    *board = Some(told);
    tokio::spawn(look(Arc::clone(office), case.to_owned()));
    Ok(figures)
}

/// Looks at a case until nobody watches it any more.
async fn look(office: Arc<Office>, case: String) {
    let Ok(desk) = office.cases.get(&case) else { return };
    let mut failing = false;
    for number in 1_u32.. {
        tokio::time::sleep(LOOK).await;
        if number.is_multiple_of(CATCH_UP) {
            let catch_up = async |file: &mut CaseFile| file.catch_up().await;
            let caught = desk.write(async move |room: &mut Workroom| room.act(catch_up).await).await;
            let failed = match caught {
                Ok(Ok(_)) => None,
                Ok(Err(error)) => Some(error.to_string()),
                Err(problem) => Some(problem.detail),
            };
            // Said once, and not every few seconds. The figures stay as they were.
            if let Some(why) = failed.as_ref().filter(|_| !failing) {
                eprintln!("countersign serve: what other programs have added to a case is not taken in: {why}");
            }
            failing = failed.is_some();
        }
        let read = desk.read(async |room: &Workroom| Figures::of(room)).await;
        let mut board = desk.board().told();
        match (&*board, read) {
            (Some(told), Ok(now)) if told.receiver_count() > 0 => {
                told.send_if_modified(|before| {
                    let changed = *before != now;
                    *before = now;
                    changed
                });
            }
            _ => {
                *board = None;
                return;
            }
        }
    }
}

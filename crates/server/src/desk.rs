//! One case as a server has it: on a thread of its own, read by many at a time, changed by one. Findings that come at the same time are kept in one
//! transaction.

use std::{
    collections::BTreeMap,
    pin::Pin,
    rc::Rc,
    sync::{Arc, OnceLock},
    time::Duration,
};

use casework::{CaseFile, CaseworkError, Place, Put, WorkError, Workroom, pace::Looks};
use jiff::Timestamp;
use tokio::{
    sync::{Mutex, RwLock, mpsc, oneshot},
    task::{LocalSet, spawn_local},
};

use crate::{
    board::Board,
    cases::{CasesError, Roll},
    problem::{Code, Problem},
};

/// The most findings kept in one transaction.
const TOGETHER: usize = 64;

/// How often one looks for batches that have lapsed.
const LOOK_FOR_LAPSED: Duration = Duration::from_secs(30);

/// The case, as the tasks of its thread share it.
type Room = Rc<RwLock<Workroom>>;

/// The rolls that the server was given, by their digests, and which of them is sealed for the case: by this server, or by whichever program looked the first
/// signer up.
struct Rolls {
    given: BTreeMap<String, Arc<Roll>>,
    sealed: OnceLock<Arc<Roll>>,
}

impl Rolls {
    /// Takes note of the roll that is sealed for the case.
    fn note(&self, room: &Workroom) {
        if self.sealed.get().is_none()
            && let Some(seal) = &room.file().case().roll
            && let Some(roll) = self.given.get(&seal.roll_digest)
        {
            // Whoever was faster has noted the same.
            let _ = self.sealed.set(Arc::clone(roll));
        }
    }
}

/// Something to be done with the case, on its thread.
type Job = Box<dyn FnOnce(Room) -> Pin<Box<dyn Future<Output = ()>>> + Send>;

/// A finding on its way to the disk, and who waits for it.
type Asked = (Put, oneshot::Sender<Result<(), Problem>>);

/// One case with the roll that it rests on.
pub struct Desk {
    jobs: mpsc::Sender<Job>,
    findings: mpsc::Sender<Asked>,
    rolls: Arc<Rolls>,
    /// The looks at lines so far, as the clock needs them; followed when it is asked.
    looks: Mutex<Looks>,
    board: Board,
}

impl Desk {
    /// Takes a case into service under a name, with the one of these rolls (by their digests) that it rests on.
    pub(crate) async fn open(
        name: String,
        place: Place,
        rolls: BTreeMap<String, Arc<Roll>>,
    ) -> Result<Self, CasesError> {
        let (jobs, asked) = mpsc::channel(1024);
        let (findings, found) = mpsc::channel(1024);
        let (opened, answer) = oneshot::channel();
        let rolls = Arc::new(Rolls { given: rolls, sealed: OnceLock::new() });
        let of_thread = Arc::clone(&rolls);
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().map_err(CasesError::Thread)?;
        let work = move || {
            let all = async move {
                match room_of(&name, &place, &of_thread).await {
                    Ok(room) => {
                        let _ = opened.send(Ok(()));
                        serve(Rc::new(RwLock::new(room)), of_thread, asked, found).await;
                    }
                    Err(error) => {
                        let _ = opened.send(Err(error));
                    }
                }
            };
            LocalSet::new().block_on(&runtime, all);
        };
        // What a case does with its store is not made to wander between threads, so it has one.
        std::thread::Builder::new().spawn(work).map_err(CasesError::Thread)?;
        let gone = |_| CasesError::Thread(std::io::ErrorKind::BrokenPipe.into());
        answer.await.map_err(gone)??;
        Ok(Self { jobs, findings, rolls, looks: Mutex::default(), board: Board::default() })
    }

    /// The roll. Without one nothing can be examined.
    pub(crate) async fn roll(&self) -> Result<Arc<Roll>, Problem> {
        if let Some(roll) = self.rolls.sealed.get() {
            return Ok(Arc::clone(roll));
        }
        // Another program may have looked the first signer up since.
        let catch_up = async |room: &mut Workroom| room.act(async |file: &mut CaseFile| file.catch_up().await).await;
        self.write(catch_up).await?.map_err(|error| told(&error))?;
        self.rolls.sealed.get().cloned().ok_or_else(no_roll)
    }

    /// The roll by which an address that is typed is completed. Sections are keyed before anybody is looked up, so that the only roll which the server was
    /// given serves until one is sealed.
    pub(crate) async fn roll_to_key_by(&self) -> Result<Arc<Roll>, Problem> {
        let sealed = self.roll().await;
        let mut given = self.rolls.given.values();
        match (sealed, given.next(), given.next()) {
            (Err(_), Some(only), None) => Ok(Arc::clone(only)),
            (sealed, ..) => sealed,
        }
    }

    /// The rolls that this server was given, by their digests. Until one of them is sealed, the case may be looked up in any.
    pub(crate) fn rolls(&self) -> &BTreeMap<String, Arc<Roll>> {
        &self.rolls.given
    }

    /// Its figures, for whoever watches.
    pub(crate) const fn board(&self) -> &Board {
        &self.board
    }

    /// Reads something of the case.
    pub(crate) async fn read<T: Send + 'static>(
        &self,
        job: impl AsyncFnOnce(&Workroom) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (answer, done) = oneshot::channel();
        let rolls = Arc::clone(&self.rolls);
        let job: Job = Box::new(move |room| {
            Box::pin(async move {
                refresh(&room).await;
                let room = room.read().await;
                rolls.note(&room);
                // Who went away meanwhile needs no answer.
                let _ = answer.send(job(&room).await);
            })
        });
        self.jobs.send(job).await.map_err(|_| stopping())?;
        done.await.map_err(|_| stopping())
    }

    /// Changes something of the case, while nobody else reads or changes it.
    pub(crate) async fn write<T: Send + 'static>(
        &self,
        job: impl AsyncFnOnce(&mut Workroom) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let (answer, done) = oneshot::channel();
        let rolls = Arc::clone(&self.rolls);
        let job: Job = Box::new(move |room| {
            Box::pin(async move {
                let mut room = room.write().await;
                let done = job(&mut room).await;
                rolls.note(&room);
                let _ = answer.send(done);
            })
        });
        self.jobs.send(job).await.map_err(|_| stopping())?;
        done.await.map_err(|_| stopping())
    }

    /// Reads something of the case that rests on all looks so far.
    pub(crate) async fn with_looks<T: Send + 'static>(
        &self,
        job: impl FnOnce(&Workroom, &Looks) -> T + Send + 'static,
    ) -> Result<T, Problem> {
        let mut kept = self.looks.lock().await;
        // Piece by piece, so that reviewers go on in between; the first time there is much to read.
        loop {
            let mut looks = std::mem::take(&mut *kept);
            let follow = async move |room: &Workroom| (room.file().follow_looks(&mut looks).await, looks);
            let (more, looks) = self.read(follow).await?;
            *kept = looks;
            if !more.map_err(|error| told(&error))? {
                break;
            }
        }
        let looks = std::mem::take(&mut *kept);
        let (done, looks) = self.read(async move |room: &Workroom| (job(room, &looks), looks)).await?;
        *kept = looks;
        Ok(done)
    }

    /// Keeps a finding. When this returns, it is on disk.
    pub(crate) async fn find(&self, put: Put) -> Result<(), Problem> {
        let (answer, kept) = oneshot::channel();
        self.findings.send((put, answer)).await.map_err(|_| stopping())?;
        kept.await.map_err(|_| stopping())?
    }
}

/// The case with its queues. Where a roll is sealed for it, that must be among those given.
async fn room_of(name: &str, place: &Place, rolls: &Rolls) -> Result<Workroom, CasesError> {
    let room = Workroom::open(CaseFile::open(place).await?).await?;
    rolls.note(&room);
    match &room.file().case().roll {
        Some(seal) if rolls.sealed.get().is_none() => {
            Err(CasesError::NoRoll { name: name.to_owned(), digest: seal.roll_digest.clone() })
        }
        _ => Ok(room),
    }
}

/// Does what is asked of the case, until nobody can ask any more.
async fn serve(room: Room, rolls: Arc<Rolls>, mut jobs: mpsc::Receiver<Job>, found: mpsc::Receiver<Asked>) {
    let keeping = spawn_local(keep(Rc::clone(&room), Arc::clone(&rolls), found));
    let closing = spawn_local(close_lapsed(Rc::clone(&room), rolls));
    while let Some(job) = jobs.recv().await {
        spawn_local(job(Rc::clone(&room)));
    }
    closing.abort();
    let _ = keeping.await;
}

/// Takes in what other servers have added to the case, so that whoever did something through one of them finds it here as well.
async fn refresh(room: &Room) {
    if room.read().await.file().is_behind().await {
        // Whatever this fails by, what is asked fails by it too, and tells of it.
        let _ = room.write().await.act(async |file: &mut CaseFile| file.catch_up().await).await;
    }
}

/// Closes batches whose time is over, and those that a server left half closed which was stopped in the middle: at once, and whether or not anybody takes
/// lines in hand.
async fn close_lapsed(room: Room, rolls: Arc<Rolls>) {
    let mut looks = tokio::time::interval(LOOK_FOR_LAPSED);
    let mut failing = false;
    loop {
        looks.tick().await;
        if rolls.sealed.get().is_none() {
            refresh(&room).await;
            rolls.note(&*room.read().await);
        }
        let Some(roll) = rolls.sealed.get() else { continue };
        let closed = room.write().await.lapse(roll.snapshot(), Timestamp::now()).await;
        // Said once, and not every half minute.
        if let Some(error) = closed.as_ref().err().filter(|_| !failing) {
            eprintln!("countersign serve: batches that have lapsed are not closed: {error}");
        }
        failing = closed.is_err();
    }
}

/// Keeps findings as they come: whatever has come while the disk was busy goes into the next transaction together.
async fn keep(room: Room, rolls: Arc<Rolls>, mut asked: mpsc::Receiver<Asked>) {
    let mut together = Vec::with_capacity(TOGETHER);
    while asked.recv_many(&mut together, TOGETHER).await > 0 {
        let (puts, answers): (Vec<_>, Vec<_>) = together.drain(..).unzip();
        let kept = match rolls.sealed.get() {
            None => Err(no_roll()),
            Some(roll) => {
                room.read().await.find(&puts, roll.snapshot(), Timestamp::now()).await.map_err(|error| told(&error))
            }
        };
        match kept {
            Ok(each) => answers.into_iter().zip(each).for_each(|(answer, kept)| {
                // Who went away meanwhile learns it on the next try.
                let _ = answer.send(kept.map_err(|error| refused(&error)));
            }),
            Err(problem) => answers.into_iter().for_each(|answer| {
                let _ = answer.send(Err(problem.clone()));
            }),
        }
    }
}

fn stopping() -> Problem {
    Problem::new(Code::Unavailable, "the server is stopping, or the case's thread failed; nothing was done, try again")
}

fn no_roll() -> Problem {
    Problem::new(Code::WrongState, "no roll is sealed for this case, so nothing can be examined yet")
}

/// An act at work that was refused, as a problem.
pub(crate) fn refused(error: &WorkError) -> Problem {
    match error {
        WorkError::NotInHand => Problem::new(Code::LeaseLapsed, error.to_string()),
        WorkError::TooSoon(_) => Problem::new(Code::TooSoon, error.to_string()),
        WorkError::Refused(_) => Problem::new(Code::Refused, error.to_string()),
        WorkError::NameTaken => Problem::new(Code::Exists, error.to_string()),
        WorkError::Case(error) => told(error),
    }
}

/// What the case or its store says, as a problem. What concerns the store goes to the server's log: it names the place of the case.
pub(crate) fn told(error: &CaseworkError) -> Problem {
    match error {
        CaseworkError::Case(refused) => Problem::new(Code::WrongState, refused.to_string()),
        CaseworkError::OtherRoll { .. }
        | CaseworkError::Law(_)
        | CaseworkError::NoReason
        | CaseworkError::NotPossible(_)
        | CaseworkError::Violated(_) => Problem::new(Code::Refused, error.to_string()),
        CaseworkError::NotThere { what } => Problem::not_found(what),
        CaseworkError::NameTaken { .. } => Problem::new(Code::Exists, error.to_string()),
        CaseworkError::Busy(_)
        | CaseworkError::Changed(_)
        | CaseworkError::NoAnswer { .. }
        | CaseworkError::Lost { .. } => {
            eprintln!("countersign serve: {error}");
            Problem::new(Code::Unavailable, "the case's database does not answer just now; nothing was lost, try again")
        }
        CaseworkError::Full { .. } => {
            eprintln!("countersign serve: {error}");
            Problem::new(Code::Unavailable, "the server's disk is full, so nothing can be kept; tell whoever runs it")
        }
        _ => Problem::internal(error),
    }
}

//! The cases that are served, each with the roll that it rests on.

use std::{
    collections::BTreeMap,
    path::PathBuf,
    sync::{Arc, OnceLock},
};

use crate::{desk::Desk, problem::Problem};
use casework::{CaseworkError, Place};
use roll::{Searcher, Snapshot};

/// Why a case cannot be served.
#[derive(Debug, thiserror::Error)]
pub enum CasesError {
    /// The case cannot be opened.
    #[error(transparent)]
    Case(#[from] CaseworkError),
    /// The roll cannot be opened.
    #[error("{}: {source}", .path.display())]
    Roll {
        /// Which.
        path: PathBuf,
        /// Why.
        source: roll::SnapshotError,
    },
    /// No name can be made of the path, or two paths give the same name.
    #[error("{}: a case is served under the name of its file, which must have letters, digits, hyphens and underlines only and be no other case's", .0)]
    Name(Place),
    /// The system gives no thread for a case.
    #[error("no thread can be started for a case: {0}; stop what else runs on this machine, and start again")]
    Thread(std::io::Error),
    /// The roll of a case is missing.
    #[error(
        "the case {name} rests on the roll with digest {digest}, which was not given; name its snapshot with --roll"
    )]
    NoRoll {
        /// The case.
        name: String,
        /// The digest of its roll.
        digest: String,
    },
}

/// A roll, with what a search of it needs.
pub(crate) struct Roll {
    snapshot: &'static Snapshot,
    searcher: OnceLock<Searcher<'static>>,
}

impl Roll {
    fn new(snapshot: Snapshot) -> Self {
        // A server keeps its rolls until it ends, and a searcher that borrows from one can then be kept beside it.
        Self { snapshot: Box::leak(Box::new(snapshot)), searcher: OnceLock::new() }
    }

    /// The roll itself.
    pub(crate) const fn snapshot(&self) -> &'static Snapshot {
        self.snapshot
    }

    /// The voters that fit a text, the best first, by their rows. Takes milliseconds of a core; the first search takes longer.
    pub(crate) fn find(&self, text: &str, most: usize) -> Vec<u32> {
        match self.snapshot.by_id(text.trim()) {
            Some(row) => vec![row],
            None => self.searcher.get_or_init(|| Searcher::new(self.snapshot)).find(text, most).rows,
        }
    }
}

/// The cases by name.
#[derive(Default)]
pub struct Cases(BTreeMap<String, Desk>);

impl Cases {
    /// Opens cases, and finds the roll of each among those given.
    pub async fn open(cases: &[Place], rolls: &[PathBuf]) -> Result<Self, CasesError> {
        let mut snapshots = BTreeMap::new();
        for path in rolls {
            let snapshot = Snapshot::open(path).map_err(|source| CasesError::Roll { path: path.clone(), source })?;
            snapshots.insert(snapshot.digest().to_owned(), Arc::new(Roll::new(snapshot)));
        }
        let mut desks = BTreeMap::new();
        for place in cases {
            let name = name_of(place).ok_or_else(|| CasesError::Name(place.clone()))?;
            let desk = Desk::open(name.clone(), place.clone(), snapshots.clone()).await?;
            if desks.insert(name, desk).is_some() {
                return Err(CasesError::Name(place.clone()));
            }
        }
        Ok(Self(desks))
    }

    /// The case of a name.
    pub fn get(&self, name: &str) -> Result<&Desk, Problem> {
        self.0.get(name).ok_or_else(|| Problem::not_found("case"))
    }

    /// The names, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        self.0.keys().map(String::as_str)
    }
}

/// The name of a case: the one on its server, or its file's, without what stands behind the first point.
fn name_of(place: &Place) -> Option<String> {
    let path = match place {
        Place::Server(server) => return Some(server.name().to_owned()),
        Place::File(path) => path,
    };
    let name = path.file_name()?.to_str()?.split('.').next()?.to_lowercase();
    let good = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    (!name.is_empty() && name.chars().all(good)).then_some(name)
}

//! The cases that are served, each with the roll that it rests on.

use std::{
    collections::BTreeMap,
    path::{Path, PathBuf},
    sync::Arc,
};

use crate::{desk::Desk, problem::Problem};
use casework::{CaseworkError, Place};
use roll::Snapshot;

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
    #[error("{}: a case is served under the name of its file, which must have letters, digits, hyphens and underlines only and be no other case's", .0.display())]
    Name(PathBuf),
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

/// The cases by name.
#[derive(Default)]
pub struct Cases(BTreeMap<String, Desk>);

impl Cases {
    /// Opens cases, and finds the roll of each among those given.
    pub async fn open(cases: &[PathBuf], rolls: &[PathBuf]) -> Result<Self, CasesError> {
        let mut snapshots = BTreeMap::new();
        for path in rolls {
            let snapshot = Snapshot::open(path).map_err(|source| CasesError::Roll { path: path.clone(), source })?;
            snapshots.insert(snapshot.digest().to_owned(), Arc::new(snapshot));
        }
        let mut desks = BTreeMap::new();
        for path in cases {
            let name = name_of(path).ok_or_else(|| CasesError::Name(path.clone()))?;
            let (known, named) = (snapshots.clone(), name.clone());
            let roll_of = move |digest: Option<&str>| {
                let Some(digest) = digest else { return Ok(None) };
                let missing = || CasesError::NoRoll { name: named, digest: digest.to_owned() };
                known.get(digest).cloned().map(Some).ok_or_else(missing)
            };
            let desk = Desk::open(Place::from(path.as_path()), CasesError::Case, roll_of).await?;
            if desks.insert(name, desk).is_some() {
                return Err(CasesError::Name(path.clone()));
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

/// The name of a case: its file's, without what stands behind the first point.
fn name_of(path: &Path) -> Option<String> {
    let name = path.file_name()?.to_str()?.split('.').next()?.to_lowercase();
    let good = |letter: char| letter.is_ascii_alphanumeric() || "-_".contains(letter);
    (!name.is_empty() && name.chars().all(good)).then_some(name)
}

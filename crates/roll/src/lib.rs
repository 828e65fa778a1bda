//! The roll: import of a voter file into a sealed snapshot, one memory-mapped file with its index, and the reading of
//! it; and the normal forms of names and addresses that roll and page share.

mod batch;
mod builder;
mod columns;
mod date;
mod error;
mod format;
mod import;
pub mod index;
mod layout;
mod mmap;
pub mod normal;
mod pool;
mod record;
mod search;
mod snapshot;
mod source;
mod split;
mod writer;

pub use error::{ImportError, RefusedBecause, SnapshotError, WarnedBecause};
pub use import::{ImportOptions, ImportReport, NoProgress, Progress, Refused, Warned, import};
pub use layout::{Encoding, Layout, LayoutError};
pub use record::{Address, PartialDate, Status, StatusCounts, VoterRecord};
pub use search::{Found, Searcher, search};
pub use snapshot::{Snapshot, SnapshotInfo};

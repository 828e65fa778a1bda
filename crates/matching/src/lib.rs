//! Finding the signer on the roll: candidates for each line with the evidence for and against each, by a
//! Fellegi-Sunter model whose levels and weights are data. It proposes; people decide.

mod bits;
mod compare;
mod duplicate;
mod engine;
mod estimate;
mod evidence;
mod ground;
mod line;
mod model;
mod proposal;
mod reliability;
mod search;

pub use duplicate::mark_duplicates;
pub use engine::{Candidate, LineMatch, MOST_CANDIDATES, MatchContext, MatchError, match_lines};
pub use estimate::{Estimate, EstimateError, EstimateOptions, Round, estimate};
pub use evidence::{Evidence, Item, Level};
pub use line::LineText;
pub use model::{Model, ModelError};
pub use proposal::Proposal;
pub use reliability::{Band, reliability};
pub use search::{Asked, SearchRecord};

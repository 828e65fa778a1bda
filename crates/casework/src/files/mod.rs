//! Files that are handed in: read whole, checked whole, and taken in whole or not at all.

mod decisions;
mod lines;
mod sections;
mod struck;
mod table;
mod units;
mod withdrawals;

pub use decisions::{DecisionRow, SectionDecisionRow, read_decisions, read_section_decisions};
pub use lines::{LineRow, read_lines};
pub use sections::{SectionRow, read_sections};
pub use struck::{LineListRow, read_line_list};
pub(crate) use table::Faults as RowFaults;
pub use table::{ColumnMap, Encoding, FileError, ReadOptions, RowFault};
pub use units::{read_unit_counts, read_unit_figures};
pub use withdrawals::{WithdrawalRow, read_withdrawals};

//! What the roll says of a voter against what a person found: a contradiction is a slip of the pen in most cases, so it
//! is taken in only with a note that says why.

use domain::{CaseOpened, Disposition, Reason};
use jiff::civil::Date;
use roll::{Status, VoterRecord};

/// How the roll contradicts a finding, in words that name no voter; nothing where it does not.
///
/// A voter canceled since the beginning of circulation may have signed before, and who registered during circulation may
/// have signed after: there a person decides without a note.
pub(crate) fn contradiction(
    found: Disposition,
    voter: &VoterRecord<'_>,
    opened: &CaseOpened,
    signed_from: Option<Date>,
) -> Option<&'static str> {
    let circulation = signed_from.or(opened.circulation_from());
    match found {
        Disposition::Valid => match voter.status {
            Status::Pending => Some("the roll has this registration as pending"),
            Status::Canceled if voter.canceled_on.is_none_or(|on| circulation.is_some_and(|from| on < from)) => {
                Some("the roll has this registration as canceled before the section was circulated")
            }
            _ if voter.registered_on.is_some_and(|on| on > opened.milestones.filed_on()) => {
                Some("the roll has this voter as registered after filing")
            }
            Status::Active | Status::Inactive | Status::Canceled => None,
        },
        Disposition::Invalid(Reason::Canceled) if voter.status != Status::Canceled => {
            Some("the roll does not have this registration as canceled")
        }
        Disposition::Invalid(Reason::RegisteredLate)
            if voter.registered_on.zip(circulation).is_some_and(|(on, from)| on <= from) =>
        {
            Some("the roll has this voter as registered before the section was circulated")
        }
        Disposition::Invalid(Reason::NotEligible) if matches!(voter.status, Status::Active | Status::Inactive) => {
            Some("the roll has this voter as registered")
        }
        Disposition::Invalid(_) => None,
    }
}

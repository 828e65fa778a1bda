//! Why a line does not count: the catalogue of reasons with codes, their order of tests, and the seven published categories.

use std::{fmt, str::FromStr};

use serde::{Deserialize, Serialize};

/// The reasons for which a line is not valid. The codes L01 to L16 are the catalogue's; a rule pack sets the order in
/// which they are tested, so that each line has one primary reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Reason {
    /// L01: no signature or struck out; such a line is not part of the raw count.
    BlankOrCrossedOut,
    /// L02: other fields filled in, no signature.
    NoSignature,
    /// L03: residence missing.
    NoAddress,
    /// L03: a post-office box in place of a residence.
    PoBoxOnly,
    /// L04: printed name missing.
    NoPrintedName,
    /// L05: no voter can be identified from name and address.
    Illegible,
    /// L06: the section is void: declaration missing, unsigned or without dates, wrong jurisdiction, altered.
    SectionFatal,
    /// L07: declared dates outside the circulation window, or the declaration executed before the last signature.
    OutOfCirculation,
    /// L08: no matching registration, with the search that was made.
    NotRegistered,
    /// L09: address or registration outside the jurisdiction.
    OutOfJurisdiction,
    /// L10: was registered; the registration is canceled.
    Canceled,
    /// L11: affidavit of registration signed after the line, or received after filing.
    RegisteredLate,
    /// L12: under age, pending or otherwise not eligible.
    NotEligible,
    /// L13: residence differs from the affidavit of registration, beyond every tolerance.
    DifferentAddress,
    /// L14: the signature is not the voter's, in the finding of as many reviewers as the pack asks for.
    SignatureMismatch,
    /// L15: the voter already counts the greatest permitted number of times.
    Duplicate,
    /// L16: the signer withdrew in time.
    Withdrawn,
}

/// The seven categories in which counties publish rejected lines, as in the Los Angeles statement of 2022-08-15.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Category {
    /// Not registered, or not eligible to be.
    NotRegistered,
    /// Signed more often than permitted.
    Duplicate,
    /// Registered at a different address.
    DifferentAddress,
    /// Signature does not compare.
    SignatureMismatch,
    /// Registration canceled.
    Canceled,
    /// Outside the jurisdiction.
    OutOfJurisdiction,
    /// Everything else.
    Other,
}

/// A text that names no reason.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a reason; the reasons are: {list}", list = Reason::ALL.map(Reason::name).join(", "))]
pub struct ReasonParseError;

impl Reason {
    /// Every reason, in the order of the catalogue.
    pub const ALL: [Self; 17] = [
        Self::BlankOrCrossedOut,
        Self::NoSignature,
        Self::NoAddress,
        Self::PoBoxOnly,
        Self::NoPrintedName,
        Self::Illegible,
        Self::SectionFatal,
        Self::OutOfCirculation,
        Self::NotRegistered,
        Self::OutOfJurisdiction,
        Self::Canceled,
        Self::RegisteredLate,
        Self::NotEligible,
        Self::DifferentAddress,
        Self::SignatureMismatch,
        Self::Duplicate,
        Self::Withdrawn,
    ];

    /// The catalogue's code; L03 covers a missing address and a box alike.
    pub const fn code(self) -> &'static str {
        match self {
            Self::BlankOrCrossedOut => "L01",
            Self::NoSignature => "L02",
            Self::NoAddress | Self::PoBoxOnly => "L03",
            Self::NoPrintedName => "L04",
            Self::Illegible => "L05",
            Self::SectionFatal => "L06",
            Self::OutOfCirculation => "L07",
            Self::NotRegistered => "L08",
            Self::OutOfJurisdiction => "L09",
            Self::Canceled => "L10",
            Self::RegisteredLate => "L11",
            Self::NotEligible => "L12",
            Self::DifferentAddress => "L13",
            Self::SignatureMismatch => "L14",
            Self::Duplicate => "L15",
            Self::Withdrawn => "L16",
        }
    }

    /// The name in files and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::BlankOrCrossedOut => "blank_or_crossed_out",
            Self::NoSignature => "no_signature",
            Self::NoAddress => "no_address",
            Self::PoBoxOnly => "po_box_only",
            Self::NoPrintedName => "no_printed_name",
            Self::Illegible => "illegible",
            Self::SectionFatal => "section_fatal",
            Self::OutOfCirculation => "out_of_circulation",
            Self::NotRegistered => "not_registered",
            Self::OutOfJurisdiction => "out_of_jurisdiction",
            Self::Canceled => "canceled",
            Self::RegisteredLate => "registered_late",
            Self::NotEligible => "not_eligible",
            Self::DifferentAddress => "different_address",
            Self::SignatureMismatch => "signature_mismatch",
            Self::Duplicate => "duplicate",
            Self::Withdrawn => "withdrawn",
        }
    }

    /// The published category that a line with this primary reason is counted in.
    pub const fn category(self) -> Category {
        match self {
            Self::NotRegistered | Self::NotEligible => Category::NotRegistered,
            Self::Duplicate => Category::Duplicate,
            Self::DifferentAddress => Category::DifferentAddress,
            Self::SignatureMismatch => Category::SignatureMismatch,
            Self::Canceled => Category::Canceled,
            Self::OutOfJurisdiction => Category::OutOfJurisdiction,
            Self::BlankOrCrossedOut
            | Self::NoSignature
            | Self::NoAddress
            | Self::PoBoxOnly
            | Self::NoPrintedName
            | Self::Illegible
            | Self::SectionFatal
            | Self::OutOfCirculation
            | Self::RegisteredLate
            | Self::Withdrawn => Category::Other,
        }
    }

    /// Whether a person who looks at one line may find this reason. The others follow from the section, from
    /// other lines of the same voter or from a withdrawal, and are computed.
    pub const fn found_by_people(self) -> bool {
        !matches!(self, Self::SectionFatal | Self::OutOfCirculation | Self::Duplicate | Self::Withdrawn)
    }

    /// Whether the finding says which voter signed, so that a decision without a voter makes no sense.
    pub const fn needs_voter(self) -> bool {
        matches!(
            self,
            Self::Canceled
                | Self::RegisteredLate
                | Self::NotEligible
                | Self::DifferentAddress
                | Self::SignatureMismatch
        )
    }
}

impl fmt::Display for Reason {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl FromStr for Reason {
    type Err = ReasonParseError;

    fn from_str(text: &str) -> Result<Self, ReasonParseError> {
        let found = Self::ALL.into_iter().find(|reason| reason.name() == text);
        found.ok_or(ReasonParseError)
    }
}

impl Category {
    /// Every category, in the order in which the totals are printed.
    pub const ALL: [Self; 7] = [
        Self::NotRegistered,
        Self::Duplicate,
        Self::DifferentAddress,
        Self::SignatureMismatch,
        Self::Canceled,
        Self::OutOfJurisdiction,
        Self::Other,
    ];

    /// The name in files and in the API.
    pub const fn name(self) -> &'static str {
        match self {
            Self::NotRegistered => "not_registered",
            Self::Duplicate => "duplicate",
            Self::DifferentAddress => "different_address",
            Self::SignatureMismatch => "signature_mismatch",
            Self::Canceled => "canceled",
            Self::OutOfJurisdiction => "out_of_jurisdiction",
            Self::Other => "other",
        }
    }

    /// The words that an official publishes.
    pub const fn title(self) -> &'static str {
        match self {
            Self::NotRegistered => "Not registered",
            Self::Duplicate => "Signed more often than permitted (duplicate)",
            Self::DifferentAddress => "Registered at a different address",
            Self::SignatureMismatch => "Signature does not match",
            Self::Canceled => "Registration canceled",
            Self::OutOfJurisdiction => "Address outside the jurisdiction",
            Self::Other => "Other",
        }
    }
}

/// What a line comes to: it counts, or it does not for one primary reason.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(tag = "disposition", content = "reason", rename_all = "snake_case")]
pub enum Disposition {
    /// The line counts.
    Valid,
    /// The line does not count.
    Invalid(Reason),
}

impl Disposition {
    /// The primary reason, if the line does not count.
    pub const fn reason(self) -> Option<Reason> {
        match self {
            Self::Valid => None,
            Self::Invalid(reason) => Some(reason),
        }
    }

    /// "valid" or "invalid", as in the decisions file.
    pub const fn name(self) -> &'static str {
        match self {
            Self::Valid => "valid",
            Self::Invalid(_) => "invalid",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn names_read_back_and_match_the_wire_format() {
        for reason in Reason::ALL {
            assert_eq!(reason.name().parse(), Ok(reason));
            assert_eq!(serde_json::to_value(reason).unwrap(), reason.name());
        }
        for category in Category::ALL {
            assert_eq!(serde_json::to_value(category).unwrap(), category.name());
        }
        assert!("bad signature".parse::<Reason>().unwrap_err().to_string().contains("signature_mismatch"));
    }

    /// The roll-up to the seven published labels, from the catalogue.
    #[test]
    fn codes_roll_up_to_the_published_categories() {
        let codes = |category| {
            let mut codes: Vec<_> =
                Reason::ALL.into_iter().filter(|reason| reason.category() == category).map(Reason::code).collect();
            codes.dedup();
            codes
        };
        assert_eq!(codes(Category::NotRegistered), ["L08", "L12"]);
        assert_eq!(codes(Category::Duplicate), ["L15"]);
        assert_eq!(codes(Category::DifferentAddress), ["L13"]);
        assert_eq!(codes(Category::SignatureMismatch), ["L14"]);
        assert_eq!(codes(Category::Canceled), ["L10"]);
        assert_eq!(codes(Category::OutOfJurisdiction), ["L09"]);
        assert_eq!(codes(Category::Other), ["L01", "L02", "L03", "L04", "L05", "L06", "L07", "L11", "L16"]);
    }

    #[test]
    fn a_disposition_names_its_reason() {
        assert_eq!(Disposition::Valid.reason(), None);
        assert_eq!(Disposition::Invalid(Reason::Canceled).reason(), Some(Reason::Canceled));
        assert_eq!(Disposition::Invalid(Reason::Canceled).name(), "invalid");
        assert_eq!(Disposition::Valid.name(), "valid");
    }

    #[test]
    fn titles_are_distinct() {
        let titles: std::collections::BTreeSet<_> = Category::ALL.map(Category::title).into();
        assert_eq!(titles.len(), 7);
    }
}

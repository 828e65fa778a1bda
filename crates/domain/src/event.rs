//! The events of a case. Each has a public part, which may be published, and where needed a private part, which
//! says who signed, who judged and what was noted.

use jiff::{Timestamp, civil::Date};
use serde::{Deserialize, Serialize, de::DeserializeOwned};

use crate::{
    AuditSealed, AuditSeeded, CaseRules, Circulation, Disposition, Electorate, LineNo, LineRef, ManifestSealed,
    Milestones, PageNo, Petition, ReviewerId, RollSeal, SampleDrawn, SectionNo, Verdict, VoidGround, VoterId,
};

/// An event in its place: the order of a case's events is their number.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Recorded {
    /// Number in the case, from 1 without gaps.
    pub seq: u64,
    /// When it was recorded. An input: nothing here reads a clock.
    pub at: Timestamp,
    /// Who caused it: the account of the person at the desk. Private.
    pub actor: String,
    /// What happened.
    pub event: Event,
}

/// What can happen in a case.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Event {
    /// The case was opened from a rule pack.
    CaseOpened(Box<CaseOpened>, CaseOpenedPrivate),
    /// The roll that signers are looked up in was fixed.
    RollSealed(RollSeal),
    /// A section with its lines was received.
    SectionReceived(SectionReceived, SectionReceivedPrivate),
    /// Every signature was counted, and the filing accepted or not.
    RawCounted(RawCounted),
    /// The raw count was taken back, so that it can be made again. A sample sealed before is void.
    CountReopened(CountReopened, NotePrivate),
    /// Lines that are no signatures were taken out of the count.
    LinesStruck(LinesStruck, NotePrivate),
    /// Struck lines were taken back into the count.
    LinesReinstated(LinesStruck, NotePrivate),
    /// What stands on lines was keyed.
    LinesKeyed(LinesKeyed, LinesKeyedPrivate),
    /// The list of all countable lines was sealed.
    ManifestSealed(ManifestSealed),
    /// A seed was rolled in public and a sample drawn by it, or a drawn one made longer.
    SampleDrawn(SampleDrawn, NotePrivate),
    /// The roll was searched for the signers of a section.
    SearchedSection(SearchedSection, SearchedSectionPrivate),
    /// One person's finding on one line.
    LineJudged(LineJudged, LineJudgedPrivate),
    /// A line's decision was taken back.
    LineReopened(LineReopened, NotePrivate),
    /// A section was found void.
    SectionVoided(SectionVoided, NotePrivate),
    /// A voided section was restored.
    SectionRestored(SectionNo, NotePrivate),
    /// A voter asked to be taken off the petition.
    WithdrawalReceived(WithdrawalReceived, WithdrawalReceivedPrivate),
    /// The result was certified.
    Certified(Certified),
    /// The list of lines that a certified outcome rests on was sealed, to be checked.
    AuditSealed(AuditSealed),
    /// The seed was rolled in public that fixes the order of the lines of a check.
    AuditSeeded(AuditSeeded, NotePrivate),
    /// A certified case was opened again.
    CaseReopened(String),
}

/// Opening of a case.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseOpened {
    /// The petition.
    pub petition: Petition,
    /// The rule pack's identifier.
    pub rule_pack: String,
    /// The rule pack's digest, 64 hexadecimal digits.
    pub rule_pack_digest: String,
    /// The texts of the rule pack's files, so that the case keeps the law it was opened with.
    pub rule_pack_files: Vec<LawText>,
    /// The parameters that the fold needs.
    pub rules: CaseRules,
    /// The dates on which clocks rest.
    pub milestones: Milestones,
    /// The numbers that the requirement is a part of.
    pub electorate: Electorate,
    /// Valid signatures needed.
    pub required: u64,
}

/// What only the office has of an opening.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CaseOpenedPrivate {
    /// The secret from which the salts of the case's published log come, 64 hexadecimal digits taken by chance.
    pub secret: String,
}

/// One file of a rule pack: the pack itself, a part that it includes, or its holidays.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LawText {
    /// The file's name in messages. Parts bear the name under which they are included, as in `parts/us/ca/lines`.
    pub name: String,
    /// What stands in it.
    pub text: String,
}

impl CaseOpened {
    /// The day from which the petition could circulate, where the law sets one and it is known.
    pub fn circulation_from(&self) -> Option<Date> {
        self.rules.circulation_from.and_then(|milestone| self.milestones.on(milestone))
    }
}

/// A section as received.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionReceived {
    /// Its number.
    pub section: SectionNo,
    /// The dates of its declaration.
    pub circulation: Circulation,
    /// Its lines with their pages, in rising order.
    pub lines: Vec<(LineNo, PageNo)>,
}

/// What only the office sees of a section.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionReceivedPrivate {
    /// The circulator's name; empty if the declaration gives none.
    pub circulator: String,
    /// The circulator's residence; empty if the declaration gives none.
    pub circulator_address: String,
    /// What stands on the lines, in the order of the public part.
    pub texts: Vec<StoredLine>,
}

/// What stands on a line, as keyed or read.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct StoredLine {
    /// Printed name.
    pub printed_name: String,
    /// Residence: house number, street, unit.
    pub address: String,
    /// City or community.
    pub city: String,
    /// Postal code.
    pub zip: String,
    /// The date beside the signature as written; empty where lines carry none.
    pub date_signed: String,
    /// File name of the signature's image; empty where there is none.
    pub signature: String,
}

/// The raw count.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RawCounted {
    /// Every signature affixed and submitted.
    pub raw: u64,
}

/// A raw count taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct CountReopened {
    /// The count that is taken back.
    pub taken_back: u64,
}

/// Lines taken out of the count, or back in.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinesStruck {
    /// The lines, in rising order.
    pub lines: Vec<LineRef>,
}

/// Lines whose texts were keyed after their section was received, or keyed again.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinesKeyed {
    /// The section.
    pub section: SectionNo,
    /// The lines, in rising order.
    pub lines: Vec<LineNo>,
}

/// What was keyed, and by whom.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LinesKeyedPrivate {
    /// What stands on the lines, in the order of the public part.
    pub texts: Vec<StoredLine>,
    /// The accounts of those who keyed the section.
    pub keyed_by: Vec<String>,
}

/// The public part of a search: that it was made, with what.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchedSection {
    /// The section whose lines were searched, every one.
    pub section: SectionNo,
    /// The matching model's identifier.
    pub model: String,
}

/// What the search of a section found, in the order of its lines.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SearchedSectionPrivate {
    /// One search a line.
    pub searches: Vec<StoredSearch>,
}

/// The stored search for one signer: what was asked, how much was looked at, what came back.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredSearch {
    /// The kinds of key that were looked up, in order, separated by blanks.
    pub keys: String,
    /// How many voters were compared.
    pub looked_at: u32,
    /// What the machine proposes to the reviewer, by name. Never a decision.
    pub proposal: String,
    /// The likeliest voters, best first.
    pub candidates: Vec<StoredCandidate>,
}

/// A voter who may be the signer, with the weight of the evidence.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct StoredCandidate {
    /// The voter.
    pub voter: VoterId,
    /// Weight of evidence in hundredths of a bit.
    pub centibits: i32,
    /// Probability that this voter is the signer, in millionths.
    pub ppm: u32,
    /// The level reached and its weight, field by field, in words.
    pub evidence: String,
}

/// One person's finding.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineJudged {
    /// The line.
    #[serde(flatten)]
    pub line: LineRef,
    /// What was found.
    #[serde(flatten)]
    pub found: Disposition,
    /// When the person decided.
    pub decided_at: Timestamp,
}

/// Who judged, whom it concerns, and what was noted.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineJudgedPrivate {
    /// The voter found, if any.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub voter: Option<VoterId>,
    /// Who judged.
    pub reviewer: ReviewerId,
    /// Free text for the office.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub note: String,
}

/// A decision taken back.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct LineReopened {
    /// The line.
    #[serde(flatten)]
    pub line: LineRef,
}

/// A section found void.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct SectionVoided {
    /// The section.
    pub section: SectionNo,
    /// On what ground.
    pub ground: VoidGround,
    /// When the person decided.
    pub decided_at: Timestamp,
}

/// Who did it and why, where both stay in the office.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct NotePrivate {
    /// Who decided.
    pub reviewer: String,
    /// Why, in their words.
    pub note: String,
}

/// A request to be taken off the petition.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalReceived {
    /// The day the office received it.
    pub received_on: Date,
    /// Whether its signature compares with the voter's registration (2 CCR 20970).
    pub signature_compares: bool,
}

/// Who asked.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct WithdrawalReceivedPrivate {
    /// The voter.
    pub voter: VoterId,
}

/// The official who certifies.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Official {
    /// Name in full.
    pub name: String,
    /// Title, as in "Registrar-Recorder/County Clerk".
    pub title: String,
    /// The office, as in the county's name.
    pub office: String,
}

/// A certificate given.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Certified {
    /// The date on the certificate.
    pub certified_on: Date,
    /// What it says.
    pub verdict: Verdict,
    /// Number of valid signatures.
    pub valid: u64,
    /// SHA-256 of the certificate's JSON, 64 hexadecimal digits.
    pub certificate_digest: String,
    /// Who certifies, where the certificate names the official.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub official: Option<Official>,
}

impl Event {
    /// The event's name in the log.
    pub const fn kind(&self) -> &'static str {
        match self {
            Self::CaseOpened(..) => "case_opened",
            Self::RollSealed(_) => "roll_sealed",
            Self::SectionReceived(..) => "section_received",
            Self::RawCounted(_) => "raw_counted",
            Self::CountReopened(..) => "count_reopened",
            Self::LinesStruck(..) => "lines_struck",
            Self::LinesReinstated(..) => "lines_reinstated",
            Self::LinesKeyed(..) => "lines_keyed",
            Self::ManifestSealed(_) => "manifest_sealed",
            Self::SampleDrawn(..) => "sample_drawn",
            Self::SearchedSection(..) => "searched_section",
            Self::LineJudged(..) => "line_judged",
            Self::LineReopened(..) => "line_reopened",
            Self::SectionVoided(..) => "section_voided",
            Self::SectionRestored(..) => "section_restored",
            Self::WithdrawalReceived(..) => "withdrawal_received",
            Self::Certified(_) => "certified",
            Self::AuditSealed(_) => "audit_sealed",
            Self::AuditSeeded(..) => "audit_seeded",
            Self::CaseReopened(_) => "case_reopened",
        }
    }

    /// The public and the private part as JSON, the form that is stored and hashed.
    pub fn to_parts(&self) -> Result<(String, Option<String>), serde_json::Error> {
        fn both<A: Serialize, B: Serialize>(
            public: &A,
            private: &B,
        ) -> Result<(String, Option<String>), serde_json::Error> {
            Ok((serde_json::to_string(public)?, Some(serde_json::to_string(private)?)))
        }
        fn open<A: Serialize>(public: &A) -> Result<(String, Option<String>), serde_json::Error> {
            Ok((serde_json::to_string(public)?, None))
        }
        match self {
            Self::CaseOpened(public, private) => both(public, private),
            Self::RollSealed(public) => open(public),
            Self::SectionReceived(public, private) => both(public, private),
            Self::RawCounted(public) => open(public),
            Self::CountReopened(public, private) => both(public, private),
            Self::LinesStruck(public, private) | Self::LinesReinstated(public, private) => both(public, private),
            Self::LinesKeyed(public, private) => both(public, private),
            Self::ManifestSealed(public) => open(public),
            Self::SampleDrawn(public, private) => both(public, private),
            Self::SearchedSection(public, private) => both(public, private),
            Self::LineJudged(public, private) => both(public, private),
            Self::LineReopened(public, private) => both(public, private),
            Self::SectionVoided(public, private) => both(public, private),
            Self::SectionRestored(public, private) => both(public, private),
            Self::WithdrawalReceived(public, private) => both(public, private),
            Self::Certified(public) => open(public),
            Self::AuditSealed(public) => open(public),
            Self::AuditSeeded(public, private) => both(public, private),
            Self::CaseReopened(public) => open(public),
        }
    }

    /// The event from its stored form; fails on a kind or a content that this version does not know.
    pub fn from_parts(kind: &str, public: &str, private: Option<&str>) -> Result<Self, serde_json::Error> {
        // The reader's own words quote what they stumble over, and here that may be a person's name.
        fn hidden<T: DeserializeOwned>(private: Option<&str>) -> Result<T, serde_json::Error> {
            serde_json::from_str(private.unwrap_or("null")).map_err(|error| {
                serde::de::Error::custom(format!("the private part cannot be read from column {} on", error.column()))
            })
        }
        let event = match kind {
            "case_opened" => Self::CaseOpened(serde_json::from_str(public)?, hidden(private)?),
            "roll_sealed" => Self::RollSealed(serde_json::from_str(public)?),
            "section_received" => Self::SectionReceived(serde_json::from_str(public)?, hidden(private)?),
            "raw_counted" => Self::RawCounted(serde_json::from_str(public)?),
            "count_reopened" => Self::CountReopened(serde_json::from_str(public)?, hidden(private)?),
            "lines_struck" => Self::LinesStruck(serde_json::from_str(public)?, hidden(private)?),
            "lines_reinstated" => Self::LinesReinstated(serde_json::from_str(public)?, hidden(private)?),
            "lines_keyed" => Self::LinesKeyed(serde_json::from_str(public)?, hidden(private)?),
            "manifest_sealed" => Self::ManifestSealed(serde_json::from_str(public)?),
            "sample_drawn" => Self::SampleDrawn(serde_json::from_str(public)?, hidden(private)?),
            "searched_section" => Self::SearchedSection(serde_json::from_str(public)?, hidden(private)?),
            "line_judged" => Self::LineJudged(serde_json::from_str(public)?, hidden(private)?),
            "line_reopened" => Self::LineReopened(serde_json::from_str(public)?, hidden(private)?),
            "section_voided" => Self::SectionVoided(serde_json::from_str(public)?, hidden(private)?),
            "section_restored" => Self::SectionRestored(serde_json::from_str(public)?, hidden(private)?),
            "withdrawal_received" => Self::WithdrawalReceived(serde_json::from_str(public)?, hidden(private)?),
            "certified" => Self::Certified(serde_json::from_str(public)?),
            "audit_sealed" => Self::AuditSealed(serde_json::from_str(public)?),
            "audit_seeded" => Self::AuditSeeded(serde_json::from_str(public)?, hidden(private)?),
            "case_reopened" => Self::CaseReopened(serde_json::from_str(public)?),
            other => return Err(serde::de::Error::custom(format!("unknown kind of event {other:?}"))),
        };
        Ok(event)
    }
}

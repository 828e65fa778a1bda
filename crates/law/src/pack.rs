//! A rule pack: the law of one kind of petition for one span of filing dates, and the questions it answers.

use std::{fmt::Write as _, num::NonZeroU32};

use domain::{CaseRules, Category, LawText, PetitionKind, Reason, Verdict};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Calendar, LawError, PackError, Status,
    assemble::{Holidays, Texts, calendar, gather, join},
    library::{FindPart, PACKS},
    schema::{Bracket, Cited, PackFile, SignaturesMax},
};

/// A rule pack, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePack {
    pub(crate) file: PackFile,
    calendar: Calendar,
    files: Vec<LawText>,
    digest: String,
}

/// Which rule something rests on.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleRef {
    /// The rule's key in the pack, as in `requirement` or `deadline.examination`.
    pub key: String,
    /// Where it stands in the law.
    pub citation: String,
    /// Whether that was checked.
    pub status: Status,
}

/// When a full examination may end before every line is decided.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct EarlyStop {
    /// Valid signatures from which on it may.
    pub valid: u64,
    /// The rule.
    pub rule: RuleRef,
}

/// A rule as a reader sees it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct RuleView {
    /// The rule's key in the pack.
    pub key: String,
    /// What it says.
    pub text: String,
    /// Where it stands in the law.
    pub citation: String,
    /// Whether that was checked.
    pub status: Status,
    /// What a reader should know beside it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

impl RulePack {
    /// Every built-in pack, the oldest of a family first.
    pub fn built_in() -> impl Iterator<Item = Result<Self, PackError>> {
        PACKS.iter().map(|&(name, text)| Self::parse(text, name))
    }

    /// The built-in pack with this identifier.
    pub fn by_id(id: &str) -> Result<Self, LawError> {
        let Some((name, text)) = PACKS.iter().find(|(name, _)| *name == id) else {
            let folder = id.rsplit_once('/').map_or("", |(folder, _)| folder);
            let near = PACKS.iter().filter(|(name, _)| name.rsplit_once('/').is_some_and(|(place, _)| place == folder));
            let near_it = near.map(|&(name, _)| name.to_owned()).collect();
            return Err(LawError::NoPack { asked: id.to_owned(), near_it });
        };
        Ok(Self::parse(text, name)?)
    }

    /// The built-in pack of a family, such as `us/ca/county-recall`, that governs a petition filed on this day.
    pub fn select(family: &str, filed_on: Date) -> Result<Self, LawError> {
        for pack in Self::built_in() {
            let pack = pack?;
            if pack.family() == family && pack.covers(filed_on) {
                return Ok(pack);
            }
        }
        Err(LawError::NoPackForDate { family: family.to_owned(), filed_on })
    }

    /// Reads and checks a pack's text, with built-in parts and holidays. `name` names it in messages.
    pub fn parse(text: &str, name: &str) -> Result<Self, PackError> {
        Self::read(text, name, &|_| None)
    }

    /// Reads and checks a pack's text; parts are asked of `find` before the built-in ones, and so are holidays, by the name
    /// `holidays/` and their identifier.
    pub fn read(text: &str, name: &str, find: FindPart<'_>) -> Result<Self, PackError> {
        let pack = LawText { name: name.to_owned(), text: text.to_owned() };
        let texts = gather(pack, find)?;
        let file = join(&texts)?;
        let name = format!("holidays/{}", file.calendar.holidays.get_ref());
        let found = find(&name).map(|text| LawText { name, text });
        Self::whole(file, texts, Holidays::BuiltIn(found))
    }

    /// The pack whose files these are, as a case keeps them: the pack first, then its parts, its holidays last.
    pub fn from_files(files: &[LawText]) -> Result<Self, PackError> {
        let [pack, parts @ .., holidays] = files else {
            let reason = "the files of the pack are incomplete; a pack and its holidays are two at least".to_owned();
            return Err(PackError { file: "rule pack".to_owned(), line: None, reason });
        };
        let texts = Texts { pack: pack.clone(), parts: parts.to_vec() };
        let file = join(&texts)?;
        Self::whole(file, texts, Holidays::Kept(holidays.clone()))
    }

    fn whole(file: PackFile, texts: Texts, holidays: Holidays) -> Result<Self, PackError> {
        let (calendar, holidays) = calendar(&file, &texts, holidays)?;
        let Texts { pack, parts } = texts;
        let files: Vec<_> = std::iter::once(pack).chain(parts).chain([holidays]).collect();
        let digest = digest(&files);
        Ok(Self { file, calendar, files, digest })
    }

    /// The pack's identifier, as in `us/ca/county-recall-2022`.
    pub fn id(&self) -> &str {
        self.file.id.get_ref().as_str()
    }

    /// What the pack is for, in words.
    pub fn title(&self) -> &str {
        self.file.title.as_str()
    }

    /// The packs among which the day of filing chooses.
    pub fn family(&self) -> &str {
        self.file.family.as_str()
    }

    /// The kind of jurisdiction, such as `county`.
    pub fn jurisdiction(&self) -> &str {
        self.file.jurisdiction.as_str()
    }

    /// The kind of petition.
    pub fn petition(&self) -> PetitionKind {
        self.file.petition
    }

    /// The first and the last day of filing that the pack covers; none where it is open.
    pub fn filing_dates(&self) -> (Option<Date>, Option<Date>) {
        let day = |day: &Option<toml::Spanned<Date>>| day.as_ref().map(|day| *day.get_ref());
        (day(&self.file.filed_from), day(&self.file.filed_until))
    }

    /// Whether the pack governs a petition filed on this day.
    pub fn covers(&self, filed_on: Date) -> bool {
        let (from, until) = self.filing_dates();
        from.is_none_or(|from| filed_on >= from) && until.is_none_or(|until| filed_on <= until)
    }

    /// Refuses a pack that covers a day of filing which another pack of its family covers too.
    pub fn check_beside<'a>(&self, others: impl IntoIterator<Item = &'a Self>) -> Result<(), PackError> {
        let (first, last) = self.filing_dates();
        for other in others {
            let (other_from, other_until) = other.filing_dates();
            let apart = |end: Option<Date>, start: Option<Date>| end.zip(start).is_some_and(|(end, start)| end < start);
            if self.family() != other.family() || apart(last, other_from) || apart(other_until, first) {
                continue;
            }
            let own = |_: &&toml::Spanned<Date>| self.files[0].text.lines().any(|line| line.starts_with("filed_from"));
            let from = self.file.filed_from.as_ref().filter(own);
            let span = from.map_or_else(|| self.file.id.span(), toml::Spanned::span);
            let reason = format!(
                "overlapping dates: {} covers days of filing that {} of the same family covers too; close one with filed_until",
                self.id(),
                other.id()
            );
            return Err(crate::library::fault(&self.files[0], Some(span), reason));
        }
        Ok(())
    }

    /// The texts of the pack's files: the pack, its parts, its holidays.
    pub fn files(&self) -> &[LawText] {
        &self.files
    }

    /// SHA-256, 64 hexadecimal digits, of `countersign-rule-pack/v2`, a zero byte, and then the texts of the pack's files, the pack
    /// first, then its parts in the order in which it names them, its holidays last, each after its length in bytes as eight bytes,
    /// highest first.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The calendar that the pack counts by.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The parameters that a case is opened with. `seats` is the number of offices to fill, which some laws allow a voter to
    /// sign for.
    pub fn case_rules(&self, seats: Option<NonZeroU32>) -> Result<CaseRules, LawError> {
        let max_signatures_per_voter = match (self.file.signatures_per_voter.max, seats) {
            (SignaturesMax::Number(max), _) => max,
            (SignaturesMax::Word(_), Some(seats)) => seats,
            (SignaturesMax::Word(_), None) => return Err(LawError::NoSeats),
        };
        Ok(CaseRules {
            max_signatures_per_voter,
            mismatch_reviewers: self.file.mismatch.reviewers,
            withdrawal_before_filing: self.file.withdrawals.before_filing,
            circulation_from: self.circulation_from(),
            order_of_reasons: self.file.reason.iter().map(|rule| *rule.name.get_ref()).collect(),
        })
    }

    /// When a full examination may end early, where the law allows it.
    pub fn early_stop(&self, required: u64) -> Option<EarlyStop> {
        let rule = self.file.early_stop.as_ref()?;
        let valid = crate::requirement::part(required, *rule.at_percent.get_ref(), crate::schema::FinalRounding::Up);
        Some(EarlyStop { valid, rule: reference("early_stop", rule) })
    }

    /// Every rule of the pack, in the order of the work.
    pub fn rules(&self) -> Vec<RuleView> {
        self.file.rules().into_iter().map(|(key, rule)| view(key, rule)).collect()
    }

    /// The numbers and days of a rule in short phrases; empty for one that is words only.
    pub fn details(&self, key: &str) -> Vec<String> {
        crate::details::details(&self.file, key)
    }

    /// What so many valid signatures come to.
    pub fn verdict(&self, valid: u64, required: u64) -> Verdict {
        let rule = &self.file.result;
        *match valid.cmp(&required) {
            std::cmp::Ordering::Greater => &rule.more,
            std::cmp::Ordering::Less => &rule.fewer,
            std::cmp::Ordering::Equal => &rule.equal,
        }
        .get_ref()
    }

    /// What follows from a verdict, in the pack's words; none while every signature has still to be examined.
    pub fn consequence(&self, verdict: Verdict) -> Option<&str> {
        let rule = &self.file.result;
        match verdict {
            Verdict::Sufficient => Some(rule.if_sufficient.as_str()),
            Verdict::Insufficient => Some(rule.if_insufficient.as_str()),
            Verdict::EqualReview => Some(rule.if_equal.as_str()),
            Verdict::ExamineAll | Verdict::NextSample => None,
        }
    }

    /// The rule behind a reason.
    pub fn rule_for(&self, reason: Reason) -> RuleRef {
        let rule = self.file.reason.iter().find(|rule| *rule.name.get_ref() == reason);
        // A pack is refused unless it has every reason; the order's own rule stands in for type's sake only.
        rule.map_or_else(
            || reference("order_of_reasons", &self.file.order_of_reasons),
            |rule| reference(format!("reason.{reason}"), rule),
        )
    }

    /// A reason in the words that an official publishes.
    pub fn reason_title(&self, reason: Reason) -> &str {
        let rule = self.file.reason.iter().find(|rule| *rule.name.get_ref() == reason);
        rule.map_or(reason.name(), |rule| rule.title.as_str())
    }

    /// The label under which a category is published.
    pub fn category_label(&self, category: Category) -> &str {
        self.file.categories.labels.get_ref().get(&category).map_or(category.title(), |label| label.as_str())
    }
}

/// The bracket that holds a number.
pub(crate) fn bracket<B: Bracket>(brackets: &[toml::Spanned<B>], number: u64) -> Option<&B> {
    brackets.iter().map(toml::Spanned::get_ref).find(|bracket| {
        let (from, to) = bracket.range();
        number >= from && to.is_none_or(|to| number <= to)
    })
}

pub(crate) fn reference(key: impl Into<String>, rule: &impl Cited) -> RuleRef {
    RuleRef { key: key.into(), citation: rule.citation().to_owned(), status: rule.status() }
}

fn view(key: String, rule: &dyn Cited) -> RuleView {
    RuleView {
        key,
        text: rule.text().to_owned(),
        citation: rule.citation().to_owned(),
        status: rule.status(),
        note: rule.note().map(str::to_owned),
    }
}

fn digest(files: &[LawText]) -> String {
    let mut hash = Sha256::new();
    hash.update(b"countersign-rule-pack/v2\0");
    for file in files {
        hash.update((file.text.len() as u64).to_be_bytes());
        hash.update(&file.text);
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

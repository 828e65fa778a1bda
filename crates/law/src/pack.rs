//! A rule pack: the law of one kind of petition for one span of filing dates, and the questions it answers.

use std::fmt::Write as _;

use domain::{CaseRules, Category, PetitionKind, Reason, Verdict};
use jiff::civil::Date;
use serde::{Deserialize, Serialize};
use sha2::{Digest, Sha256};

use crate::{
    Calendar, CountedDays, LawError, PackError, Status,
    figures::grouped,
    schema::{Bracket, Cited, DeadlineRule, Milestone, PackFile, Unit},
};

/// The packs that are built in: the name of the file under `rules/` and its text.
const PACKS: [(&str, &str); 3] = [
    ("rules/us/ca/county-recall-2022.toml", include_str!("../../../rules/us/ca/county-recall-2022.toml")),
    ("rules/us/ca/county-recall.toml", include_str!("../../../rules/us/ca/county-recall.toml")),
    ("rules/synthetic/county-recall.toml", include_str!("../../../rules/synthetic/county-recall.toml")),
];

/// The holiday files that are built in.
const HOLIDAYS: [(&str, &str); 1] = [("rules/holidays/us-ca.toml", include_str!("../../../rules/holidays/us-ca.toml"))];

/// A rule pack, read and checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RulePack {
    pub(crate) file: PackFile,
    calendar: Calendar,
    text: String,
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

/// How many signatures are needed, with the way there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Threshold {
    /// Signatures needed.
    pub required: u64,
    /// The percentage of registered voters, a whole number.
    pub percent: u32,
    /// The steps of the computation in words.
    pub steps: Vec<String>,
    /// The rule.
    pub rule: RuleRef,
}

/// The days and numbers that clocks rest on; a clock whose day is missing is left out.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct Anchors {
    /// Registered voters, on whom the length of circulation depends.
    pub registered: Option<u64>,
    /// Every signature submitted.
    pub raw_count: Option<u64>,
    /// The day of the notice that the form is right.
    pub form_approved_on: Option<Date>,
    /// The day of filing.
    pub filed_on: Option<Date>,
    /// The day the result was certified.
    pub certified_on: Option<Date>,
    /// What was certified.
    pub verdict: Option<Verdict>,
    /// The day the proponents' examination began.
    pub proponents_examination_began_on: Option<Date>,
}

impl Anchors {
    fn day(&self, milestone: Milestone) -> Option<Date> {
        match milestone {
            Milestone::FormApproved => self.form_approved_on,
            Milestone::Filed => self.filed_on,
            Milestone::Certified => self.certified_on,
            Milestone::ProponentsExaminationBegan => self.proponents_examination_began_on,
        }
    }
}

/// The last day for an act, with the way it was found.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Deadline {
    /// The clock's key, as in `circulation` or `examination`.
    pub name: String,
    /// The act.
    pub title: String,
    /// The last day.
    pub date: Date,
    /// The day the act was done, where known.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub done_on: Option<Date>,
    /// Whether it was done in time; none while it is not known to be done.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub met: Option<bool>,
    /// The rule.
    pub rule: RuleRef,
    /// Anchor, number of days, holidays left out, and move to a business day, in words.
    pub derivation: String,
}

impl RulePack {
    /// Every built-in pack, the oldest of a family first.
    pub fn built_in() -> impl Iterator<Item = Result<Self, PackError>> {
        PACKS.into_iter().map(|(file, text)| Self::parse(text, file))
    }

    /// The built-in pack with this identifier.
    pub fn by_id(id: &str) -> Result<Self, LawError> {
        let mut known = Vec::new();
        for pack in Self::built_in() {
            let pack = pack?;
            if pack.id() == id {
                return Ok(pack);
            }
            known.push(pack.id().to_owned());
        }
        Err(LawError::NoPack { asked: id.to_owned(), known })
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

    /// Reads and checks a pack's text. `file` names it in messages. Its holiday file is a built-in one.
    pub fn parse(text: &str, file: &str) -> Result<Self, PackError> {
        let read: PackFile = toml::from_str(text).map_err(|error| PackError::from_toml(file, text, &error))?;
        read.check(text, file)?;
        let mut calendars = Vec::new();
        for (holidays_file, holidays) in HOLIDAYS {
            let calendar = Calendar::parse(holidays, holidays_file)?;
            if calendar.id() == read.calendar.holidays.get_ref() {
                let calendar = calendar.with_added(&read.calendar.added);
                return Ok(Self { file: read, calendar, text: text.to_owned(), digest: digest(text, holidays) });
            }
            calendars.push(calendar.id().to_owned());
        }
        let chosen = &read.calendar.holidays;
        let reason = format!("there are no holidays {:?}; there are: {}", chosen.get_ref(), calendars.join(", "));
        Err(PackError::at(file, text, Some(chosen.span()), reason))
    }

    /// The pack's identifier, as in `us/ca/county-recall-2022`.
    pub fn id(&self) -> &str {
        self.file.id.as_str()
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
        (self.file.filed_from, self.file.filed_until)
    }

    /// Whether the pack governs a petition filed on this day.
    pub fn covers(&self, filed_on: Date) -> bool {
        self.file.filed_from.is_none_or(|from| filed_on >= from)
            && self.file.filed_until.is_none_or(|until| filed_on <= until)
    }

    /// The text that was read.
    pub fn text(&self) -> &str {
        &self.text
    }

    /// SHA-256, 64 hexadecimal digits, of `countersign-rule-pack/v1`, a zero byte, and then the pack's text and its
    /// holiday file's text, each after its length in bytes as eight bytes, highest first.
    pub fn digest(&self) -> &str {
        &self.digest
    }

    /// The calendar that the pack counts by.
    pub fn calendar(&self) -> &Calendar {
        &self.calendar
    }

    /// The parameters that a case is opened with.
    pub fn case_rules(&self) -> CaseRules {
        CaseRules {
            max_signatures_per_voter: self.file.signatures_per_voter.max,
            mismatch_reviewers: self.file.mismatch.reviewers,
            withdrawal_before_filing: self.file.withdrawals.before_filing,
            order_of_reasons: self.file.reason.iter().map(|rule| *rule.name.get_ref()).collect(),
        }
    }

    /// Every rule of the pack, in the order of the work.
    pub fn rules(&self) -> Vec<RuleView> {
        self.file.rules().into_iter().map(|(key, rule)| view(key, rule)).collect()
    }

    /// How many signatures are needed of so many registered voters: at least the bracket's percentage, so that a
    /// fraction counts as a whole signature.
    pub fn threshold(&self, registered: u64) -> Result<Threshold, LawError> {
        let rule = &self.file.requirement;
        let bracket = bracket(rule.brackets.get_ref(), registered).ok_or(LawError::NoVoters)?;
        let percent = bracket.percent;
        let product = u128::from(registered) * u128::from(percent);
        let required = u64::try_from(product.div_ceil(100)).unwrap_or(u64::MAX);
        let range = match bracket.to {
            Some(to) => format!("{} to {} registered voters", grouped(bracket.from), grouped(to)),
            None => format!("{} or more registered voters", grouped(bracket.from)),
        };
        let (whole, part) = (i128::try_from(product / 100).unwrap_or(i128::MAX), product % 100);
        let exact = match part {
            0 => grouped(whole),
            tenths if tenths % 10 == 0 => format!("{}.{}", grouped(whole), tenths / 10),
            hundredths => format!("{}.{hundredths:02}", grouped(whole)),
        };
        let mut steps = vec![
            format!("{range}: not less than {percent} percent"),
            format!("{percent}% of {} = {exact}", grouped(registered)),
        ];
        if part > 0 {
            steps.push(format!("rounded up to {}", grouped(required)));
        }
        Ok(Threshold { required, percent, steps, rule: reference("requirement", rule) })
    }

    /// The last day to circulate and file: a length by registered voters from the day the form was approved.
    pub fn circulation(&self, registered: u64, form_approved_on: Date) -> Result<Deadline, LawError> {
        let rule = &self.file.circulation;
        let bracket = bracket(rule.brackets.get_ref(), registered).ok_or(LawError::NoVoters)?;
        let counted = self.calendar.add_calendar_days(form_approved_on, bracket.days, rule.roll)?;
        Ok(Deadline {
            name: "circulation".to_owned(),
            title: rule.title.as_str().to_owned(),
            date: counted.date,
            done_on: None,
            met: None,
            rule: reference("circulation", rule),
            derivation: self.derivation(
                Milestone::FormApproved,
                form_approved_on,
                bracket.days,
                Unit::CalendarDays,
                &counted,
            ),
        })
    }

    /// Every clock whose anchor is known and which applies, in the pack's order.
    pub fn deadlines(&self, anchors: &Anchors) -> Result<Vec<Deadline>, LawError> {
        let mut deadlines = Vec::new();
        if let (Some(registered), Some(approved)) = (anchors.registered, anchors.form_approved_on) {
            let circulation = self.circulation(registered, approved)?;
            deadlines.push(done(circulation, anchors.filed_on));
        }
        for rule in &self.file.deadline {
            let Some(anchor) = anchors.day(rule.anchor).filter(|&day| applies(rule, anchors, day)) else { continue };
            deadlines.push(done(self.deadline(rule, anchor)?, rule.done.and_then(|milestone| anchors.day(milestone))));
        }
        Ok(deadlines)
    }

    pub(crate) fn deadline(&self, rule: &DeadlineRule, anchor: Date) -> Result<Deadline, LawError> {
        let counted = match rule.unit {
            Unit::BusinessDays => self.calendar.add_business_days(anchor, rule.days)?,
            Unit::CalendarDays => self.calendar.add_calendar_days(anchor, rule.days, rule.roll)?,
        };
        let name = rule.key.get_ref();
        Ok(Deadline {
            name: name.clone(),
            title: rule.title.as_str().to_owned(),
            date: counted.date,
            done_on: None,
            met: None,
            rule: reference(format!("deadline.{name}"), rule),
            derivation: self.derivation(rule.anchor, anchor, rule.days, rule.unit, &counted),
        })
    }

    fn derivation(&self, anchor: Milestone, from: Date, days: u32, unit: Unit, counted: &CountedDays) -> String {
        let what = anchor.words();
        let holidays = format!("holidays: {}, version {}", self.calendar.id(), self.calendar.version());
        let named: Vec<_> = counted.holidays.iter().map(|(day, name)| format!("{day} ({name})")).collect();
        match (unit, counted.moved_from) {
            (Unit::BusinessDays, _) => {
                let left_out = if named.is_empty() {
                    "no holiday falls in between".to_owned()
                } else {
                    format!("left out: {}", named.join(", "))
                };
                format!(
                    "{from} ({what}) + {days} business days = {}; Saturdays and Sundays are not counted; {left_out}; {holidays}",
                    counted.date
                )
            }
            (Unit::CalendarDays, None) => format!("{from} ({what}) + {days} calendar days = {}", counted.date),
            (Unit::CalendarDays, Some(last)) => {
                let rolling = &self.file.rolling;
                let why = self.calendar.holiday(last).unwrap_or("a weekend");
                format!(
                    "{from} ({what}) + {days} calendar days = {last}, which is {why}; moved to the next business day, {} \
                     ({}, {}); {holidays}",
                    counted.date,
                    rolling.citation(),
                    rolling.status().name()
                )
            }
        }
    }

    /// What so many valid signatures come to.
    pub fn verdict(&self, valid: u64, required: u64) -> Verdict {
        let rule = &self.file.result;
        match valid.cmp(&required) {
            std::cmp::Ordering::Greater => rule.more,
            std::cmp::Ordering::Less => rule.fewer,
            std::cmp::Ordering::Equal => rule.equal,
        }
    }

    /// What follows from a verdict, in the pack's words; none while every signature has still to be examined.
    pub fn consequence(&self, verdict: Verdict) -> Option<&str> {
        let rule = &self.file.result;
        match verdict {
            Verdict::Sufficient => Some(rule.if_sufficient.as_str()),
            Verdict::Insufficient => Some(rule.if_insufficient.as_str()),
            Verdict::EqualReview => Some(rule.if_equal.as_str()),
            Verdict::ExamineAll => None,
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

/// Whether a clock applies, given its anchor's day. What is not known yet does not exclude it.
fn applies(rule: &DeadlineRule, anchors: &Anchors, anchor: Date) -> bool {
    let enough = rule.raw_from.is_none_or(|from| anchors.raw_count.is_none_or(|raw| raw >= from));
    let in_force = rule.anchor_from.is_none_or(|from| anchor >= from);
    let asked_for = rule.only_if.is_empty() || anchors.verdict.is_none_or(|verdict| rule.only_if.contains(&verdict));
    enough && in_force && asked_for
}

fn done(deadline: Deadline, done_on: Option<Date>) -> Deadline {
    Deadline { done_on, met: done_on.map(|day| day <= deadline.date), ..deadline }
}

fn bracket<B: Bracket>(brackets: &[B], registered: u64) -> Option<&B> {
    brackets.iter().find(|bracket| {
        let (from, to) = bracket.range();
        registered >= from && to.is_none_or(|to| registered <= to)
    })
}

fn reference(key: impl Into<String>, rule: &impl Cited) -> RuleRef {
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

fn digest(pack: &str, holidays: &str) -> String {
    let mut hash = Sha256::new();
    hash.update(b"countersign-rule-pack/v1\0");
    for text in [pack, holidays] {
        hash.update((text.len() as u64).to_be_bytes());
        hash.update(text);
    }
    hash.finalize().iter().fold(String::new(), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

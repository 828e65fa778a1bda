//! The days on which a petition's clocks rest.

use std::{collections::BTreeMap, fmt, str::FromStr};

use jiff::civil::Date;
use serde::{Deserialize, Serialize};

macro_rules! milestones {
    ($($(#[$doc:meta])* $variant:ident = $name:literal, $words:literal;)*) => {
        /// A day that a clock starts from or must be kept by.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        pub enum Milestone {
            $($(#[$doc])* #[serde(rename = $name)] $variant,)*
        }

        impl Milestone {
            /// Every milestone, in the usual order of a petition's life.
            pub const ALL: [Self; [$($name),*].len()] = [$(Self::$variant),*];

            /// The name in files, as in `filed_on`.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$variant => $name,)* }
            }

            /// What happened on the day, in words.
            pub const fn words(self) -> &'static str {
                match self { $(Self::$variant => $words,)* }
            }
        }
    };
}

milestones! {
    /// The notice of intention was filed.
    NoticeFiled = "notice_filed_on", "the notice of intention was filed";
    /// The title and summary, or the ballot title, was issued.
    SummaryIssued = "summary_issued_on", "the title and summary was issued";
    /// The day of the report of registration that the requirement rests on.
    ReportOfRegistration = "report_of_registration_on", "the report of registration was made";
    /// The official gave notice that the form is right.
    FormApproved = "form_approved_on", "the form was approved";
    /// The measure that a referendum is against was passed, published or filed.
    Enacted = "enacted_on", "the measure was enacted";
    /// Circulation began.
    CirculationBegan = "circulation_began_on", "circulation began";
    /// The first signature was given.
    FirstSigned = "first_signed_on", "the first signature was given";
    /// The session of the legislature ended.
    SessionAdjourned = "session_adjourned_on", "the session was adjourned";
    /// The petition was filed.
    Filed = "filed_on", "the petition was filed";
    /// The raw count was reported.
    RawCountReported = "raw_count_reported_on", "the raw count was reported";
    /// A random sample was ordered.
    SampleOrdered = "sample_ordered_on", "the random sample was ordered";
    /// The examination of every signature was ordered.
    FullExaminationOrdered = "full_examination_ordered_on", "the examination of every signature was ordered";
    /// The petition was found insufficient, where it may still be mended.
    FoundInsufficient = "found_insufficient_on", "the petition was found insufficient";
    /// Notice of defects was given, which may be mended.
    DefectsNoticed = "defects_noticed_on", "notice of defects was given";
    /// A supplement was filed.
    SupplementFiled = "supplement_filed_on", "the supplement was filed";
    /// The result was certified.
    Certified = "certified_on", "the result was certified";
    /// The governing body met to receive the certificate.
    BodyMet = "body_met_on", "the governing body met";
    /// The election was ordered.
    ElectionOrdered = "election_ordered_on", "the election was ordered";
    /// The election is held.
    Election = "election_on", "the election is held";
    /// The results of the election were certified.
    ResultsCertified = "results_certified_on", "the results of the election were certified";
    /// The proponents' examination began.
    ProponentsExaminationBegan = "proponents_examination_began_on", "the proponents' examination began";
    /// The proponents' examination ended.
    ProponentsExaminationEnded = "proponents_examination_ended_on", "the proponents' examination ended";
    /// The petition was examined for the last time.
    LastExamined = "last_examined_on", "the petition was last examined";
}

/// A text that names no milestone.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no day called {0:?}; the days are: {list}", list = Milestone::ALL.map(Milestone::name).join(", "))]
pub struct UnknownMilestone(pub String);

impl FromStr for Milestone {
    type Err = UnknownMilestone;

    fn from_str(text: &str) -> Result<Self, UnknownMilestone> {
        Self::ALL.into_iter().find(|day| day.name() == text).ok_or_else(|| UnknownMilestone(text.to_owned()))
    }
}

impl fmt::Display for Milestone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

/// A case's days by name. The day of filing is always among them.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(try_from = "BTreeMap<Milestone, Date>", into = "BTreeMap<Milestone, Date>")]
pub struct Milestones {
    filed_on: Date,
    others: BTreeMap<Milestone, Date>,
}

/// Days without the day of filing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("the day of filing is missing; give filed_on")]
pub struct NoFilingDay;

impl Milestones {
    /// The days of a petition filed on this day, with no other day known.
    pub const fn filed(filed_on: Date) -> Self {
        Self { filed_on, others: BTreeMap::new() }
    }

    /// The same with one more day, which takes the place of an earlier entry of that name.
    #[must_use]
    pub fn with(mut self, milestone: Milestone, day: Date) -> Self {
        match milestone {
            Milestone::Filed => self.filed_on = day,
            other => {
                self.others.insert(other, day);
            }
        }
        self
    }

    /// The day of filing.
    pub const fn filed_on(&self) -> Date {
        self.filed_on
    }

    /// A day, where it is known.
    pub fn on(&self, milestone: Milestone) -> Option<Date> {
        match milestone {
            Milestone::Filed => Some(self.filed_on),
            other => self.others.get(&other).copied(),
        }
    }

    /// Every known day, in the usual order of a petition's life.
    pub fn days(&self) -> BTreeMap<Milestone, Date> {
        let mut days = self.others.clone();
        days.insert(Milestone::Filed, self.filed_on);
        days
    }
}

impl TryFrom<BTreeMap<Milestone, Date>> for Milestones {
    type Error = NoFilingDay;

    fn try_from(mut days: BTreeMap<Milestone, Date>) -> Result<Self, NoFilingDay> {
        let filed_on = days.remove(&Milestone::Filed).ok_or(NoFilingDay)?;
        Ok(Self { filed_on, others: days })
    }
}

impl From<Milestones> for BTreeMap<Milestone, Date> {
    fn from(milestones: Milestones) -> Self {
        milestones.days()
    }
}

#[cfg(test)]
mod tests {
    use jiff::civil::date;

    use super::*;

    #[test]
    fn names_are_the_names_in_files() {
        for day in Milestone::ALL {
            assert_eq!(day.name().parse(), Ok(day));
            assert_eq!(serde_json::to_string(&day).unwrap(), format!("\"{day}\""));
            assert!(!day.words().is_empty());
        }
        let error = "filed".parse::<Milestone>().unwrap_err().to_string();
        assert!(error.starts_with("there is no day called \"filed\"; the days are: notice_filed_on, "), "{error}");
    }

    #[test]
    fn the_day_of_filing_is_always_there() {
        let days = Milestones::filed(date(2022, 7, 6)).with(Milestone::FormApproved, date(2022, 1, 27));
        assert_eq!(days.on(Milestone::Filed), Some(days.filed_on()));
        assert_eq!(days.on(Milestone::FormApproved), Some(date(2022, 1, 27)));
        assert_eq!(days.on(Milestone::Certified), None);
        let json = serde_json::to_string(&days).unwrap();
        assert_eq!(json, r#"{"form_approved_on":"2022-01-27","filed_on":"2022-07-06"}"#);
        assert_eq!(serde_json::from_str::<Milestones>(&json).unwrap(), days);
        let later = days.with(Milestone::Filed, date(2022, 7, 7));
        assert_eq!(later.filed_on(), date(2022, 7, 7));
        assert!(serde_json::from_str::<Milestones>(r#"{"form_approved_on":"2022-01-27"}"#).is_err());
        assert!(serde_json::from_str::<Milestones>(r#"{"filed_on":"2022-07-06","x":"2022-07-06"}"#).is_err());
    }
}

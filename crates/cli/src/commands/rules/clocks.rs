//! `countersign rules deadlines`: the calendar of a petition, as a table and as a file for calendar programs.

use std::{collections::BTreeMap, path::PathBuf};

use clap::{Arg, ArgMatches, Args, Command, FromArgMatches, value_parser};
use domain::Milestone;
use icalendar::{Calendar, Component, Event};
use jiff::civil::Date;
use law::{Anchors, Deadline, RulePack};
use serde::Serialize;
use std::io::Write as _;

use super::{super::packs::load, cited};
use crate::{
    failure::Failure,
    output::{report, write_whole},
};

#[derive(Args)]
pub(crate) struct Deadlines {
    /// The pack.
    pack: String,
    /// Registered voters, on whom the length of circulation may depend.
    #[arg(long)]
    registered: Option<u64>,
    /// Signatures submitted, on which the time for examination may depend.
    #[arg(long)]
    raw: Option<u64>,
    /// Whether the examination began with a random sample, on which the time for it may depend.
    #[arg(long)]
    sampled: Option<bool>,
    #[command(flatten)]
    days: Days,
    /// Also write the clocks to this file in iCalendar form.
    #[arg(long, value_name = "FILE")]
    ics: Option<PathBuf>,
    /// The petition's title, for the entries of the calendar file: written again under it, they take the place of the earlier ones.
    #[arg(long, value_name = "TITLE", requires = "ics")]
    petition: Option<String>,
}

/// One option for each day that a clock may start from, as in `--filed-on 2022-07-06`.
pub(crate) struct Days(BTreeMap<Milestone, Date>);

impl Args for Days {
    fn augment_args(command: Command) -> Command {
        Milestone::ALL.into_iter().fold(command, |command, day| {
            let long = day.name().replace('_', "-");
            let short = long.strip_suffix("-on").unwrap_or(&long).to_owned();
            let aliases = [
                day.name().to_owned(),
                short.replace("proponents-", ""),
                format!("{}-on", short.replace("proponents-", "")),
                short,
            ];
            let aliases = aliases.into_iter().filter(|alias| *alias != long);
            let option = Arg::new(day.name())
                .long(long.clone())
                .aliases(aliases)
                .value_name("DATE")
                .value_parser(value_parser!(Date))
                .help(format!("The day on which {}", day.words()))
                .help_heading("Days");
            command.arg(option)
        })
    }

    fn augment_args_for_update(command: Command) -> Command {
        Self::augment_args(command)
    }
}

impl FromArgMatches for Days {
    fn from_arg_matches(matches: &ArgMatches) -> Result<Self, clap::Error> {
        let given = |day: Milestone| matches.get_one::<Date>(day.name()).map(|&date| (day, date));
        Ok(Self(Milestone::ALL.into_iter().filter_map(given).collect()))
    }

    fn update_from_arg_matches(&mut self, matches: &ArgMatches) -> Result<(), clap::Error> {
        *self = Self::from_arg_matches(matches)?;
        Ok(())
    }
}

impl Deadlines {
    pub(super) fn run(&self, json: bool) -> Result<(), Failure> {
        let pack = load(&self.pack)?;
        let anchors = Anchors {
            registered_voters: self.registered,
            raw_count: self.raw,
            sampled: self.sampled,
            verdict: None,
            days: self.days.0.clone(),
        };
        let clocks = pack.deadlines(&anchors).map_err(Failure::input)?;
        if let Some(path) = &self.ics {
            let text = calendar_file(pack.id(), &self.whose(), self.petition.as_deref(), &clocks);
            write_whole(path, |file| file.write_all(text.as_bytes()))?;
        }
        let remarks = remarks(&pack, &anchors);
        let shown: Vec<_> = clocks.into_iter().map(|clock| Shown { clock, remarks: remarks.clone() }).collect();
        report(json, &shown, |clocks| {
            if clocks.is_empty() {
                let anchors: Vec<_> =
                    pack.anchors().iter().map(|day| format!("--{}", day.name().replace('_', "-"))).collect();
                return format!(
                    "No clock runs from the days given (circulation may also need --registered). This pack counts from: {}.",
                    anchors.join(", ")
                );
            }
            let lines = clocks.iter().map(|shown| in_words(&shown.clock));
            lines.chain(remarks.iter().map(|remark| format!("NOTE: {remark}."))).collect::<Vec<_>>().join("\n")
        })
    }
}

/// A clock with what a reader must know beside it.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    clock: Deadline,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    remarks: Vec<String>,
}

/// What is to be said where the pack is not the law of a petition that was filed on the day given.
fn remarks(pack: &RulePack, anchors: &Anchors) -> Vec<String> {
    let Some(filed) = anchors.days.get(&Milestone::Filed).filter(|&&filed| !pack.covers(filed)) else {
        return Vec::new();
    };
    let (first, last) = pack.filing_dates();
    let from = first.map_or_else(String::new, |day| format!(" from {day}"));
    let until = last.map_or_else(String::new, |day| format!(" until {day}"));
    vec![format!(
        "{} is the law of petitions filed{from}{until}, and this one was filed on {filed}; `countersign rules list` names the packs for other days",
        pack.id()
    )]
}

impl Deadlines {
    /// What tells the entries of this petition from those of another under the same pack: its title, otherwise the days given.
    fn whose(&self) -> String {
        if let Some(title) = &self.petition {
            let words: Vec<_> =
                title.split(|letter: char| !letter.is_alphanumeric()).filter(|word| !word.is_empty()).collect();
            return words.join("-").to_lowercase();
        }
        let days = self.days.0.iter().map(|(day, date)| format!("{}-{}", day.name(), date.strftime("%Y%m%d")));
        days.collect::<Vec<_>>().join("-")
    }
}

fn in_words(clock: &Deadline) -> String {
    let done = match (clock.done_on, clock.met) {
        (Some(day), Some(true)) => format!("\n            done on {day}, in time"),
        (Some(day), Some(false)) => format!("\n            done on {day}, LATE"),
        (Some(day), None) => format!("\n            done on {day}, before the day it counts from: check the two days"),
        (None, _) => String::new(),
    };
    format!(
        "{}  {}\n            {}{done}\n            {}",
        clock.date,
        clock.title,
        clock.derivation,
        cited(&clock.rule)
    )
}

/// The clocks as whole-day events. The same clocks give the same bytes: the stamp that the format asks for is the day itself. The entries
/// of a petition with a title keep their names when its days change, so that a calendar program moves them.
fn calendar_file(pack: &str, whose: &str, title: Option<&str>, clocks: &[Deadline]) -> String {
    let mut calendar = Calendar::new();
    calendar.name(title.unwrap_or(pack));
    for clock in clocks {
        let compact = clock.date.strftime("%Y%m%d").to_string();
        let next = clock.date.tomorrow().unwrap_or(clock.date).strftime("%Y%m%d").to_string();
        let day = if title.is_some() { String::new() } else { format!("{compact}-") };
        let summary = title.map_or_else(|| clock.title.clone(), |title| format!("{}: {title}", clock.title));
        let mut event = Event::new();
        event
            .uid(&format!("{}-{day}{whose}@{}", clock.name, pack.replace('/', ".")))
            .add_property("DTSTAMP", format!("{compact}T000000Z"))
            .append_property(icalendar::Property::new("DTSTART", &compact).add_parameter("VALUE", "DATE").done())
            .append_property(icalendar::Property::new("DTEND", &next).add_parameter("VALUE", "DATE").done())
            .summary(&summary)
            .description(&format!("{}\n{}", clock.derivation, cited(&clock.rule)));
        calendar.push(event.done());
    }
    calendar.to_string()
}

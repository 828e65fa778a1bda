//! `countersign rules`: the law as data, for an official and for anyone who wants to check a published figure.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use domain::{Electorate, Milestone};
use jiff::civil::Date;
use law::{RulePack, RuleRef, RuleView, Status, counted};
use serde::Serialize;

use super::packs::{built_in, load};
use crate::{failure::Failure, output::report};

mod check;
mod clocks;
mod diff;
mod project;

pub(super) use project::in_words as project_in_words;

#[derive(Subcommand)]
pub(crate) enum Rules {
    /// The rule packs that are built in.
    List,
    /// Every rule of a pack with its citation and how well it is confirmed.
    Show {
        /// The pack: its identifier, or the path of a .toml file.
        pack: String,
    },
    /// How many signatures are needed.
    Threshold {
        /// The pack.
        pack: String,
        #[command(flatten)]
        electorate: ElectorateArgs,
    },
    /// The clocks that run from the days given.
    Deadlines(clocks::Deadlines),
    /// How many lines a random sample needs.
    SampleSize {
        /// The pack.
        pack: String,
        /// Signatures submitted, or those of one county or district where each is sampled by itself.
        #[arg(long)]
        raw: u64,
    },
    /// What a sample says of the whole petition, with every step; needs no case.
    Project(project::Project),
    /// Whether signatures are spread over counties or districts as the law asks, and are enough in all; exit status 1 if not.
    Spread(project::SpreadArgs),
    /// What another pack would change in a case: numbers, clocks, and every line that comes to something else.
    Diff(diff::Diff),
    /// Read rule packs and run the golden examples that stand in them; exit status 1 if one fails.
    Check {
        /// Files of packs; every built-in pack where none is named.
        files: Vec<String>,
    },
}

/// The numbers that a requirement is a part of.
#[derive(Args, Clone, Copy)]
pub(crate) struct ElectorateArgs {
    /// Registered voters in the report that the law names.
    #[arg(long)]
    registered: Option<u64>,
    /// Votes cast in the election that the law names.
    #[arg(long)]
    votes_cast: Option<u64>,
    /// Inhabitants by the census that the law names.
    #[arg(long)]
    population: Option<u64>,
}

impl From<ElectorateArgs> for Electorate {
    fn from(args: ElectorateArgs) -> Self {
        Self { registered_voters: args.registered, votes_cast: args.votes_cast, population: args.population }
    }
}

#[derive(Serialize)]
struct Listed {
    id: String,
    title: String,
    filed_from: Option<Date>,
    filed_until: Option<Date>,
    rules: usize,
    unconfirmed: usize,
    open: usize,
    digest: String,
}

impl Rules {
    pub(crate) async fn run(&self, json: bool) -> Result<ExitCode, Failure> {
        match self {
            Self::List => report(json, &list()?, |packs| packs.iter().map(listed).collect::<Vec<_>>().join("\n"))?,
            Self::Show { pack } => show(json, &load(pack)?)?,
            Self::Threshold { pack, electorate } => {
                let threshold = load(pack)?.threshold(&(*electorate).into()).map_err(Failure::input)?;
                report(json, &threshold, |threshold| {
                    format!(
                        "{} required.\n  {}\n  {}\n  {}",
                        counted(threshold.required, "signature is", "signatures are"),
                        threshold.steps.join("\n  "),
                        cited(&threshold.rule),
                        cited(&threshold.base_rule),
                    )
                })?;
            }
            Self::Deadlines(asked) => asked.run(json)?,
            Self::SampleSize { pack, raw } => {
                let size = load(pack)?.sample_size(*raw).map_err(Failure::input)?;
                report(json, &size, |size| {
                    let answer = if size.every_line {
                        format!("Every one of the {} examined.", counted(size.size, "line is", "lines is"))
                    } else {
                        format!("{} drawn of each {}.", counted(size.size, "line is", "lines are"), size.unit)
                    };
                    format!("{answer}\n  {}\n  {}", size.steps.join("\n  "), cited(&size.rule))
                })?;
            }
            Self::Project(asked) => return asked.run(json),
            Self::Spread(asked) => return asked.run(json),
            Self::Diff(asked) => asked.run(json).await?,
            Self::Check { files } => return check::run(json, files),
        }
        Ok(ExitCode::SUCCESS)
    }
}

/// A rule's citation with its status, as shown beside every result.
pub(super) fn cited(rule: &RuleRef) -> String {
    format!("{} ({})", rule.citation, rule.status.name())
}

/// A rule with its numbers and days.
#[derive(Serialize)]
struct Shown {
    #[serde(flatten)]
    rule: RuleView,
    /// Brackets, lengths and days, in short phrases.
    details: Vec<String>,
}

fn show(json: bool, pack: &RulePack) -> Result<(), Failure> {
    let shown = |rule: RuleView| Shown { details: pack.details(&rule.key), rule };
    let rules: Vec<_> = pack.rules().into_iter().map(shown).collect();
    report(json, &rules, |rules| {
        let rules = rules.iter().map(|Shown { rule, details }| {
            let details: String = details.iter().map(|detail| format!("\n      {detail}")).collect();
            let note = rule.note.as_ref().map_or_else(String::new, |note| format!("\n    note: {note}"));
            format!("{}\n    {}{details}\n    {} ({}){note}", rule.key, rule.text, rule.citation, rule.status.name())
        });
        let days: Vec<_> = pack.anchors().into_iter().map(Milestone::name).collect();
        let counted = if days.is_empty() { "none".to_owned() } else { days.join(", ") };
        format!(
            "{}\nDays that clocks count from: {counted}\n\n{}",
            pack.title(),
            rules.collect::<Vec<_>>().join("\n\n")
        )
    })
}

fn list() -> Result<Vec<Listed>, Failure> {
    let listed = |pack: RulePack| {
        let (filed_from, filed_until) = pack.filing_dates();
        let rules = pack.rules();
        let with = |status| rules.iter().filter(|rule| rule.status == status).count();
        Listed {
            id: pack.id().to_owned(),
            title: pack.title().to_owned(),
            filed_from,
            filed_until,
            unconfirmed: with(Status::Unconfirmed),
            open: with(Status::Open),
            rules: rules.len(),
            digest: pack.digest().to_owned(),
        }
    };
    Ok(built_in()?.into_iter().map(listed).collect())
}

fn listed(pack: &Listed) -> String {
    let from = pack.filed_from.map_or_else(String::new, |day| format!(" from {day}"));
    let until = pack.filed_until.map_or_else(String::new, |day| format!(" until {day}"));
    let dates = if from.is_empty() && until.is_empty() { " on any day".to_owned() } else { from + &until };
    let open = if pack.open == 0 { String::new() } else { format!(", {} open", pack.open) };
    format!(
        "{}\n    {}\n    petitions filed{dates}; {}, {} of them unconfirmed{open}",
        pack.id,
        pack.title,
        counted(pack.rules as u64, "rule", "rules"),
        pack.unconfirmed
    )
}

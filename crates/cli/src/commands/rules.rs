//! `countersign rules`: the law as data, for an official and for anyone who wants to check a published figure.

use std::process::ExitCode;

use clap::{Args, Subcommand};
use jiff::civil::Date;
use law::{Anchors, RulePack, grouped};
use serde::Serialize;

use crate::{failure::Failure, output::report};

#[derive(Subcommand)]
pub(crate) enum Rules {
    /// The rule packs that are built in.
    List,
    /// Every rule of a pack with its citation and how well it is confirmed.
    Show {
        /// The pack.
        pack: String,
    },
    /// How many signatures are needed.
    Threshold {
        /// The pack.
        pack: String,
        /// Registered voters in the report that the law bases the requirement on.
        #[arg(long)]
        registered: u64,
    },
    /// The clocks that run from the days given.
    Deadlines(Deadlines),
    /// Run the golden examples that stand in each pack; exit status 1 if one fails.
    Check,
}

#[derive(Args)]
pub(crate) struct Deadlines {
    /// The pack.
    pack: String,
    /// Registered voters, on whom the length of circulation depends.
    #[arg(long)]
    registered: Option<u64>,
    /// Signatures submitted, on which the time for examination may depend.
    #[arg(long)]
    raw: Option<u64>,
    /// The day of the notice that the form is right.
    #[arg(long, alias = "form-approved")]
    form_approved_on: Option<Date>,
    /// The day of filing.
    #[arg(long, alias = "filed")]
    filed_on: Option<Date>,
    /// The day the result was certified.
    #[arg(long, alias = "certified")]
    certified_on: Option<Date>,
    /// The day the proponents' examination began.
    #[arg(long)]
    examination_began_on: Option<Date>,
}

#[derive(Serialize)]
struct Listed {
    id: String,
    title: String,
    filed_from: Option<Date>,
    filed_until: Option<Date>,
    rules: usize,
    unconfirmed: usize,
    digest: String,
}

#[derive(Serialize)]
struct Checked {
    pack: String,
    failures: Vec<String>,
}

impl Rules {
    pub(crate) fn run(&self, json: bool) -> Result<ExitCode, Failure> {
        match self {
            Self::List => report(json, &list()?, |packs| packs.iter().map(listed).collect::<Vec<_>>().join("\n"))?,
            Self::Show { pack } => {
                let pack = by_id(pack)?;
                report(json, &pack.rules(), |rules| {
                    let rules = rules.iter().map(|rule| {
                        let note = rule.note.as_ref().map_or_else(String::new, |note| format!("\n    note: {note}"));
                        format!("{}\n    {}\n    {} ({}){note}", rule.key, rule.text, rule.citation, rule.status.name())
                    });
                    format!("{}\n\n{}", pack.title(), rules.collect::<Vec<_>>().join("\n\n"))
                })?;
            }
            Self::Threshold { pack, registered } => {
                let threshold = by_id(pack)?.threshold(*registered).map_err(Failure::input)?;
                report(json, &threshold, |threshold| {
                    format!(
                        "{} signatures are required.\n  {}\n  {} ({})",
                        grouped(threshold.required),
                        threshold.steps.join("\n  "),
                        threshold.rule.citation,
                        threshold.rule.status.name()
                    )
                })?;
            }
            Self::Deadlines(asked) => {
                let clocks = by_id(&asked.pack)?.deadlines(&asked.anchors()).map_err(Failure::input)?;
                report(json, &clocks, |clocks| {
                    if clocks.is_empty() {
                        return "No clock runs from the days given; name one, as in --filed-on 2022-07-06 (circulation also needs --registered)."
                            .to_owned();
                    }
                    let clocks = clocks.iter().map(|clock| {
                        format!(
                            "{}  {}\n            {}\n            {} ({})",
                            clock.date,
                            clock.title,
                            clock.derivation,
                            clock.rule.citation,
                            clock.rule.status.name()
                        )
                    });
                    clocks.collect::<Vec<_>>().join("\n")
                })?;
            }
            Self::Check => return check(json),
        }
        Ok(ExitCode::SUCCESS)
    }
}

impl Deadlines {
    fn anchors(&self) -> Anchors {
        Anchors {
            registered: self.registered,
            raw_count: self.raw,
            form_approved_on: self.form_approved_on,
            filed_on: self.filed_on,
            certified_on: self.certified_on,
            proponents_examination_began_on: self.examination_began_on,
            ..Anchors::default()
        }
    }
}

fn by_id(id: &str) -> Result<RulePack, Failure> {
    RulePack::by_id(id).map_err(Failure::input)
}

fn packs() -> Result<Vec<RulePack>, Failure> {
    RulePack::built_in().collect::<Result<_, _>>().map_err(Failure::ours)
}

fn list() -> Result<Vec<Listed>, Failure> {
    let listed = |pack: RulePack| {
        let (filed_from, filed_until) = pack.filing_dates();
        let rules = pack.rules();
        Listed {
            id: pack.id().to_owned(),
            title: pack.title().to_owned(),
            filed_from,
            filed_until,
            unconfirmed: rules.iter().filter(|rule| rule.status == law::Status::Unconfirmed).count(),
            rules: rules.len(),
            digest: pack.digest().to_owned(),
        }
    };
    Ok(packs()?.into_iter().map(listed).collect())
}

fn listed(pack: &Listed) -> String {
    let from = pack.filed_from.map_or_else(String::new, |day| format!(" from {day}"));
    let until = pack.filed_until.map_or_else(String::new, |day| format!(" until {day}"));
    format!(
        "{}\n    {}\n    petitions filed{from}{until}; {} rules, {} of them unconfirmed",
        pack.id, pack.title, pack.rules, pack.unconfirmed
    )
}

fn check(json: bool) -> Result<ExitCode, Failure> {
    let checked: Vec<_> = packs()?
        .iter()
        .map(|pack| Checked {
            pack: pack.id().to_owned(),
            failures: pack.check_golden().iter().map(ToString::to_string).collect(),
        })
        .collect();
    let failed = checked.iter().any(|pack| !pack.failures.is_empty());
    report(json, &checked, |checked| {
        let lines = checked.iter().map(|pack| match pack.failures.as_slice() {
            [] => format!("{}: every golden example holds", pack.pack),
            failures => format!("{}:\n  {}", pack.pack, failures.join("\n  ")),
        });
        lines.collect::<Vec<_>>().join("\n")
    })?;
    Ok(ExitCode::from(u8::from(failed)))
}

//! `countersign rules project` and `spread`: from published figures to a result, without a case.

use std::{num::NonZeroU32, path::PathBuf, process::ExitCode};

use casework::files::{read_unit_counts, read_unit_figures};
use clap::Args;
use domain::Verdict;
use law::{Edge, Projection, SampleFigures, Spread, UnitsProjection, counted, grouped};
use serde::Serialize;

use super::{
    super::{FileArgs, packs::load},
    cited,
};
use crate::{failure::Failure, output::report};

#[derive(Args)]
pub(crate) struct Project {
    /// The pack.
    pack: String,
    /// Signatures submitted.
    #[arg(long, required_unless_present = "units")]
    raw: Option<u64>,
    /// Lines drawn.
    #[arg(long, required_unless_present = "units")]
    sample: Option<u64>,
    /// Lines of the sample found valid.
    #[arg(long, required_unless_present = "units")]
    valid: Option<u64>,
    /// Duplicate lines in the sample: each further line of a voter counts once.
    #[arg(long, default_value_t = 0)]
    duplicates: u64,
    /// Signatures needed.
    #[arg(long)]
    required: u64,
    /// Which sample it is, where the law asks for several before a petition is rejected.
    #[arg(long, default_value = "1")]
    stage: NonZeroU32,
    /// A CSV of counties or districts that are sampled by themselves: unit,raw,sample,valid,duplicates[,required].
    #[arg(long, value_name = "FILE", conflicts_with_all = ["raw", "sample", "valid", "duplicates", "stage"])]
    units: Option<PathBuf>,
    #[command(flatten)]
    files: FileArgs,
}

#[derive(Args)]
pub(crate) struct SpreadArgs {
    /// The pack.
    pack: String,
    /// A CSV of the valid signatures by county or district: unit,base,valid. The base may be empty where none is asked for.
    #[arg(long, value_name = "FILE")]
    units: PathBuf,
    /// Signatures needed in all.
    #[arg(long)]
    required: u64,
    #[command(flatten)]
    files: FileArgs,
}

impl Project {
    pub(super) fn run(&self, json: bool) -> Result<ExitCode, Failure> {
        let pack = load(&self.pack)?;
        if let Some(path) = &self.units {
            let units = read_unit_figures(path, &self.files.options()).map_err(Failure::input)?;
            let found = pack.project_units(&units, self.required).map_err(Failure::input)?;
            let mut warnings = Vec::new();
            for unit in &units {
                let short = pack.short_sample(unit.raw, unit.sample).map_err(Failure::input)?;
                warnings.extend(short.map(|short| format!("{}: {short}", unit.unit)));
            }
            report(json, &Warned { found, warnings }, |said| said.in_words(units_in_words))?;
            return Ok(ExitCode::SUCCESS);
        }
        pack.samples_as_one().map_err(Failure::input)?;
        let figures = SampleFigures {
            raw: self.raw.unwrap_or_default(),
            sample: self.sample.unwrap_or_default(),
            valid: self.valid.unwrap_or_default(),
            duplicates: self.duplicates,
        };
        let found = pack.project(figures, self.required, self.stage).map_err(Failure::input)?;
        let warnings = pack.short_sample(figures.raw, figures.sample).map_err(Failure::input)?.into_iter().collect();
        report(json, &Warned { found, warnings }, |said| said.in_words(in_words))?;
        Ok(ExitCode::SUCCESS)
    }
}

/// What was found, with what a reader must know beside it.
#[derive(Serialize)]
struct Warned<T> {
    #[serde(flatten)]
    found: T,
    /// Where the figures are not what the law asks for.
    warnings: Vec<String>,
}

impl<T> Warned<T> {
    fn in_words(&self, words: impl Fn(&T) -> String) -> String {
        let warnings = self.warnings.iter().map(|warning| format!("\nNOTE: {warning}."));
        std::iter::once(words(&self.found)).chain(warnings).collect()
    }
}

impl SpreadArgs {
    pub(super) fn run(&self, json: bool) -> Result<ExitCode, Failure> {
        let pack = load(&self.pack)?;
        let units = read_unit_counts(&self.units, &self.files.options()).map_err(Failure::input)?;
        let Some(spread) = pack.spread(&units, self.required).map_err(Failure::input)? else {
            return Err(Failure::input(format!("{} asks for no spread over counties or districts", pack.id())));
        };
        report(json, &spread, spread_in_words)?;
        Ok(ExitCode::from(u8::from(!(spread.met && spread.enough))))
    }
}

/// A verdict in words that an official would use.
pub(crate) const fn verdict_words(verdict: Verdict) -> &'static str {
    match verdict {
        Verdict::Sufficient => "sufficient",
        Verdict::Insufficient => "insufficient",
        Verdict::ExamineAll => "every signature must be examined",
        Verdict::NextSample => "a further sample must be drawn",
        Verdict::EqualReview => "exactly as many as required; counsel decides",
    }
}

/// A projection as a reader would check it, step by step.
pub(crate) fn in_words(found: &Projection) -> String {
    let mut lines = Vec::new();
    let verdict = verdict_words(found.verdict);
    lines.push(match (found.projected_valid, &found.percent_of_required, found.pairs_allowed) {
        (Some(projected), Some(percent), _) => format!(
            "{} projected, {percent}% of the {} required: {verdict}.",
            valid_signatures(projected),
            grouped(found.required)
        ),
        (_, _, Some(allowed)) if allowed >= 0 => format!(
            "{} in the sample, at most {} acceptable: {verdict}.",
            counted(found.figures.duplicates, "duplicate pair", "duplicate pairs"),
            grouped(allowed)
        ),
        _ => format!("No sample of this petition could pass: {verdict}."),
    });
    lines.extend(found.steps.iter().map(|step| format!("  {} = {}", step.what, step.value)));
    let edges = &found.edges;
    lines.extend(edges.valid.iter().map(|edge| edge_in_words(edge, "valid lines in the sample")));
    lines.extend(edges.duplicates.iter().map(|edge| edge_in_words(edge, "duplicate lines in the sample")));
    let plain = "valid lines by the plain proportion, unrounded and without duplicates";
    lines.extend(edges.valid_by_plain_proportion.iter().map(|edge| edge_in_words(edge, plain)));
    lines.extend(found.rules.iter().map(|rule| format!("  {}", cited(rule))));
    lines.join("\n")
}

/// A projection may lie below zero.
fn valid_signatures(number: i64) -> String {
    format!("{} valid {}", grouped(number), if number == 1 { "signature" } else { "signatures" })
}

/// A change of the verdict, told from the side of what was found.
fn edge_in_words(edge: &Edge, what: &str) -> String {
    let at = grouped(edge.at);
    if edge.away > 0 {
        return format!("  with {at} or more {what} ({} more): {}", grouped(edge.away), verdict_words(edge.verdict));
    }
    let fewer = if edge.at == 1 { format!("without {what}") } else { format!("with fewer than {at} {what}") };
    format!("  {fewer} ({} fewer): {}", grouped(1 - edge.away), verdict_words(edge.before))
}

fn units_in_words(found: &UnitsProjection) -> String {
    let mut lines = vec![format!(
        "{} projected, {}% of the {} required: {}.",
        valid_signatures(found.projected_valid),
        found.percent_of_required,
        grouped(found.required),
        verdict_words(found.verdict)
    )];
    if let Some((sufficient, needed)) = found.units_sufficient {
        lines.push(format!(
            "  {} sufficient by themselves, {} must be",
            counted(sufficient, "unit is", "units are"),
            grouped(needed)
        ));
    }
    lines.extend(found.units.iter().map(|unit| {
        let verdict = unit.verdict.map_or_else(String::new, |verdict| format!(": {}", verdict_words(verdict)));
        let how = if unit.every_line { "counted" } else { "projected" };
        let steps = unit.steps.iter().map(|step| format!("\n    {} = {}", step.what, step.value));
        let row = format!("  {}: {} {how}{verdict}", unit.unit, grouped(unit.projected_valid));
        std::iter::once(row).chain(steps).collect()
    }));
    lines.extend(found.rules.iter().map(|rule| format!("  {}", cited(rule))));
    lines.join("\n")
}

fn spread_in_words(spread: &Spread) -> String {
    let answer = if spread.met { "spread as the law asks" } else { "not spread as the law asks" };
    let mut lines =
        vec![format!("The signatures are {answer}: {} of {} needed.", grouped(spread.reached), grouped(spread.needed))];
    let against = if spread.enough { "and" } else { "but" };
    lines.push(format!(
        "In all they are {}, {against} {} are required.",
        counted(spread.total, "valid signature", "valid signatures"),
        grouped(spread.required)
    ));
    lines.extend(spread.units.iter().map(|unit| {
        let within = if unit.within { "yes" } else { "no" };
        format!("  {}: {} valid against {}: {within}", unit.unit, grouped(unit.valid), grouped(unit.limit))
    }));
    lines.push(format!("  {}", cited(&spread.rule)));
    lines.join("\n")
}

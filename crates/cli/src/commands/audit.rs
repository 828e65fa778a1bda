//! `countersign audit`: the risk-limiting check of an outcome, of a case or of published figures.

use std::{
    io::Write as _,
    path::{Path, PathBuf},
};

use casework::{CaseFile, CaseworkError, Place, Population};
use clap::{Args, Subcommand};
use domain::{LineRef, Side, side};
use law::grouped;
use sampling::{
    REDRAW_PY,
    audit::{Assessment, Plan, Recheck, Verdict, assess, plan},
    decimal::{Decimal, Risk},
    draw::{self, Drawn},
};
use serde::{Deserialize, Serialize};

use super::{By, sample::write_manifest};
use crate::{
    failure::Failure,
    output::{report, write_whole},
};

#[derive(Subcommand)]
pub(crate) enum Audit {
    /// How few lines, decided again, confirm the outcome.
    Plan {
        #[command(flatten)]
        outcome: Outcome,
        /// The chance of confirming a wrong outcome that is allowed.
        #[arg(long, default_value = "0.05")]
        risk: Decimal,
    },
    /// Seal the list of lines that the outcome rests on, before a seed is rolled.
    Seal {
        /// The certified case.
        case: Place,
        /// A folder for the list, manifest.csv, to hand to both sides.
        #[arg(long)]
        out: Option<PathBuf>,
        #[command(flatten)]
        by: By,
    },
    /// Draw the lines to be decided again, by the seed that was rolled in public.
    Draw {
        /// The certified case.
        case: Place,
        /// The digits rolled, in order.
        #[arg(long)]
        seed: String,
        /// Lines to draw: the first in the order of the check.
        #[arg(long, value_parser = clap::value_parser!(u64).range(1..))]
        size: u64,
        /// What the record should say of the ceremony: who rolled, where it was filmed. Stays in the office.
        #[arg(long, default_value = "")]
        note: String,
        #[command(flatten)]
        by: By,
        /// A folder for the list, the lines drawn and the program with which a stranger draws them again.
        #[arg(long)]
        out: PathBuf,
    },
    /// What the second decisions say of the outcome.
    Assess {
        #[command(flatten)]
        outcome: Outcome,
        /// The results in the order of the draw: section,line,result, where result is confirmed, error or missing. Without a case the column
        /// result is enough.
        results: PathBuf,
        /// The chance of confirming a wrong outcome that is allowed.
        #[arg(long, default_value = "0.05")]
        risk: Decimal,
    },
}

/// The outcome to be checked: that of a case, or published figures.
#[derive(Args)]
#[group(id = "outcome", required = true, multiple = true)]
pub(crate) struct Outcome {
    /// The certified case.
    #[arg(long, conflicts_with_all = ["valid", "invalid", "required"])]
    case: Option<Place>,
    /// Valid signatures.
    #[arg(long, requires_all = ["invalid", "required"])]
    valid: Option<u64>,
    /// Invalid signatures.
    #[arg(long, requires = "valid")]
    invalid: Option<u64>,
    /// Signatures needed.
    #[arg(long, requires = "valid")]
    required: Option<u64>,
}

#[derive(Serialize)]
struct Planned {
    side: Side,
    #[serde(flatten)]
    plan: Plan,
    #[serde(skip_serializing_if = "Option::is_none")]
    root: Option<String>,
}

#[derive(Serialize)]
struct DrawnLines {
    side: Side,
    root: String,
    seed: String,
    size: u64,
}

#[derive(Deserialize)]
struct ResultRow {
    section: Option<String>,
    line: Option<String>,
    result: String,
}

impl Outcome {
    /// Side, number of lines on it, errors that turn the outcome, and the lines where there is a case.
    async fn read(&self) -> Result<(Side, u64, u64, Option<Population>), Failure> {
        if let Some(case) = &self.case {
            let found = population(case).await?;
            return Ok((found.side, found.manifest.count(), found.errors_that_turn, Some(found)));
        }
        let (valid, invalid) = (self.valid.unwrap_or_default(), self.invalid.unwrap_or_default());
        let required = self.required.unwrap_or_default();
        // The law is not named here: a tie is not taken for enough, so the number of errors is never too large.
        let (side, lines, errors) = side(valid, invalid, required, false).ok_or(CaseworkError::Tie)?;
        if required == 0 || errors > lines {
            return Err(Failure::input(
                "no error could turn this outcome; check the numbers of valid, invalid and required signatures",
            ));
        }
        Ok((side, lines, errors, None))
    }
}

impl Audit {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        match self {
            Self::Plan { outcome, risk } => {
                let risk = Risk::new(*risk).map_err(Failure::input)?;
                let (side, lines, errors, found) = outcome.read().await?;
                let plan = plan(lines, errors, risk).map_err(Failure::input)?;
                let root = found.map(|found| found.manifest.root().to_string());
                report(json, &Planned { side, plan, root }, plan_in_words)
            }
            Self::Seal { case, out, by } => {
                let mut file = CaseFile::open(case).await?;
                let sealed = file.seal_audit(&by.act()).await;
                let found = file.audit_population();
                file.close().await;
                let sealed = sealed?;
                if let Some(out) = out {
                    write_manifest(out, &found?.manifest)?;
                }
                report(json, &sealed, |sealed| {
                    format!(
                        "Sealed {} lines with root {}.\nGive the list to both sides, then roll {} ten-sided dice in public.",
                        grouped(sealed.lines),
                        sealed.root,
                        sealed.seed_digits
                    )
                })
            }
            Self::Draw { case, seed, size, note, by, out } => {
                let mut file = CaseFile::open(case).await?;
                let lines = file.audit_population().map(|found| found.manifest.count());
                let found = match lines {
                    Ok(lines) if *size > lines => {
                        Err(CaseworkError::Law(format!("{size} lines are asked for and there are {lines}")))
                    }
                    Ok(_) => file.seed_audit(seed, note, &by.act()).await,
                    Err(error) => Err(error),
                };
                file.close().await;
                let found = found?;
                let root = found.manifest.root();
                let drawn = found.order()?.unwrap_or_default();
                let first = drawn.get(..usize::try_from(*size).unwrap_or(usize::MAX)).ok_or_else(|| {
                    Failure::input(format!("{size} lines are asked for and there are {}", drawn.len()))
                })?;
                write_manifest(out, &found.manifest)?;
                write_whole(&out.join("audit.csv"), |file| file.write_all(draw::csv(first).as_bytes()))?;
                write_whole(&out.join("redraw.py"), |file| file.write_all(REDRAW_PY.as_bytes()))?;
                let done = DrawnLines { side: found.side, root: root.to_string(), seed: seed.clone(), size: *size };
                report(json, &done, |done| {
                    format!(
                        "Drew {} of the {} lines, root {}; have them decided again by people who do not see the first decision.",
                        grouped(done.size),
                        side_words(done.side),
                        done.root
                    )
                })
            }
            Self::Assess { outcome, results, risk } => {
                let risk = Risk::new(*risk).map_err(Failure::input)?;
                let (_, lines, errors, found) = outcome.read().await?;
                let order = match &found {
                    Some(found) => Some(found.order()?.ok_or_else(|| {
                        Failure::input(
                            "no seed was rolled for this check; seal the list with `countersign audit seal`, then draw",
                        )
                    })?),
                    None => None,
                };
                let results = read_results(results, order.as_deref())?;
                let found = assess(lines, errors, risk, &results).map_err(Failure::input)?;
                report(json, &found, assessment_in_words)?;
                match found.verdict {
                    Verdict::Confirmed => Ok(()),
                    Verdict::GoOn { .. } => {
                        Err(Failure::input("the outcome is not confirmed yet; have further lines decided again"))
                    }
                    Verdict::FullHandCheck => Err(Failure::input(
                        "the outcome is not confirmed, and no sample can do it; have every line decided again",
                    )),
                }
            }
        }
    }
}

async fn population(case: &Place) -> Result<Population, Failure> {
    let case = CaseFile::open(case).await?;
    let found = case.audit_population();
    case.close().await;
    Ok(found?)
}

fn read_results(path: &Path, order: Option<&[Drawn]>) -> Result<Vec<Recheck>, Failure> {
    let shown = path.display();
    let mut reader = csv::ReaderBuilder::new()
        .trim(csv::Trim::All)
        .from_path(path)
        .map_err(|error| Failure::input(format!("{shown}: {error}")))?;
    let mut results = Vec::new();
    for (at, row) in reader.deserialize::<ResultRow>().enumerate() {
        let fault = |what: String| Failure::input(format!("{shown} row {}: {what}", at + 1));
        let row = row.map_err(|error| fault(error.to_string()))?;
        if let Some(order) = order {
            let given = row.section.zip(row.line).map(|(section, line)| format!("{section}:{line}"));
            let given: Option<LineRef> = given.and_then(|given| given.parse().ok());
            let due = order.get(at).map(|drawn| drawn.line);
            if given.is_none() || given != due {
                let due = due.map_or_else(
                    || "no further line".to_owned(),
                    |line| format!("section {} line {}", line.section, line.line),
                );
                return Err(fault(format!(
                    "the draw has {due} here; give the results in the order of the draw, without gaps"
                )));
            }
        }
        results.push(match row.result.as_str() {
            "confirmed" => Recheck::Confirmed,
            "error" => Recheck::Error,
            "missing" => Recheck::Missing,
            _ => return Err(fault("column result: write confirmed, error or missing".to_owned())),
        });
    }
    Ok(results)
}

const fn side_words(side: Side) -> &'static str {
    match side {
        Side::Accepted => "accepted",
        Side::Rejected => "rejected",
    }
}

fn plan_in_words(planned: &Planned) -> String {
    let plan = &planned.plan;
    let mut lines = vec![format!(
        "{} errors among the {} {} lines would turn the outcome.",
        grouped(plan.errors_that_turn),
        grouped(plan.population),
        side_words(planned.side)
    )];
    lines.extend(plan.sizes.iter().map(|size| match size.lines {
        Some(number) => format!(
            "  with {} errors found: {} lines decided again confirm it at a risk of {}",
            size.errors,
            grouped(number),
            plan.risk
        ),
        None => format!("  with {} errors found: every line must be decided again", size.errors),
    }));
    lines.push(format!("  (one look at a size fixed beforehand, without any error: {} lines)", grouped(plan.one_look)));
    lines.extend(planned.root.as_ref().map(|root| format!("  list of lines: root {root}")));
    lines.join("\n")
}

fn assessment_in_words(found: &Assessment) -> String {
    let verdict = match found.verdict {
        Verdict::Confirmed => "the outcome is confirmed".to_owned(),
        Verdict::GoOn { more } => format!("go on: {} more lines if no further error is found", grouped(more)),
        Verdict::FullHandCheck => "no sample can confirm the outcome: every line is to be decided again".to_owned(),
    };
    format!(
        "{} lines decided again, {} errors, {} missing: {verdict}.\n  The chance that this confirms a wrong outcome is at most {}.",
        grouped(found.looked_at),
        grouped(found.errors),
        grouped(found.missing),
        found.risk_at_most
    )
}

//! `countersign examine`: what the proponents' examination, or a court, would have to find.

use std::path::Path;

use casework::{CaseFile, Overturn, Place, overturn};
use clap::Args;
use domain::Side;
use law::{RulePack, certificate::Certificate, counted, grouped};
use sampling::{
    audit::{Plan, plan},
    decimal::Risk,
};
use serde::Serialize;

use super::certify::pack_of;
use crate::{failure::Failure, output::report};

#[derive(Args)]
pub(crate) struct Examine {
    /// The certified case, or a certificate.json.
    case: Place,
    /// How many decisions, of which reasons, would have to fall for the outcome to change.
    #[arg(long, required = true)]
    overturn: bool,
    /// The chance of confirming a wrong outcome that is allowed in a check by a few lines.
    #[arg(long, default_value = "0.05")]
    risk: sampling::decimal::Decimal,
}

#[derive(Serialize)]
struct Found {
    #[serde(flatten)]
    overturn: Overturn,
    /// How few lines, decided again, would confirm the outcome.
    check: Plan,
}

impl Examine {
    pub(crate) async fn run(&self, json: bool) -> Result<(), Failure> {
        let risk = Risk::new(self.risk).map_err(Failure::input)?;
        let overturn = self.read().await?;
        let check = plan(overturn.decisions, overturn.must_fall, risk).map_err(Failure::input)?;
        report(json, &Found { overturn, check }, in_words)
    }

    async fn read(&self) -> Result<Overturn, Failure> {
        if let Place::File(path) = &self.case
            && let Some(certificate) = certificate_file(path)?
        {
            let built_in = RulePack::by_id(&certificate.rule_pack.id).ok();
            let pack = built_in.filter(|pack| pack.digest() == certificate.rule_pack.digest);
            return Ok(overturn(&certificate, pack.as_ref(), None)?);
        }
        let case = CaseFile::open(&self.case).await?;
        let found = async {
            let pack = pack_of(&case)?;
            let certificate = case.certificate_on_record(&pack).await?;
            Ok(overturn(&certificate, Some(&pack), Some(case.settlement()))?)
        };
        let found = found.await;
        case.close().await;
        found
    }
}

/// A certificate, where the file is JSON.
fn certificate_file(path: &Path) -> Result<Option<Certificate>, Failure> {
    let shown = path.display();
    let bytes = std::fs::read(path).map_err(|error| Failure::input(format!("{shown}: {error}")))?;
    if !bytes.trim_ascii_start().starts_with(b"{") {
        return Ok(None);
    }
    let text = String::from_utf8(bytes).map_err(|_| Failure::input(format!("{shown} is not text in UTF-8")))?;
    let read = Certificate::from_json(&text);
    read.map(Some).map_err(|error| Failure::input(format!("{shown} is no certificate of ours: {error}")))
}

fn in_words(found: &Found) -> String {
    let Found { overturn, check } = found;
    let what = match overturn.side {
        Side::Rejected => "rejections",
        Side::Accepted => "acceptances",
    };
    let mut lines = vec![format!(
        "The outcome changes if {} of {} {what} fall: {} percent.",
        grouped(overturn.must_fall),
        grouped(overturn.decisions),
        overturn.percent
    )];
    for row in &overturn.reasons {
        let alone = row
            .nothing_else
            .map_or(String::new(), |alone| format!(", {} with nothing else against them", grouped(alone)));
        let enough = if row.enough_alone { "enough by themselves" } else { "not enough by themselves" };
        lines.push(format!("  {}: {}{alone}; {enough}", row.title, grouped(row.rejections)));
    }
    if overturn.side == Side::Rejected {
        let caution =
            "A rejection that falls may leave a duplicate of a line that counts already; such a line changes nothing.";
        lines.push(caution.to_owned());
    }
    let few = check.sizes.first().and_then(|size| size.lines);
    lines.push(match few {
        Some(few) => format!(
            "{}, drawn in public and decided again without an error, confirm the outcome at a risk of {}; see `countersign audit`.",
            counted(few, "line", "lines"),
            check.risk
        ),
        None => "No check by a few lines can confirm it: every line is to be decided again.".to_owned(),
    });
    lines.join("\n")
}

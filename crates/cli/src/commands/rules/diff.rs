//! `countersign rules diff`: what another rule pack would change in a case.

use casework::{CaseFile, Place, Relaw, UnderPack};
use clap::Args;
use law::{counted, grouped};

use super::{super::packs::load, project::verdict_words};
use crate::{failure::Failure, output::report};

#[derive(Args)]
pub(crate) struct Diff {
    /// The first pack.
    first: String,
    /// The second pack.
    second: String,
    /// The case.
    #[arg(long)]
    case: Place,
}

impl Diff {
    pub(super) async fn run(&self, json: bool) -> Result<(), Failure> {
        let (first, second) = (load(&self.first)?, load(&self.second)?);
        let case = CaseFile::open(&self.case).await?;
        let found = case.relaw(&first, &second).await;
        case.close().await;
        report(json, &found?, in_words)
    }
}

fn in_words(found: &Relaw) -> String {
    let mut lines = Vec::new();
    lines.extend(side(&found.first));
    lines.extend(side(&found.second));
    if found.changes.is_empty() {
        lines.push("No line comes to anything else.".to_owned());
    } else {
        lines.push(format!("{} to something else:", counted(found.lines.len() as u64, "line comes", "lines come")));
        lines.extend(found.changes.iter().map(|(change, count)| format!("  {change}: {}", grouped(*count))));
    }
    lines.join("\n")
}

fn side(found: &UnderPack) -> Vec<String> {
    let mut lines = vec![found.pack.clone()];
    match (found.required, &found.required_unknown) {
        (Some(required), _) => {
            let accepted = match found.accepted {
                Some(true) => "; the filing is accepted",
                Some(false) => "; the filing is NOT accepted",
                None => "",
            };
            lines.push(format!("  {} required{accepted}", grouped(required)));
        }
        (None, why) => lines.push(format!("  required: {}", why.as_deref().unwrap_or("unknown"))),
    }
    lines.push(format!(
        "  {} valid, {} invalid, {} undecided",
        grouped(found.valid),
        grouped(found.invalid),
        grouped(found.undecided)
    ));
    lines.extend(found.verdict.map(|verdict| format!("  full examination: {}", verdict_words(verdict))));
    lines.extend(found.sample.as_ref().map(|sample| {
        let projected =
            sample.projected_valid.map_or_else(String::new, |number| format!("{} projected, ", grouped(number)));
        format!("  sample: {projected}{}", verdict_words(sample.verdict))
    }));
    lines.extend(found.clocks.iter().map(|clock| format!("  {}  {}", clock.date, clock.title)));
    lines.extend(
        found
            .refused
            .iter()
            .map(|(why, count)| format!("  {} would be refused: {why}", counted(*count, "finding", "findings"))),
    );
    lines
}

//! The readable account of a certificate: plain text of at most 80 columns, for the terminal and for a press release.

use domain::Verdict;
use law::{
    Deadline, Status,
    certificate::{Basis, Certificate, Official},
    counted, grouped,
};

const COLUMNS: usize = 80;

/// The account: the result, the figures by published category and by reason, the clocks, and what the result rests on.
/// Lines end in a newline and are at most 80 characters long.
pub fn account(certificate: &Certificate) -> String {
    let mut page = Page::default();
    head(&mut page, certificate);
    figures(&mut page, certificate);
    page.blank();
    page.paragraph("", &format!("Number required: {}.", certificate.requirement.steps.join("; ")));
    page.blank();
    page.line("Clocks");
    certificate.clocks.iter().for_each(|clock| page.paragraph("    ", &clock_line(clock)));
    page.blank();
    page.line("What it rests on");
    let roll =
        format!("{}, {} active", counted(certificate.roll.rows, "voter", "voters"), grouped(certificate.roll.active));
    let events = counted(certificate.events, "event", "events");
    for (part, what, digest) in [
        ("Rules", &certificate.rule_pack.id, &certificate.rule_pack.digest),
        ("Roll", &roll, &certificate.roll_digest),
        ("Events", &events, &certificate.events_digest),
    ] {
        page.line(&format!("  {part:<8}{what}"));
        page.line(&format!("          {digest}"));
    }
    let unconfirmed: Vec<_> = certificate
        .rules_cited
        .iter()
        .filter(|rule| rule.status != Status::Confirmed)
        .map(|rule| rule.key.as_str())
        .collect();
    if !unconfirmed.is_empty() {
        page.blank();
        page.paragraph("", &format!("Rules that counsel has not confirmed: {}.", unconfirmed.join(", ")));
    }
    page.text
}

fn head(page: &mut Page, certificate: &Certificate) {
    let petition = &certificate.petition;
    page.line("CERTIFICATE OF THE RESULT OF EXAMINATION");
    page.paragraph("", &petition.title);
    let concerned = [&petition.officer, &petition.office].into_iter().flatten().cloned();
    let place: Vec<_> = std::iter::once(petition.jurisdiction.clone()).chain(concerned).collect();
    page.paragraph("", &place.join(" - "));
    page.paragraph("", &format!("Filed {}, certified {}", certificate.dates.filed_on(), certificate.certified_on));
    if let Some(Official { name, title, office }) = &certificate.official {
        page.paragraph("", &format!("By {name}, {title}, {office}"));
    }
    if let Some(superseded) = &certificate.superseded {
        page.paragraph("", &format!("Replaces the certificate {}: {}", superseded.digest, superseded.reason));
    }
    page.blank();
    page.line(match certificate.verdict {
        Verdict::Sufficient => "SUFFICIENT",
        Verdict::Insufficient => "INSUFFICIENT",
        Verdict::ExamineAll => "TO BE EXAMINED IN FULL",
        Verdict::NextSample => "A FURTHER SAMPLE TO BE DRAWN",
        Verdict::EqualReview => "EQUAL TO THE REQUIREMENT - COUNSEL DECIDES",
    });
    page.paragraph("", &certificate.verdict_text);
    page.blank();
}

fn figures(page: &mut Page, certificate: &Certificate) {
    page.row("Submitted", certificate.raw_count, "");
    let by_sample = certificate.sample.as_ref().filter(|_| certificate.basis == Basis::Sample);
    if by_sample.is_some() {
        page.row("In the sample", certificate.examined, "");
    }
    page.row("Valid", certificate.valid, &certificate.valid_percent_of_examined);
    if let Some(projected) = by_sample.and_then(|sample| sample.projection.projected_valid) {
        let words = if projected < 0 { "Projected valid: below zero by" } else { "Projected valid" };
        page.row(words, projected.unsigned_abs(), "");
    }
    page.row("Required", certificate.required, "");
    if let Some(margin) = certificate.margin {
        let words = if margin < 0 { "Short by" } else { "More than required by" };
        page.row(words, margin.unsigned_abs(), "");
    }
    page.blank();
    page.row("Not valid", certificate.invalid, &certificate.invalid_percent_of_examined);
    for row in &certificate.breakdown {
        page.row(&format!("  {}", row.label), row.count, &row.percent_of_examined);
    }
    if !certificate.invalid_by_reason.is_empty() {
        page.blank();
        page.line("By reason");
        for row in &certificate.invalid_by_reason {
            page.row(&format!("  {} {}", row.code, row.title), row.count, &row.percent_of_examined);
        }
    }
}

fn clock_line(clock: &Deadline) -> String {
    let done = match (clock.done_on, clock.met) {
        (Some(day), Some(true)) => format!("; done {day}, in time"),
        (Some(day), Some(false)) => format!("; done {day}, LATE"),
        (Some(day), None) => format!("; done {day}, before the day it counts from"),
        (None, _) => String::new(),
    };
    format!("{} {}{done} ({})", clock.date, clock.title, clock.rule.citation)
}

/// Text that grows line by line. Control characters become blanks, so that no title can command a terminal.
#[derive(Default)]
struct Page {
    text: String,
}

impl Page {
    fn blank(&mut self) {
        self.text.push('\n');
    }

    fn line(&mut self, line: &str) {
        self.text.extend(line.chars().map(|character| if character.is_control() { ' ' } else { character }));
        self.text.push('\n');
    }

    /// A label, a number and a percentage in columns; the label gives way.
    fn row(&mut self, label: &str, number: u64, percent: &str) {
        let label: String = label.chars().take(48).collect();
        let percent = if percent.is_empty() { String::new() } else { format!("{percent}%") };
        self.line(format!("{label:<48} {:>20} {percent:>9}", grouped(number)).trim_end());
    }

    /// Text in lines that end between words, each after the indent; the first line stands out by half of it.
    fn paragraph(&mut self, indent: &str, text: &str) {
        let first = &indent[..indent.len() / 2];
        let mut line = String::new();
        let longest = COLUMNS - indent.len();
        for word in text.split_whitespace().flat_map(|word| pieces(word, longest)) {
            let begun = !line.trim().is_empty();
            if begun && line.chars().count() + 1 + word.chars().count() > COLUMNS {
                self.line(&line);
                line = format!("{indent}{word}");
            } else {
                line = if begun { format!("{line} {word}") } else { format!("{first}{word}") };
            }
        }
        self.line(&line);
    }
}

/// A word in pieces of at most so many characters.
fn pieces(word: &str, longest: usize) -> Vec<String> {
    let characters: Vec<_> = word.chars().collect();
    characters.chunks(longest).map(|piece| piece.iter().collect()).collect()
}

//! The page of the public record: one HTML file for people who want to know how a petition came out, and for those who want to check. It has no
//! scripts and takes nothing from elsewhere, so it reads the same from a disk, in an archive and on a county's site.

use domain::Verdict;
use law::{
    Deadline, Status,
    certificate::{Basis, Certificate, Official, SampleStatement},
};

use super::Level;
use html::Html;

mod check;
mod html;

const STYLE: &str = include_str!("../../templates/record.css");

/// All that a browser may do with the page: apply the one style sheet in it, which this digest names (a test computes it).
const POLICY: &str = "default-src 'none'; style-src 'sha256-P7yxk5DR+V7HhfW4pn+pawnH1WLwz3gTC+eWWtXEQGE='; base-uri 'none'; form-action 'none'";

/// What the page tells.
#[derive(Debug, Clone, Copy)]
pub struct Page<'a> {
    /// The certificate.
    pub certificate: &'a Certificate,
    /// The checkpoint of the case's log, as the signed note.
    pub checkpoint: &'a str,
    /// The line of the key that the log is checked with.
    pub key: &'a str,
    /// The files of the record, in the order in which they are listed.
    pub files: &'a [FileEntry<'a>],
    /// How much is published.
    pub level: Level,
}

/// A file of the record.
#[derive(Debug, Clone, Copy)]
pub struct FileEntry<'a> {
    /// Its name.
    pub name: &'a str,
    /// What it is for.
    pub what: &'a str,
    /// SHA-256 of it, 64 hexadecimal digits.
    pub sha256: &'a str,
}

/// The page as HTML. The same record gives the same bytes.
pub fn page(page: &Page) -> String {
    let certificate = page.certificate;
    let mut html = Html::default();
    head(&mut html, certificate);
    html.markup("<main>\n");
    verdict(&mut html, certificate);
    chain(&mut html, certificate);
    reasons(&mut html, certificate);
    if let Some(sample) = &certificate.sample {
        sample_drawn(&mut html, certificate.basis, sample);
    }
    clocks(&mut html, &certificate.clocks);
    unconfirmed(&mut html, certificate);
    check::section(&mut html, page);
    html.markup("</main>\n");
    foot(&mut html, certificate);
    html.finish()
}

fn head(html: &mut Html, certificate: &Certificate) {
    let petition = &certificate.petition;
    html.markup("<!doctype html>\n<html lang=\"en\">\n<head>\n<meta charset=\"utf-8\">\n");
    html.markup("<meta http-equiv=\"Content-Security-Policy\" content=\"").markup(POLICY).markup("\">\n");
    html.markup("<meta name=\"viewport\" content=\"width=device-width, initial-scale=1\">\n");
    html.markup(
        "<meta name=\"color-scheme\" content=\"light dark\">\n<meta name=\"referrer\" content=\"no-referrer\">\n",
    );
    html.markup("<title>").text(&petition.title).markup(" - public record</title>\n");
    html.markup("<style>").markup(STYLE).markup("</style>\n</head>\n<body>\n<header>\n");
    html.markup("<p class=\"quiet\">Public record of a ").text(petition.kind.name()).markup(" petition, ");
    html.text(&petition.jurisdiction).markup("</p>\n<h1>").text(&petition.title).markup("</h1>\n");
    let concerned: Vec<_> = [&petition.officer, &petition.office].into_iter().flatten().map(String::as_str).collect();
    if !concerned.is_empty() {
        html.markup("<p>Concerns ").text(&concerned.join(", ")).markup("</p>\n");
    }
    html.markup("</header>\n");
}

/// The verdict in one or two words, and how it is shown.
const fn word(verdict: Verdict) -> (&'static str, &'static str) {
    match verdict {
        Verdict::Sufficient => ("Sufficient", "good"),
        Verdict::Insufficient => ("Insufficient", "bad"),
        Verdict::ExamineAll => ("To be examined in full", "open"),
        Verdict::NextSample => ("A further sample is drawn", "open"),
        Verdict::EqualReview => ("Equal to the requirement: counsel decides", "open"),
    }
}

fn verdict(html: &mut Html, certificate: &Certificate) {
    let (word, class) = word(certificate.verdict);
    html.markup("<section class=\"box ").markup(class).markup("\">\n<h2>").markup(word).markup("</h2>\n<p>");
    html.text(&certificate.verdict_text).markup("</p>\n<p class=\"quiet\">Filed ").day(certificate.dates.filed_on());
    html.markup(", certified ").day(certificate.certified_on);
    if let Some(Official { name, title, office }) = &certificate.official {
        html.markup(" by ").text(&[name.as_str(), title, office].join(", "));
    }
    html.markup(".</p>\n</section>\n");
    if let Some(superseded) = &certificate.superseded {
        html.markup(
            "<section class=\"box notice open\">\n<h2>This certificate replaces an earlier one</h2>\n<p>Reason: ",
        );
        html.text(&superseded.reason).markup("</p>\n<p class=\"quiet\">SHA-256 of the earlier certificate: <code>");
        html.text(&superseded.digest).markup("</code></p>\n</section>\n");
    }
}

/// A row of the chain: what, and the number or text that stands beside it.
fn row(html: &mut Html, class: &'static str, what: &str, value: &str) {
    html.markup("<tr").markup(class).markup("><th scope=\"row\">").text(what);
    html.markup("</th><td class=\"number\">").text(value).markup("</td></tr>\n");
}

const PLAIN: &str = "";
const LESS: &str = " class=\"less\"";
const SUM: &str = " class=\"sum\"";

fn chain(html: &mut Html, certificate: &Certificate) {
    let number = |number: u64| law::grouped(number);
    let by_sample = certificate.sample.as_ref().filter(|_| certificate.basis == Basis::Sample);
    html.markup("<h2>From the count to the verdict</h2>\n<table>\n<caption>");
    html.markup(if by_sample.is_some() {
        "What was counted, what was found in the sample, and what follows for the whole petition"
    } else {
        "Each step follows from the ones above it"
    });
    html.markup("</caption>\n<thead><tr><th scope=\"col\">Step</th><th scope=\"col\" class=\"number\">Signatures</th></tr></thead>\n<tbody>\n");
    row(html, PLAIN, "Submitted (raw count)", &number(certificate.raw_count));
    if by_sample.is_some() {
        row(html, PLAIN, "Drawn into the sample and examined", &number(certificate.examined));
    }
    for category in &certificate.breakdown {
        let less = if category.count == 0 { "0".to_owned() } else { format!("\u{2212}{}", number(category.count)) };
        row(html, LESS, &format!("less: {}", category.label), &less);
    }
    row(html, SUM, if by_sample.is_some() { "Valid in the sample" } else { "Valid" }, &number(certificate.valid));
    for step in by_sample.map_or(&[][..], |sample| &sample.projection.steps) {
        row(html, LESS, &step.what, &step.value);
    }
    if let Some(projected) = by_sample.and_then(|sample| sample.projection.projected_valid) {
        row(html, SUM, "Valid in the whole petition, projected", &signed(projected));
    }
    row(html, PLAIN, "Required", &number(certificate.required));
    match certificate.margin {
        Some(margin) if margin < 0 => row(html, PLAIN, "Fewer than required", &number(margin.unsigned_abs())),
        Some(margin) if margin > 0 => row(html, PLAIN, "More than required", &number(margin.unsigned_abs())),
        Some(_) => row(html, PLAIN, "Exactly as many as required", "0"),
        None => {}
    }
    row(html, SUM, "Result", word(certificate.verdict).0);
    html.markup("</tbody>\n</table>\n<p>How the number required was found: ");
    html.text(&certificate.requirement.steps.join("; ")).markup(" (").text(&certificate.requirement.rule.citation);
    html.markup(").</p>\n");
    notes(html, certificate);
}

/// A number with a proper minus sign.
fn signed(number: i64) -> String {
    law::grouped(number).replace('-', "\u{2212}")
}

fn notes(html: &mut Html, certificate: &Certificate) {
    let (sections, withdrawals) = (&certificate.sections, &certificate.withdrawals);
    html.markup("<p class=\"quiet\">Sections received: ").number(sections.received);
    html.markup(", of which void: ").number(sections.void);
    html.markup(". Lines struck from the count because they are no signatures: ").number(sections.struck_lines);
    html.markup(". Requests of signers to be taken off: ").number(withdrawals.accepted).markup(" accepted, ");
    html.number(withdrawals.refused).markup(" refused.</p>\n");
}

fn reasons(html: &mut Html, certificate: &Certificate) {
    html.markup("<h2>Why signatures did not count</h2>\n<p>");
    html.number(certificate.invalid).markup(" of ").number(certificate.examined).markup(" signatures examined (");
    html.text(&certificate.invalid_percent_of_examined).markup("%) did not count. Each is listed once, by its first reason in the order in which the law's reasons are tested.</p>\n");
    let mut rows: Vec<_> = certificate.invalid_by_reason.iter().collect();
    rows.sort_by_key(|row| std::cmp::Reverse(row.count));
    let Some(most) = rows.first().map(|row| row.count.max(1)) else { return };
    html.markup("<table>\n<caption>Signatures that did not count, by reason, the most frequent first; bars are drawn to the longest</caption>\n");
    html.markup("<thead><tr><th scope=\"col\">Reason</th><th scope=\"col\" class=\"number\">Signatures</th><th scope=\"col\" class=\"number\">Of examined</th></tr></thead>\n<tbody>\n");
    for row in rows {
        let width = u64::try_from(u128::from(row.count) * 1000 / u128::from(most)).unwrap_or(1000);
        html.markup("<tr><th scope=\"row\">").text(&row.title).markup(
            "<svg class=\"bar\" viewBox=\"0 0 1000 10\" preserveAspectRatio=\"none\" role=\"img\" aria-label=\"",
        );
        html.text(&row.title).markup(": ").number(row.count);
        html.markup(" signatures\"><rect class=\"all\" width=\"1000\" height=\"10\"/><rect class=\"part\" width=\"");
        html.plain(width).markup("\" height=\"10\"/></svg><small>").text(&row.code).markup(", ").text(&row.citation);
        html.markup(if row.status == Status::Confirmed { "" } else { " (not confirmed)" });
        html.markup("</small></th><td class=\"number\">").number(row.count).markup("</td><td class=\"number\">");
        html.text(&row.percent_of_examined).markup("%</td></tr>\n");
    }
    html.markup("</tbody>\n</table>\n");
}

fn sample_drawn(html: &mut Html, basis: Basis, sample: &SampleStatement) {
    html.markup("<h2>The sample</h2>\n<p>The list of all lines was sealed before the seed was rolled in public. Whoever has the list and the seed draws the same lines again.");
    html.markup(match basis {
        Basis::Sample => " The result rests on this sample.</p>\n",
        Basis::Full => " It left the result open, so every signature was examined.</p>\n",
    });
    html.markup("<dl>\n<dt>Root of the sealed list</dt><dd><code>").text(&sample.root);
    html.markup("</code></dd>\n<dt>Seed</dt><dd><code>").text(&sample.seed);
    html.markup("</code></dd>\n<dt>Size</dt><dd>").number(sample.projection.figures.sample).markup(" of ");
    html.number(sample.projection.figures.raw).markup(" lines: ").text(&sample.size_steps.join("; "));
    html.markup("</dd>\n");
    if sample.void_draws > 0 {
        html.markup("<dt>Earlier draws that are void because the raw count was taken back</dt><dd>");
        html.number(sample.void_draws).markup("</dd>\n");
    }
    html.markup("</dl>\n");
    if basis == Basis::Full {
        html.markup("<table>\n<caption>What the sample said of the whole petition</caption>\n<thead><tr><th scope=\"col\">Step</th><th scope=\"col\" class=\"number\">Result</th></tr></thead>\n<tbody>\n");
        sample.projection.steps.iter().for_each(|step| row(html, PLAIN, &step.what, &step.value));
        row(html, SUM, "Result of the sample", word(sample.projection.verdict).0);
        html.markup("</tbody>\n</table>\n");
    }
}

fn clocks(html: &mut Html, clocks: &[Deadline]) {
    if clocks.is_empty() {
        return;
    }
    html.markup("<h2>The clocks</h2>\n<table>\n<caption>What the law wants done by when, and when it was done</caption>\n<thead><tr><th scope=\"col\">Act</th><th scope=\"col\">Last day</th><th scope=\"col\">Done</th></tr></thead>\n<tbody>\n");
    for clock in clocks {
        html.markup("<tr class=\"opening\"><th scope=\"row\">").text(&clock.title).markup("</th><td class=\"day\">");
        html.day(clock.date).markup("</td><td class=\"day\">");
        match (clock.done_on, clock.met) {
            (Some(day), Some(true)) => html.day(day).markup("<small>in time</small>"),
            (Some(day), _) => html.day(day).markup("<small>late</small>"),
            (None, _) => html.markup("not recorded"),
        };
        html.markup("</td></tr>\n<tr><td colspan=\"3\"><small>").text(&clock.rule.citation);
        html.markup(if clock.rule.status == Status::Confirmed { "" } else { " (not confirmed)" });
        html.markup(". ").text(&clock.derivation).markup("</small></td></tr>\n");
    }
    html.markup("</tbody>\n</table>\n");
}

fn unconfirmed(html: &mut Html, certificate: &Certificate) {
    let rules: Vec<_> = certificate.rules_cited.iter().filter(|rule| rule.status != Status::Confirmed).collect();
    if rules.is_empty() {
        return;
    }
    html.markup("<h2>Rules that are not confirmed</h2>\n<p>The result rests on these too. Nobody has checked them in a source yet, or the law leaves them open; counsel should.</p>\n<ul>\n");
    for rule in rules {
        html.markup("<li>").text(&rule.text).markup("<small class=\"quiet\">").text(&rule.citation);
        html.markup(if rule.status == Status::Open { " (left open by the law)" } else { "" });
        if let Some(note) = &rule.note {
            html.markup(". ").text(note);
        }
        html.markup("</small></li>\n");
    }
    html.markup("</ul>\n");
}

fn foot(html: &mut Html, certificate: &Certificate) {
    html.markup("<footer>\n<p>Rules applied: ").text(&certificate.rule_pack.title).markup(" (<code>");
    html.text(&certificate.rule_pack.id).markup("</code>, digest <code>").text(&certificate.rule_pack.digest);
    html.markup("</code>).</p>\n<p>Roll: ").number(certificate.roll.rows).markup(" voters, ");
    html.number(certificate.roll.active).markup(" of them active, digest <code>").text(&certificate.roll_digest);
    html.markup("</code>.</p>\n<p>Made with Countersign.</p>\n</footer>\n</body>\n</html>\n");
}

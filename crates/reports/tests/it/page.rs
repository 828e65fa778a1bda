//! The page of the public record.

use domain::Verdict;
use law::certificate::{Certificate, Superseded};
use ledger::{Checkpoint, SignatureKind, SigningKey, sign};
use reports::record::{FileEntry, Level, Page, page};
use sha2::Digest as _;

use super::{by_sample, published};

const FILES: [FileEntry; 3] = [
    FileEntry {
        name: "certificate.json",
        what: "The certificate: every figure, the rules and the clocks",
        sha256: "0123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef",
    },
    FileEntry {
        name: "lines.csv",
        what: "What every line came to, and why",
        sha256: "123456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef0",
    },
    FileEntry {
        name: "log.jsonl",
        what: "The log: every event with its public part",
        sha256: "23456789abcdef0123456789abcdef0123456789abcdef0123456789abcdef01",
    },
];

fn written(certificate: &Certificate, level: Level) -> String {
    let key = SigningKey::from_seed("example.gov/recall-assessor", SignatureKind::Log, &[7; 32]).unwrap();
    let checkpoint = Checkpoint { origin: key.verifying().name().to_owned(), size: 1_431_666, root: [3; 32] };
    let checkpoint = sign(&checkpoint, &key).unwrap();
    page(&Page { certificate, checkpoint: &checkpoint, key: &key.verifying().to_line(), files: &FILES, level })
}

/// A certificate with all that is optional, and `text` in every place that holds free text.
fn full_of(text: &str) -> Certificate {
    let mut certificate = by_sample();
    let text = || text.to_owned();
    certificate.superseded = Some(Superseded { digest: text(), reason: text() });
    certificate.petition.title = text();
    certificate.petition.jurisdiction = text();
    certificate.petition.officer = Some(text());
    certificate.petition.office = Some(text());
    certificate.verdict_text = text();
    certificate.requirement.steps = vec![text()];
    certificate.requirement.rule.citation = text();
    certificate.breakdown.iter_mut().for_each(|row| row.label = text());
    for row in &mut certificate.invalid_by_reason {
        (row.title, row.citation, row.code, row.percent_of_examined) = (text(), text(), text(), text());
    }
    for clock in &mut certificate.clocks {
        (clock.title, clock.derivation, clock.rule.citation) = (text(), text(), text());
    }
    for rule in &mut certificate.rules_cited {
        (rule.text, rule.citation, rule.note) = (text(), text(), Some(text()));
    }
    let official = certificate.official.as_mut().unwrap();
    (official.name, official.title, official.office) = (text(), text(), text());
    let sample = certificate.sample.as_mut().unwrap();
    (sample.root, sample.seed, sample.size_steps) = (text(), text(), vec![text()]);
    sample.projection.steps.iter_mut().for_each(|step| (step.what, step.value) = (text(), text()));
    let pack = &mut certificate.rule_pack;
    (pack.id, pack.title, pack.digest) = (text(), text(), text());
    (certificate.roll_digest, certificate.events_digest) = (text(), text());
    certificate
}

/// The names of the tags in order; panics where one is not closed or closed in the wrong order.
fn tags(html: &str) -> Vec<String> {
    let (mut open, mut all) = (Vec::new(), Vec::new());
    for part in html.split('<').skip(1) {
        let (tag, _) = part.split_once('>').unwrap();
        let name: String = tag.trim_start_matches(['/', '!']).chars().take_while(char::is_ascii_alphanumeric).collect();
        if tag.starts_with('/') {
            assert_eq!(open.pop(), Some(name));
        } else {
            if !["meta", "doctype"].contains(&name.as_str()) && !tag.ends_with('/') {
                open.push(name.clone());
            }
            all.push(name);
        }
    }
    assert!(open.is_empty(), "{open:?}");
    all
}

#[test]
fn the_page_reads_as_one_would_publish_it() {
    insta::assert_snapshot!("full", written(&published(), Level::Lines));
    let mut certificate = by_sample();
    certificate.superseded = Some(Superseded { digest: "c".repeat(64), reason: "a box was found".to_owned() });
    insta::assert_snapshot!("sample", written(&certificate, Level::Totals));
}

#[test]
fn no_text_becomes_markup() {
    let hostile = "<script>alert('1')</script>\"><img src=x onerror=\"a\" &amp; \u{1b}";
    let html = written(&full_of(hostile), Level::Lines);
    assert!(!html.contains("<script") && !html.contains("<img") && !html.contains('\u{1b}'));
    assert!(html.contains("<h1>&lt;script&gt;alert(&#39;1&#39;)&lt;/script&gt;&quot;&gt;&lt;img"), "{html}");
    assert_eq!(tags(&html), tags(&written(&full_of("plain"), Level::Lines)));
    // The key, the checkpoint and the files come from elsewhere.
    let files = [FileEntry { name: hostile, what: hostile, sha256: hostile }];
    let certificate = published();
    let given =
        Page { certificate: &certificate, checkpoint: hostile, key: hostile, files: &files, level: Level::Lines };
    let html = page(&given);
    assert!(!html.contains("<script") && !html.contains("<img"));
    tags(&html);
}

#[test]
fn nothing_is_fetched_and_nothing_runs() {
    let html = written(&by_sample(), Level::Lines);
    for foreign in ["http:", "https:", "src=", "href=", "url(", "@import", "<script", "<link", "style=", "onload"] {
        assert!(!html.contains(foreign), "{foreign}");
    }
    let style = html.split_once("<style>").unwrap().1.split_once("</style>").unwrap().0;
    let root = sha2::Sha256::digest(style.as_bytes()).into();
    // A checkpoint writes its root in base64, as a policy does its digests.
    let text = Checkpoint { origin: "x".to_owned(), size: 0, root }.to_text();
    let digest = text.lines().last().unwrap();
    let policy =
        format!("content=\"default-src 'none'; style-src 'sha256-{digest}'; base-uri 'none'; form-action 'none'\"");
    assert!(html.contains(&policy), "the style sheet has changed: write sha256-{digest} into POLICY");
}

#[test]
fn headings_and_tables_are_for_every_reader() {
    for certificate in [published(), by_sample()] {
        let html = written(&certificate, Level::Lines);
        let tags = tags(&html);
        let count = |name: &str| tags.iter().filter(|tag| *tag == name).count();
        assert_eq!((count("h1"), count("main"), count("header"), count("footer")), (1, 1, 1, 1));
        assert!(count("table") >= 3);
        assert_eq!(count("table"), count("caption"));
        let levels: Vec<_> = tags.iter().filter_map(|tag| tag.strip_prefix('h')?.parse::<u8>().ok()).collect();
        assert!(levels.windows(2).all(|pair| pair[1] <= pair[0] + 1), "{levels:?}");
        assert_eq!(count("svg"), certificate.invalid_by_reason.len());
        assert_eq!(html.matches("role=\"img\" aria-label=\"").count(), count("svg"));
        assert_eq!(count("th"), html.matches("<th scope=").count());
        assert!(
            html.contains("<html lang=\"en\">") && html.contains("aria-label=\"Not registered: 88,464 signatures\"")
        );
    }
}

#[test]
fn every_figure_is_there_and_grouped() {
    let html = written(&published(), Level::Lines);
    for (grouped, plain) in [
        ("715,833", "715833"),
        ("520,050", "520050"),
        ("566,857", "566857"),
        ("46,807", "46807"),
        ("195,783", "195783"),
        ("88,464", "88464"),
        ("9,331", "9331"),
        ("1,431,666", "1431666"),
    ] {
        assert!(html.contains(grouped) && !html.contains(&format!(">{plain}<")), "{grouped}");
    }
    // The longest bar is whole, the others are drawn to it: 43,593 of 88,464.
    assert!(html.contains("class=\"part\" width=\"1000\"") && html.contains("class=\"part\" width=\"492\""));
}

#[test]
fn what_a_record_lacks_is_not_told() {
    let html = written(&published(), Level::Lines);
    assert!(!html.contains("The sample") && !html.contains("replaces an earlier one"));
    assert!(
        html.contains("verify_record.py certificate.json --record .") && html.contains("Rules that are not confirmed")
    );
    let totals = written(&published(), Level::Totals);
    assert!(totals.contains("verify_record.py") && totals.contains("cannot be checked from these files"));
    let mut bare = published();
    (bare.official, bare.petition.officer, bare.petition.office, bare.margin) = (None, None, None, None);
    bare.invalid_by_reason.clear();
    bare.clocks.clear();
    bare.rules_cited.clear();
    let html = written(&bare, Level::Lines);
    tags(&html);
    for absent in ["Concerns", " by ,", "<svg", "The clocks", "Rules that are not confirmed", "Fewer than"] {
        assert!(!html.contains(absent), "{absent}");
    }
}

#[test]
fn every_verdict_has_its_word() {
    for (verdict, margin, words) in [
        (Verdict::Sufficient, 1, "More than required"),
        (Verdict::EqualReview, 0, "Exactly as many as required"),
        (Verdict::ExamineAll, -1, "To be examined in full"),
        (Verdict::NextSample, -1, "A further sample is drawn"),
    ] {
        let mut certificate = published();
        (certificate.verdict, certificate.margin) = (verdict, Some(margin));
        assert!(written(&certificate, Level::Lines).contains(words), "{words}");
    }
}

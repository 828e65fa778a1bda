//! The log read again from its first event: the tree, the fold, and at each certificate the count, the sample and the certificate itself.

use domain::{
    Case, Certified, Event, ManifestSealed, Recorded, ReviewerId, Settlement, Verdict, VoterId, at_stake,
    invariants::{
        every_line_one_disposition, one_signature_per_voter, people_reject, search_before_absence,
        void_section_voids_its_lines,
    },
    sample_complete, settle, settle_sample,
};
use jiff::Timestamp;
use law::{
    RulePack,
    certificate::{Certificate, CertificateInputs, certificate, checked, examined, project_sample},
};
use ledger::{Checkpoint, Leaf, Tree, hex};
use sampling::{
    draw::{Draw, Drawn, Purpose},
    manifest::{Manifest, SealedManifest},
    seed::Seed,
};
use sha2::{Digest, Sha256};

use crate::{corrections::Corrections, report::Found};

/// The fewest digits of the seed of a check of the outcome.
const SEED_DIGITS: u32 = 20;

type Named = (&'static str, &'static str, Result<String, String>);

/// What the log comes to.
pub(crate) struct Replayed {
    /// The checks made on the way, in order.
    pub(crate) checks: Vec<Named>,
    /// The certificate that stands, computed again. None where the case was reopened and not certified since.
    pub(crate) standing: Option<Standing>,
    /// The case where the log ends. None where a certificate was found false before.
    pub(crate) case: Option<Case>,
    events: u64,
    corrections: Corrections,
}

/// A certificate with what it rests on.
pub(crate) struct Standing {
    pub(crate) certificate: Certificate,
    /// The lines examined.
    pub(crate) settlement: Settlement,
    /// Those of the certificate that it replaced.
    pub(crate) replaced: Option<Settlement>,
}

impl Found for Replayed {
    fn words(&self) -> String {
        format!("{} events, each possible after those before it{}", self.events, self.corrections.words())
    }
}

/// The lines of the log. Each ends in a line feed, the last one too.
fn lines(log: &[u8]) -> Result<impl Iterator<Item = &str>, String> {
    let text = std::str::from_utf8(log).map_err(|_| "log.jsonl is not text in UTF-8".to_owned())?;
    let body = text.strip_suffix('\n').ok_or_else(|| "log.jsonl does not end with a whole line".to_owned())?;
    Ok(body.split('\n'))
}

/// Whether the log is the one of the checkpoint.
pub(crate) fn check_tree(log: &[u8], checkpoint: &Checkpoint) -> Result<String, String> {
    let tree = tree_of(lines(log)?);
    if tree.size() != checkpoint.size {
        return Err(format!("the log has {} events and the checkpoint {}", tree.size(), checkpoint.size));
    }
    if tree.root() != checkpoint.root {
        return Err(format!(
            "the root over the log is {}, and the checkpoint has {}",
            hex(&tree.root()),
            hex(&checkpoint.root)
        ));
    }
    Ok(format!("{} leaves have the root {}", tree.size(), hex(&tree.root())))
}

/// Whether the log begins with the one that was seen earlier.
pub(crate) fn check_grown(log: &[u8], seen: &Checkpoint) -> Result<String, String> {
    let Ok(size) = usize::try_from(seen.size) else { return Err("the earlier checkpoint has more events".to_owned()) };
    let tree = tree_of(lines(log)?.take(size));
    if tree.size() == seen.size && tree.root() == seen.root {
        Ok(format!("the first {size} events are those seen earlier"))
    } else {
        Err(format!("the log does not begin with the {size} events of the checkpoint seen earlier: it was rewritten"))
    }
}

fn tree_of<'a>(lines: impl Iterator<Item = &'a str>) -> Tree {
    let mut tree = Tree::default();
    lines.for_each(|line| tree.push(line.as_bytes()));
    tree
}

/// Reads the log from its first event.
pub(crate) fn replay(log: &[u8]) -> Result<Replayed, String> {
    let mut tree = Tree::default();
    let mut state: Option<(Case, RulePack)> = None;
    let mut replayed =
        Replayed { checks: Vec::new(), standing: None, case: None, events: 0, corrections: Corrections::default() };
    let mut last: Option<Settlement> = None;
    for line in lines(log)? {
        let recorded = event(line, tree.size() + 1, state.as_ref().map(|(case, _)| case))?;
        let wrong = |why: String| format!("event {}: {why}", recorded.seq);
        match &mut state {
            None => {
                let case = Case::open(&recorded).map_err(|error| wrong(error.to_string()))?;
                let pack =
                    RulePack::from_files(&case.opened.rule_pack_files).map_err(|error| wrong(error.to_string()))?;
                replayed.checks.push(("law-kept", "the texts of the rule pack in the first event", law(&case, &pack)));
                state = Some((case, pack));
            }
            Some((case, pack)) => {
                if let Event::Certified(certified) = &recorded.event {
                    let found = certify(case, pack, certified, &tree, &mut replayed.checks);
                    replayed.standing = found.map(|(certificate, settlement)| Standing {
                        certificate,
                        replaced: last.replace(settlement.clone()),
                        settlement,
                    });
                    if replayed.checks.last().is_some_and(|(_, _, found)| found.is_err()) {
                        replayed.events = recorded.seq;
                        return Ok(replayed);
                    }
                }
                if let Some(refused) = further_sample(case, pack, &recorded.event) {
                    replayed.checks.push(("sample-drawn-again", "log.jsonl", Err(refused)));
                    return Ok(replayed);
                }
                replayed.corrections.count(case, &recorded.event);
                case.apply(&recorded).map_err(|error| wrong(error.to_string()))?;
                if let Some(check) = after(case, pack, &recorded.event) {
                    replayed.checks.push(check);
                }
                if matches!(recorded.event, Event::CaseReopened(_)) {
                    replayed.standing = None;
                }
            }
        }
        tree.push(line.as_bytes());
    }
    replayed.events = tree.size();
    replayed.case = state.map(|(case, _)| case);
    Ok(replayed)
}

/// The event of a line of the log, as a stranger knows it.
pub(crate) fn event(line: &str, seq: u64, case: Option<&Case>) -> Result<Recorded, String> {
    let wrong = |why: String| format!("event {seq}: {why}");
    let leaf = Leaf::from_line(line).map_err(|error| wrong(error.to_string()))?;
    if leaf.seq != seq {
        return Err(wrong(format!("it is numbered {}", leaf.seq)));
    }
    let at: Timestamp = leaf.at.parse().map_err(|_| wrong("its time is no time".to_owned()))?;
    if at.to_string() != leaf.at {
        return Err(wrong("its time is not written as times are".to_owned()));
    }
    let lines = |no| case.and_then(|case| case.section(no)).map_or(0, |section| section.lines().len());
    let (voter, reviewer) = (leaf.voter.and_then(VoterId::new), leaf.reviewer.and_then(ReviewerId::new));
    let event = Event::from_public(leaf.kind, leaf.public.get(), voter, reviewer, lines)
        .map_err(|error| wrong(error.to_string()))?;
    // One content has one spelling: no name twice, nothing unknown, no other form of a day.
    if event.to_parts().map_err(|error| wrong(error.to_string()))?.0 != leaf.public.get() {
        return Err(wrong("its public part is not written as such events are".to_owned()));
    }
    Ok(Recorded { seq, at, actor: String::new(), event })
}

/// Whether the texts in the opening are the pack that it names, and ask for what it says.
fn law(case: &Case, pack: &RulePack) -> Result<String, String> {
    let opened = &case.opened;
    if (pack.id(), pack.digest()) != (opened.rule_pack.as_str(), opened.rule_pack_digest.as_str()) {
        return Err(format!("the texts kept are the pack {} with digest {}", pack.id(), pack.digest()));
    }
    if opened.petition.kind != pack.petition() || !pack.covers(opened.milestones.filed_on()) {
        return Err(format!("{} is not the law of such a petition, or not on the day of its filing", pack.id()));
    }
    let required = pack.threshold(&opened.electorate).map_err(|error| error.to_string())?.required;
    if required != opened.required {
        return Err(format!(
            "the law asks for {required} signatures, and the case was opened with {}",
            opened.required
        ));
    }
    let seats = Some(opened.rules.max_signatures_per_voter);
    let rules = pack.case_rules(None).or_else(|_| pack.case_rules(seats)).map_err(|error| error.to_string())?;
    if rules != opened.rules {
        return Err("the case was opened with other rules than those of its pack".to_owned());
    }
    let built_in = RulePack::by_id(pack.id()).is_ok_and(|ours| ours.digest() == pack.digest());
    let known =
        if built_in { "the pack of that name in this program" } else { "NOT the pack of that name in this program" };
    Ok(format!("{} ({known}, digest {}), {required} signatures required", pack.id(), pack.digest()))
}

/// Why a sample may not be made longer here; none where it may, or where the event does no such thing.
fn further_sample(case: &Case, pack: &RulePack, event: &Event) -> Option<String> {
    let (Event::SampleDrawn(..), Some(sample)) = (event, settle_sample(case)) else { return None };
    let decided = sample.tally.undecided == 0;
    let asked_for =
        decided && project_sample(case, &sample, pack).is_ok_and(|(found, _)| found.verdict == Verdict::NextSample);
    (!asked_for).then(|| "the sample was made longer where the law asks for no further one".to_owned())
}

/// What is checked of an event beyond the fold.
fn after(case: &Case, pack: &RulePack, event: &Event) -> Option<Named> {
    let rests_on = "log.jsonl";
    match event {
        Event::ManifestSealed(sealed) => {
            let found = manifest(case.lines().map(|(line, _)| line).collect(), &sealed.root);
            let found = found.and_then(|list| sealed_by_law(pack, sealed).map(|()| list));
            Some((
                "sample-sealed",
                rests_on,
                found.map(|list| format!("{} lines before any seed", list.manifest().count())),
            ))
        }
        Event::SampleDrawn(..) => Some(("sample-drawn-again", rests_on, redraw(case))),
        Event::AuditSealed(sealed) => {
            let all = settle(case);
            let required = case.opened.required;
            let tie_suffices = pack.verdict(required, required) == Verdict::Sufficient;
            let lines = at_stake(&all, required, tie_suffices).map(|(_, lines, _)| lines);
            let found = lines.ok_or_else(|| "a tie has no side to check".to_owned());
            let found = found.and_then(|lines| manifest(lines, &sealed.root));
            let as_sealed =
                |list: &SealedManifest| list.manifest().count() == sealed.lines && sealed.seed_digits >= SEED_DIGITS;
            let found = found.and_then(|list| {
                let other = "the list of the check has another number of lines, or its seed fewer digits than twenty";
                if as_sealed(&list) { Ok(list) } else { Err(other.to_owned()) }
            });
            Some((
                "audit-sealed",
                rests_on,
                found.map(|list| format!("{} lines before any seed", list.manifest().count())),
            ))
        }
        _ => None,
    }
}

/// Whether a sample was sealed as large and with as many digits as the law asks for.
fn sealed_by_law(pack: &RulePack, sealed: &ManifestSealed) -> Result<(), String> {
    let asked = pack.sample_size(sealed.lines).map_err(|error| error.to_string())?;
    if asked.unit == "petition" && sealed.size >= asked.size && sealed.seed_digits >= asked.seed_digits {
        return Ok(());
    }
    Err(format!(
        "the law asks for {} lines of each {} and a seed of {} digits; {} lines and {} digits were sealed",
        asked.size, asked.unit, asked.seed_digits, sealed.size, sealed.seed_digits
    ))
}

fn manifest(lines: Vec<domain::LineRef>, root: &str) -> Result<SealedManifest, String> {
    let list = Manifest::new(lines).map_err(|error| error.to_string())?;
    let root = root.parse().map_err(|_| "the root of the sealed list is no root".to_owned())?;
    SealedManifest::new(list, root).map_err(|error| error.to_string())
}

/// Draws the sample again from the sealed list and the seed: the list, and as many lines as the case has drawn. None where no sample is drawn.
pub(crate) fn draw_again(case: &Case) -> Option<Result<(SealedManifest, Vec<Drawn>), String>> {
    let sample = case.sample.as_ref()?;
    let drawn = sample.drawn.as_ref()?;
    let again = || {
        let list = manifest(case.lines().map(|(line, _)| line).collect(), &sample.sealed.root)?;
        let seed = Seed::parse(&drawn.seed, 1).map_err(|error| error.to_string())?;
        let draw = Draw::new(&list, &seed, Purpose::Sample);
        let lines = draw.first(drawn.lines.len() as u64).map_err(|error| error.to_string())?.to_vec();
        Ok((list, lines))
    };
    Some(again())
}

/// Whether the sample is the one that its list and its seed give.
fn redraw(case: &Case) -> Result<String, String> {
    let drawn = case.sample.as_ref().and_then(|sample| sample.drawn.as_ref());
    let (Some(drawn), Some(again)) = (drawn, draw_again(case)) else { return Err("no sample stands".to_owned()) };
    let (_, lines) = again?;
    if lines.iter().map(|drawn| drawn.line).eq(drawn.lines.iter().copied()) {
        Ok(format!("{} lines by the seed {}", lines.len(), drawn.seed))
    } else {
        Err(format!("the seed {} draws other lines than the record has", drawn.seed))
    }
}

/// The certificate that the case comes to at this event and what it rests on, with the checks that lead to it. None where one of them fails.
fn certify(
    case: &Case,
    pack: &RulePack,
    certified: &Certified,
    before: &Tree,
    checks: &mut Vec<Named>,
) -> Option<(Certificate, Settlement)> {
    let all = settle(case);
    let settlement = examined(case, &all).into_owned();
    for (name, found) in invariants(case, &settlement) {
        let failed = found.is_err();
        checks.push((name, "log.jsonl", found));
        if failed {
            return None;
        }
    }
    let inputs = CertificateInputs {
        events_digest: hex(&before.root()),
        certified_on: certified.certified_on,
        official: certified.official.clone(),
        invariants: checked(case, &settlement),
    };
    let again = certificate(case, &settlement, pack, &inputs).map_err(|error| error.to_string());
    let found = again.and_then(|again| {
        let json = again.to_json().map_err(|error| error.to_string())?;
        let digest = hex(&Sha256::digest(json.as_bytes()));
        if digest == certified.certificate_digest {
            if (again.verdict, again.valid) == (certified.verdict, certified.valid) {
                Ok(again)
            } else {
                Err("the event of the certificate states another verdict or number than the certificate".to_owned())
            }
        } else {
            Err(format!(
                "the log comes to a certificate with SHA-256 {digest}, and {} is on record",
                certified.certificate_digest
            ))
        }
    });
    let words = found.as_ref().map(Found::words);
    checks.push((
        "certificate-is-a-function",
        "the events before it, by the law they began with",
        words.map_err(Clone::clone),
    ));
    found.ok().map(|again| (again, settlement))
}

fn invariants(case: &Case, settlement: &Settlement) -> Vec<(&'static str, Result<String, String>)> {
    let whole = settlement.lines.len() as u64 == case.count_lines();
    let first = if whole {
        ("every-line-one-disposition", every_line_one_disposition(case, settlement))
    } else {
        ("sample-complete", sample_complete(case, settlement))
    };
    let all = [
        first,
        ("one-signature-per-voter", one_signature_per_voter(case, settlement)),
        ("people-reject", people_reject(case, settlement)),
        ("search-before-absence", search_before_absence(case, settlement)),
        ("void-section-voids-its-lines", void_section_voids_its_lines(case, settlement)),
    ];
    let lines = settlement.lines.len();
    let words = |found: Result<(), domain::invariants::Violation>| {
        found.map(|()| format!("over {lines} lines")).map_err(|violation| violation.to_string())
    };
    all.into_iter().map(|(name, found)| (name, words(found))).collect()
}

//! The law that a case keeps, the same events under another law, and what a check of an outcome is drawn from.

use casework::{CaseFile, CaseworkError, CertifyInputs, files::ReadOptions};
use domain::{LineRef, Side, Verdict, side};
use jiff::civil::date;
use law::RulePack;

use crate::desk::{DECISIONS, Desk, act, pack};

const PLAIN: &str = "synthetic/county-recall";

fn inputs() -> CertifyInputs {
    CertifyInputs { certified_on: date(2022, 8, 15), official: None }
}

/// The synthetic law with a passage of a part changed.
fn with(id: &str, from: &'static str, to: &'static str) -> RulePack {
    let seen = std::cell::Cell::new(false);
    let changed = pack(id, "", &|_, part| {
        seen.set(seen.get() || part.contains(from));
        part.replace(from, to)
    });
    assert!(seen.get(), "{from} stands in no part");
    changed
}

fn plain() -> RulePack {
    RulePack::by_id(PLAIN).unwrap()
}

#[tokio::test]
async fn the_same_law_changes_nothing_and_nothing_is_recorded() {
    let desk = Desk::new();
    let case = desk.decided().await;
    let before = case.events_digest();
    let found = case.relaw(&plain(), &plain()).await.unwrap();
    assert_eq!(found.first, found.second);
    assert!(found.lines.is_empty() && found.changes.is_empty());
    let under = found.first;
    assert_eq!((under.pack.as_str(), under.required, under.accepted), (PLAIN, Some(6), Some(true)));
    assert_eq!((under.valid, under.invalid, under.undecided), (4, 4, 0));
    assert_eq!((under.verdict, under.sample, under.refused.len()), (Some(Verdict::Insufficient), None, 0));
    assert_eq!(case.events_digest(), before);
}

#[tokio::test]
async fn more_signatures_of_a_voter_may_count() {
    let desk = Desk::new();
    let case = desk.decided().await;
    let twice = with("ours/twice", "max = 1", "max = \"seats\"");
    // The law asks for seats, and the case was opened for one line a voter.
    let found = case.relaw(&plain(), &twice).await.unwrap();
    assert!(found.lines.is_empty(), "{found:?}");
    let twice = with("ours/twice", "max = 1", "max = 2");
    let found = case.relaw(&plain(), &twice).await.unwrap();
    assert_eq!(found.changes, [("duplicate -> valid".to_owned(), 1)].into());
    let changed: Vec<_> = found.lines.iter().map(|line| (line.line.to_string(), line.from, line.to)).collect();
    assert_eq!(changed, [("1:5".to_owned(), "duplicate", "valid")]);
    assert_eq!((found.first.valid, found.second.valid), (4, 5));
    let back = case.relaw(&twice, &plain()).await.unwrap();
    assert_eq!(back.changes, [("valid -> duplicate".to_owned(), 1)].into());
}

#[tokio::test]
async fn more_or_fewer_reviewers_may_be_needed() {
    let desk = Desk::new();
    let case = desk.decided().await;
    let four = with("ours/four", "reviewers = 3", "reviewers = 4");
    let found = case.relaw(&plain(), &four).await.unwrap();
    assert_eq!(found.changes, [("signature_mismatch -> undecided".to_owned(), 1)].into());
    assert_eq!((found.second.undecided, found.second.verdict), (1, None), "no result while a line is open");
    let two = with("ours/two", "reviewers = 3", "reviewers = 2");
    let found = case.relaw(&plain(), &two).await.unwrap();
    assert!(found.lines.is_empty(), "two of the three were enough");
    assert_eq!(
        found.second.refused.values().copied().collect::<Vec<_>>(),
        [1],
        "the third finding came after the decision"
    );
    assert_eq!(found.first.refused.len(), 0);
}

/// The order of the reasons decides under which one a line is published, never whether it counts.
#[tokio::test]
async fn another_order_of_reasons_moves_lines_between_reasons() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let file = desk.file("w.csv", "voter_id,received_on,signature_compares\n5,2022-07-05,yes\n");
    case.withdraw(&file, &ReadOptions::default(), &desk.snapshot, &act()).await.unwrap();
    // The two reasons change places by changing names.
    let turned = pack("ours/turned", "", &|_, part| {
        part.replace("name = \"withdrawn\"", "name = \"-\"")
            .replace("name = \"different_address\"", "name = \"withdrawn\"")
            .replace("name = \"-\"", "name = \"different_address\"")
    });
    let found = case.relaw(&plain(), &turned).await.unwrap();
    assert_eq!(found.lines.len(), 1, "{found:?}");
    assert_eq!(found.lines[0].line.to_string(), "2:2");
    let mut names = [found.lines[0].from, found.lines[0].to];
    names.sort_unstable();
    assert_eq!(names, ["different_address", "withdrawn"]);
    assert_eq!((found.first.valid, found.first.invalid), (found.second.valid, found.second.invalid));
}

/// A law that lets nobody withdraw gives the line back.
#[tokio::test]
async fn a_law_without_withdrawals_counts_who_withdrew() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let file = desk.file("w.csv", "voter_id,received_on,signature_compares\n3,2022-07-05,yes\n");
    case.withdraw(&file, &ReadOptions::default(), &desk.snapshot, &act()).await.unwrap();
    let none = with("ours/none", "before_filing = true", "before_filing = false");
    let found = case.relaw(&plain(), &none).await.unwrap();
    assert_eq!(found.changes, [("withdrawn -> valid".to_owned(), 1)].into());
}

/// A certified case is read again without its certificate, and a number that the case does not have is said to be missing.
#[tokio::test]
async fn a_certified_case_under_a_law_that_asks_for_another_number() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let given = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await.unwrap();
    case.record_certificate(&given, &inputs(), &act()).await.unwrap();
    case.reopen("a court order", &act()).await.unwrap();
    desk.decide_again(&mut case, "1,3,invalid,illegible,,R4,2022-07-12T10:00:00Z,\n").await;
    let other = RulePack::by_id("us/or/statewide-initiative").unwrap();
    let found = case.relaw(&plain(), &other).await.unwrap();
    assert_eq!(
        (found.first.valid, found.first.required, found.first.verdict),
        (3, Some(6), Some(Verdict::Insufficient))
    );
    assert_eq!((found.second.required, found.second.accepted, found.second.verdict), (None, None, None));
    assert!(found.second.required_unknown.unwrap().contains("votes cast"));
}

/// The law stands in the case: its files may change or go.
#[tokio::test]
async fn a_case_keeps_the_texts_of_its_law() {
    let own = with("ours/kept", "reviewers = 3", "reviewers = 3 # ours");
    let desk = Desk::under(own.clone());
    let mut case = desk.decided().await;
    case.close().await;
    case = CaseFile::open(&desk.place()).await.unwrap();
    let opened = &case.case().opened;
    assert_eq!(opened.rule_pack_files, own.files());
    assert!(opened.rule_pack_files.iter().any(|file| file.text.contains("# ours")));
    let kept = RulePack::from_files(&opened.rule_pack_files).unwrap();
    assert_eq!((kept.digest(), kept.id()), (opened.rule_pack_digest.as_str(), "ours/kept"));
    let given = case.prepare_certificate(&desk.snapshot, &kept, &inputs()).await.unwrap();
    assert_eq!((given.rule_pack.digest.as_str(), given.valid), (own.digest(), 4));
    // Another law does not certify it, though it differs in a remark only.
    let refused = case.prepare_certificate(&desk.snapshot, &plain(), &inputs()).await.unwrap_err().to_string();
    assert!(refused.contains("was opened under the rule pack"), "{refused}");
}

#[tokio::test]
async fn a_check_of_a_failed_petition_is_drawn_from_the_rejected_lines() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    assert!(matches!(case.audit_population(), Err(CaseworkError::NotCertified)));
    let given = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await.unwrap();
    case.record_certificate(&given, &inputs(), &act()).await.unwrap();
    let found = case.audit_population().unwrap();
    assert_eq!((found.side, found.errors_that_turn), (Side::Rejected, 2));
    let lines: Vec<LineRef> = ["1:2", "1:4", "1:5", "2:2"].iter().map(|line| line.parse().unwrap()).collect();
    assert_eq!(found.manifest.lines(), lines);
}

#[tokio::test]
async fn a_check_of_a_petition_that_passed_is_drawn_from_the_accepted_lines() {
    let desk = Desk::new();
    let mut case = desk.searched().await;
    let rows: String = DECISIONS
        .lines()
        .filter(|row| !row.contains("signature_mismatch"))
        .map(|row| format!("{row}\n"))
        .collect::<String>()
        .replace("1,5,valid,,1,", "1,5,valid,,6,")
        .replace("2,2,invalid,different_address,5,", "2,2,valid,,5,")
        + "1,2,valid,,2,R1,2022-07-10T10:00:01Z,\n";
    desk.decide(&mut case, &rows).await.unwrap();
    let given = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await.unwrap();
    assert_eq!((given.valid, given.verdict), (7, Verdict::Sufficient));
    case.record_certificate(&given, &inputs(), &act()).await.unwrap();
    let found = case.audit_population().unwrap();
    // Seven valid and six required: one wrong acceptance leaves a tie, which is for counsel to decide and not sufficient.
    assert_eq!((found.side, found.manifest.count(), found.errors_that_turn), (Side::Accepted, 7, 1));
    assert!(!found.manifest.lines().contains(&"1:4".parse().unwrap()));
}

#[test]
fn the_side_of_an_outcome_and_the_errors_that_turn_it() {
    assert_eq!(side(6, 4, 6, true), Some((Side::Accepted, 6, 1)));
    assert_eq!(side(6, 4, 6, false), None, "one error on either side turns it");
    assert_eq!(side(10, 0, 6, true), Some((Side::Accepted, 10, 5)));
    assert_eq!(side(10, 0, 6, false), Some((Side::Accepted, 10, 4)), "four leave a tie, which is not enough");
    for tie_suffices in [false, true] {
        assert_eq!(side(5, 4, 6, tie_suffices), Some((Side::Rejected, 4, 1)));
        assert_eq!(side(520_050, 195_783, 566_857, tie_suffices), Some((Side::Rejected, 195_783, 46_807)));
    }
}

/// The seal and the seed of a check are events; the list of one outcome has one seed, also after the same was certified again.
#[tokio::test]
async fn the_check_of_an_outcome_is_kept_in_the_record() {
    const SEED: &str = "20237331128159211123";
    let desk = Desk::new();
    let mut case = desk.decided().await;
    assert!(matches!(case.seal_audit(&act()).await, Err(CaseworkError::NotCertified)));
    let given = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await.unwrap();
    case.record_certificate(&given, &inputs(), &act()).await.unwrap();
    let early = case.seed_audit(SEED, "", &act()).await.unwrap_err().to_string();
    assert!(early.contains("no list with this root is sealed"), "{early}");
    assert!(case.audit_population().unwrap().order().unwrap().is_none());
    let sealed = case.seal_audit(&act()).await.unwrap();
    assert_eq!((sealed.lines, sealed.seed_digits), (4, 20));
    let seq = case.case().seq;
    assert_eq!(case.seal_audit(&act()).await.unwrap(), sealed);
    assert_eq!(case.case().seq, seq, "the same act again changes nothing");
    let order = case.seed_audit(SEED, "filmed", &act()).await.unwrap().order().unwrap().unwrap();
    assert_eq!(order.len(), 4);
    assert_eq!(case.seed_audit(SEED, "", &act()).await.unwrap().order().unwrap().unwrap(), order);
    assert_eq!(case.case().seq, seq + 1);
    let other = case.seed_audit("99999999999999999999", "", &act()).await.unwrap_err().to_string();
    assert!(other.contains("was rolled already"), "{other}");
    // What was certified stands as it was, for all that came after it.
    assert_eq!(case.standing_certificate(&desk.snapshot, &desk.pack).await.unwrap(), given);
    case.reopen("a line was overlooked", &act()).await.unwrap();
    let again = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await.unwrap();
    case.record_certificate(&again, &inputs(), &act()).await.unwrap();
    assert_eq!(case.seal_audit(&act()).await.unwrap(), sealed);
    assert_eq!(case.audit_population().unwrap().seed.as_deref(), Some(SEED));
}

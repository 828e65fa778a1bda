//! The tables follow from the events: after every history, rebuilding finds nothing to mend, and mends what is spoilt.

use casework::{CaseFile, files::ReadOptions};
use domain::LineRef;
use proptest::prelude::*;

use crate::{
    desk::{Desk, act, small},
    sample::SEED,
};

#[tokio::test]
async fn the_tables_of_a_decided_case_agree() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let report = case.rebuild().await.unwrap();
    assert!(report.mended.is_empty(), "{report:?}");
    assert_eq!((report.rows["line"], report.rows["line_state"], report.rows["section"]), (8, 8, 2));
}

#[tokio::test]
async fn a_spoilt_table_is_mended() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    desk.run("UPDATE line_state SET disposition = 'valid', reason = NULL WHERE reason = 'duplicate'").await.unwrap();
    desk.run("DELETE FROM line WHERE section = 2").await.unwrap();
    desk.run("UPDATE section SET searched_in = NULL WHERE section = 1").await.unwrap();
    let report = case.rebuild().await.unwrap();
    assert_eq!(report.mended.len(), 3, "{report:?}");
    assert_eq!((report.mended["line_state"], report.mended["line"], report.mended["section"]), (2, 3, 2));
    assert!(case.rebuild().await.unwrap().mended.is_empty());
}

#[tokio::test]
async fn nothing_vanishes() {
    let desk = Desk::new();
    let case = desk.decided().await;
    for spoil in
        ["DELETE FROM event WHERE seq = 3", "UPDATE event SET public = '{}' WHERE seq = 3", "DELETE FROM event"]
    {
        let refused = desk.run(spoil).await.unwrap_err();
        assert!(refused.contains("nothing-vanishes"), "{refused}");
    }
    // Somebody who removes the guard as well is found out when the case is opened.
    desk.unguard("event_is_kept").await;
    desk.run("DELETE FROM event WHERE seq = 5").await.unwrap();
    drop(case);
    let refused = CaseFile::open(&desk.place()).await.err().unwrap().to_string();
    assert!(refused.contains("nothing-vanishes"), "{refused}");
}

/// A file handed in, right or wrong, in any order.
fn step() -> impl Strategy<Value = (&'static str, String)> {
    let decision = (1u32..3, 1u32..6, 0usize..6, 1u32..10, 1u32..5).prop_map(|(section, line, found, voter, reviewer)| {
        let found = ["valid,", "invalid,signature_mismatch", "invalid,canceled", "invalid,illegible", "invalid,different_address", "invalid,not_registered"][found];
        let voter = if found.ends_with("not_registered") { String::new() } else { voter.to_string() };
        ("decide", format!("section,line,disposition,reason,voter_id,reviewer,decided_at\n{section},{line},{found},{voter},R{reviewer},2022-07-10T10:00:00Z\n"))
    });
    let supersede = (1u32..3, 1u32..6, 1u32..10).prop_map(|(section, line, voter)| {
        ("supersede", format!("section,line,disposition,reason,voter_id,reviewer,decided_at\n{section},{line},valid,,{voter},R7,2022-07-10T10:00:00Z\n"))
    });
    let void = (1u32..4).prop_map(|section| {
        ("void", format!("section,reason,reviewer,decided_at\n{section},section_fatal,R1,2022-07-10T10:00:00Z\n"))
    });
    let withdraw = (1u32..12, 4u32..8).prop_map(|(voter, day)| {
        ("withdraw", format!("voter_id,received_on,signature_compares\n{voter},2022-07-0{day},yes\n"))
    });
    let line = || (1u32..3, 1u32..7).prop_map(|(section, line)| format!("section,line\n{section},{line}\n"));
    let strike = line().prop_map(|lines| ("strike", lines));
    let reinstate = line().prop_map(|lines| ("reinstate", lines));
    let plain = |verb: &'static str| Just((verb, String::new()));
    prop_oneof![
        8 => decision,
        2 => supersede,
        1 => void,
        2 => withdraw,
        2 => plain("recount"),
        2 => strike,
        1 => reinstate,
        3 => plain("count"),
        2 => plain("search"),
        1 => plain("seal"),
        2 => plain("draw"),
    ]
}

/// The voter whom a search of this line must name first; none for a stranger.
fn signer(line: LineRef) -> Option<&'static str> {
    match (line.section.get(), line.line.get()) {
        (1, 1 | 5) => Some("1"),
        (1, 2) => Some("2"),
        (1, 3) => Some("3"),
        (2, 1) => Some("4"),
        _ => None,
    }
}

/// A stored search is that of its line, whatever was struck; a line that must be searched again has none.
async fn searches_are_those_of_their_lines(case: &CaseFile) {
    for (at, _) in case.case().lines() {
        let search = case.search_of(at.section, at.line).await.unwrap();
        assert_eq!(search.is_some(), case.case().searched(at.section), "{at}");
        if let (Some(search), Some(voter)) = (search, signer(at)) {
            assert_eq!(search.candidates[0].voter.as_str(), voter, "{at}");
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 24, ..ProptestConfig::default() })]

    /// After any history the tables are those that follow from the events, in memory, on disk and after opening again.
    #[test]
    fn after_any_history_the_tables_follow(steps in prop::collection::vec(step(), 1..14)) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
        runtime.block_on(async {
            let desk = Desk::under(small());
            let mut case = desk.searched().await;
            let options = ReadOptions::default();
            for (verb, content) in steps {
                let before = case.status();
                let file = desk.file("step.csv", &content);
                let done = match verb {
                    "decide" => case.decide(&file, &options, &desk.snapshot, None, &act()).await.map(|_| ()),
                    "supersede" => case.decide(&file, &options, &desk.snapshot, Some("again"), &act()).await.map(|_| ()),
                    "void" => case.void_sections(&file, &options, &act()).await.map(|_| ()),
                    "withdraw" => case.withdraw(&file, &options, &desk.snapshot, &act()).await.map(|_| ()),
                    "recount" => case.reopen_count("again", &act()).await,
                    "strike" => case.strike(&file, &options, false, "blank", &act()).await.map(|_| ()),
                    "reinstate" => case.strike(&file, &options, true, "signed", &act()).await.map(|_| ()),
                    "count" => case.count(&act()).await.map(|_| ()),
                    "search" => desk.search(&mut case).await.map(|_| ()),
                    "seal" => case.seal_manifest(&desk.pack, None, &act()).await.map(|_| ()),
                    "draw" => case.draw_sample(SEED, None, &desk.pack, "", &act()).await.map(|_| ()),
                    verb => panic!("{verb}"),
                };
                if done.is_err() {
                    assert_eq!(case.status(), before, "a refused act changed the case");
                }
            }
            let report = case.rebuild().await.unwrap();
            assert!(report.mended.is_empty(), "{report:?}");
            searches_are_those_of_their_lines(&case).await;
            let status = case.status();
            drop(case);
            let again = CaseFile::open(&desk.place()).await.unwrap();
            assert_eq!(again.status(), status);
        });
    }
}

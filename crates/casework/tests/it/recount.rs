//! The raw count that is taken back: struck and reinstated lines, their searches, and the draw that becomes void.

use casework::{Act, CaseFile, CaseworkError, CertifyInputs, StruckReport, files::ReadOptions};
use domain::{CaseError, Phase, SampleError};
use jiff::civil::date;

use crate::{
    desk::{DECISIONS, Desk, act, small},
    sample::{SEED, is_kept},
};

async fn reopened(desk: &Desk) -> CaseFile {
    let mut case = desk.searched().await;
    case.reopen_count("pages were stuck together", &act()).await.unwrap();
    case
}

async fn strike(desk: &Desk, case: &mut CaseFile, lines: &str) -> Result<StruckReport, CaseworkError> {
    let file = desk.file("struck.csv", &format!("section,line\n{lines}"));
    case.strike(&file, &ReadOptions::default(), false, "blank", &act()).await
}

async fn reinstate(desk: &Desk, case: &mut CaseFile, lines: &str) -> Result<StruckReport, CaseworkError> {
    let file = desk.file("back.csv", &format!("section,line\n{lines}"));
    case.strike(&file, &ReadOptions::default(), true, "signed after all", &act()).await
}

/// The likeliest voter by the stored search, if one is stored.
async fn likeliest(case: &CaseFile, section: u32, line: u32) -> Option<String> {
    let at = (section.to_string().parse().unwrap(), line.to_string().parse().unwrap());
    let search = case.search_of(at.0, at.1).await.unwrap()?;
    search.candidates.first().map(|best| best.voter.as_str().to_owned())
}

#[tokio::test]
async fn a_raw_count_is_taken_back_with_a_reason() {
    let desk = Desk::new();
    let mut case = desk.received().await;
    assert!(matches!(
        case.reopen_count("recount", &act()).await,
        Err(CaseworkError::Case(CaseError::WrongPhase { act: "taking the raw count back", .. }))
    ));
    case.count(&act()).await.unwrap();
    assert!(matches!(case.reopen_count(" ", &act()).await, Err(CaseworkError::NoReason)));
    case.reopen_count("recount", &act()).await.unwrap();
    assert_eq!((case.status().phase, case.status().raw_count), ("receiving", None));
    // A box that was found is received as any other.
    let more = desk.file("more.csv", "section,line,printed_name,address\n3,1,Frank Foster,106 Oak St\n");
    case.receive(&more, None, &ReadOptions::default(), &act()).await.unwrap();
    assert_eq!(case.count(&act()).await.unwrap().raw_count, 9);
    is_kept(&mut case).await;
}

/// A filing that was not accepted because lines were overlooked can still be counted again.
#[tokio::test]
async fn a_filing_with_too_few_signatures_is_counted_again() {
    let desk = Desk::new();
    let mut case = desk.open(&desk.place()).await.unwrap();
    let few: String = crate::desk::LINES.lines().take(4).map(|line| format!("{line}\n")).collect();
    let file = desk.file("few.csv", &few);
    case.receive(&file, None, &ReadOptions::default(), &act()).await.unwrap();
    assert!(!case.count(&act()).await.unwrap().accepted);
    assert_eq!(case.case().phase, Phase::NotAccepted);
    case.reopen_count("a box was found", &act()).await.unwrap();
    let more = desk.file("more.csv", "section,line,printed_name,address\n3,1,A,1\n3,2,B,2\n3,3,C,3\n");
    case.receive(&more, None, &ReadOptions::default(), &act()).await.unwrap();
    assert!(case.count(&act()).await.unwrap().accepted);
}

#[tokio::test]
async fn lines_are_struck_whole_files_at_a_time() {
    let desk = Desk::new();
    let mut case = desk.counted().await;
    assert!(matches!(
        strike(&desk, &mut case, "1,1\n").await,
        Err(CaseworkError::Case(CaseError::WrongPhase { act: "striking lines", .. }))
    ));
    assert!(matches!(
        reinstate(&desk, &mut case, "1,1\n").await,
        Err(CaseworkError::Case(CaseError::WrongPhase { act: "reinstating lines", .. }))
    ));
    case.reopen_count("recount", &act()).await.unwrap();
    let before = case.events_digest();
    let refused = strike(&desk, &mut case, "1,4\n1,9\n9,1\n1,4\n").await.unwrap_err().to_string();
    for said in [
        "3 rows",
        "row 2 (line 3): there is no such line",
        "row 3 (line 4): there is no such line",
        "row 4 (line 5): the line stands in the file twice",
    ] {
        assert!(refused.contains(said), "{refused}");
    }
    let refused = reinstate(&desk, &mut case, "1,4\n").await.unwrap_err().to_string();
    assert!(refused.contains("row 1 (line 2): the line counts already"), "{refused}");
    let file = desk.path("struck.csv");
    assert!(matches!(
        case.strike(&file, &ReadOptions::default(), false, "\t", &act()).await,
        Err(CaseworkError::NoReason)
    ));
    assert_eq!(strike(&desk, &mut case, "").await.unwrap(), StruckReport { moved: 0, lines: 8 });
    assert_eq!(case.events_digest(), before, "nothing of a refused or an empty file is taken in");

    assert_eq!(strike(&desk, &mut case, "2,2\n1,4\n").await.unwrap(), StruckReport { moved: 2, lines: 6 });
    let refused = strike(&desk, &mut case, "1,4\n").await.unwrap_err().to_string();
    assert!(refused.contains("row 1 (line 2): the line is struck already"), "{refused}");
    assert_eq!((case.status().lines, case.status().sections), (6, 2));
    is_kept(&mut case).await;
    assert_eq!(reinstate(&desk, &mut case, "2,2\n").await.unwrap(), StruckReport { moved: 1, lines: 7 });
    is_kept(&mut case).await;
    assert_eq!(case.count(&act()).await.unwrap().raw_count, 7);
    is_kept(&mut case).await;
}

/// The searches of a section are stored in the order of its lines; once a line is struck they are nobody's until they are made again.
#[tokio::test]
async fn a_section_with_struck_lines_is_searched_again() {
    let desk = Desk::new();
    let mut case = reopened(&desk).await;
    assert_eq!(likeliest(&case, 1, 2).await.as_deref(), Some("2"));
    strike(&desk, &mut case, "1,1\n").await.unwrap();
    case.count(&act()).await.unwrap();
    assert_eq!(case.status().searched, 3, "the other section's searches stand");
    for line in 1..=5 {
        assert_eq!(likeliest(&case, 1, line).await, None, "line {line} is shown another line's search");
    }
    assert_eq!(likeliest(&case, 2, 1).await.as_deref(), Some("4"));
    let done = desk.search(&mut case).await.unwrap();
    assert_eq!((done.sections, done.lines, done.before), (1, 4, 3));
    assert_eq!(likeliest(&case, 1, 1).await, None);
    for (line, voter) in [(2, "2"), (3, "3"), (5, "1")] {
        assert_eq!(likeliest(&case, 1, line).await.as_deref(), Some(voter), "line {line}");
    }
    is_kept(&mut case).await;
    case.reopen_count("recount", &act()).await.unwrap();
    reinstate(&desk, &mut case, "1,1\n").await.unwrap();
    case.count(&act()).await.unwrap();
    assert_eq!(desk.search(&mut case).await.unwrap().lines, 5);
    for (line, voter) in [(1, "1"), (2, "2"), (3, "3"), (5, "1")] {
        assert_eq!(likeliest(&case, 1, line).await.as_deref(), Some(voter), "line {line}");
    }
    is_kept(&mut case).await;
}

/// What people found on a line goes with it and comes back with it; its voter's other line counts meanwhile.
#[tokio::test]
async fn what_was_found_on_a_line_stays_with_it() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    assert_eq!((case.status().valid, case.status().invalid_by_category["duplicate"]), (4, 1));
    case.reopen_count("recount", &act()).await.unwrap();
    strike(&desk, &mut case, "1,1\n").await.unwrap();
    assert_eq!((case.status().valid, case.status().invalid_by_category["duplicate"]), (4, 0));
    is_kept(&mut case).await;
    reinstate(&desk, &mut case, "1,1\n").await.unwrap();
    assert_eq!((case.status().valid, case.status().invalid_by_category["duplicate"]), (4, 1));
    case.count(&act()).await.unwrap();
    assert_eq!(case.status().undecided, 0);
    is_kept(&mut case).await;
    // An absence rests on a search of the lines as they are now.
    let inputs = CertifyInputs { certified_on: date(2022, 8, 15), official: None };
    let refused = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs).await.unwrap_err().to_string();
    assert!(refused.contains("search-before-absence") && refused.contains("1:4"), "{refused}");
    desk.search(&mut case).await.unwrap();
    let given = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs).await.unwrap();
    assert_eq!((given.raw_count, given.valid, given.invalid), (8, 4, 4));
}

#[tokio::test]
async fn a_struck_line_is_not_decided_and_not_counted() {
    let desk = Desk::new();
    let mut case = reopened(&desk).await;
    strike(&desk, &mut case, "2,3\n").await.unwrap();
    case.count(&act()).await.unwrap();
    let refused = desk.decide(&mut case, DECISIONS).await.unwrap_err().to_string();
    assert!(refused.contains("row 10"), "{refused}");
    desk.search(&mut case).await.unwrap();
    let rows = DECISIONS.rsplit_once("2,3,").unwrap().0;
    desk.decide(&mut case, rows).await.unwrap();
    let inputs = CertifyInputs { certified_on: date(2022, 8, 15), official: None };
    let given = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs).await.unwrap();
    assert_eq!((given.raw_count, given.valid, given.invalid, given.sections.received), (7, 3, 4, 2));
}

/// After the count was taken back the list is another and the old seed was known, so another is rolled.
#[tokio::test]
async fn a_count_taken_back_voids_the_draw_and_its_seed() {
    let desk = Desk::under(small());
    let mut case = desk.searched().await;
    let sealed = case.seal_manifest(&desk.pack, None, &act()).await.unwrap();
    case.draw_sample(SEED, None, &desk.pack, "", &act()).await.unwrap();
    case.reopen_count("recount", &act()).await.unwrap();
    strike(&desk, &mut case, "1,4\n").await.unwrap();
    case.count(&act()).await.unwrap();
    assert_eq!(case.case().sample, None);
    let again = case.seal_manifest(&desk.pack, None, &act()).await.unwrap();
    assert_ne!(again.root, sealed.root);
    let refused = case.draw_sample(SEED, None, &desk.pack, "", &act()).await;
    assert!(matches!(refused, Err(CaseworkError::Case(CaseError::Sample(SampleError::SeedKnown)))));
    case.draw_sample("66666444446666644444", None, &desk.pack, "", &act()).await.unwrap();
    assert_eq!(case.sample_standing(&desk.pack).unwrap().void_draws, 1);
    let lines: Vec<_> = case.drawn().unwrap().iter().map(|drawn| drawn.line).collect();
    let rows = lines
        .iter()
        .zip(1..)
        .map(|(line, voter)| format!("{},{},valid,,{voter},R1,2022-07-10T10:00:00Z,\n", line.section, line.line));
    desk.decide(&mut case, &rows.collect::<String>()).await.unwrap();
    desk.search(&mut case).await.unwrap();
    let inputs = CertifyInputs { certified_on: date(2022, 8, 15), official: None };
    let given = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs).await.unwrap();
    assert_eq!((given.raw_count, given.examined, given.sample.unwrap().void_draws), (7, 4, 1));
    is_kept(&mut case).await;
}

/// Taking the count back and making it again over the same lines gives nobody another sample.
#[tokio::test]
async fn the_same_lines_have_the_same_sample() {
    let desk = Desk::under(small());
    let mut case = desk.searched().await;
    case.seal_manifest(&desk.pack, None, &act()).await.unwrap();
    case.draw_sample(SEED, None, &desk.pack, "", &act()).await.unwrap();
    let lines = case.drawn().unwrap();
    case.reopen_count("recount", &act()).await.unwrap();
    strike(&desk, &mut case, "1,4\n").await.unwrap();
    reinstate(&desk, &mut case, "1,4\n").await.unwrap();
    case.count(&act()).await.unwrap();
    case.seal_manifest(&desk.pack, None, &act()).await.unwrap();
    assert_eq!(case.drawn().unwrap(), lines);
    let other = case.draw_sample("66666444446666644444", None, &desk.pack, "", &act()).await;
    assert!(matches!(other, Err(CaseworkError::Case(CaseError::Sample(SampleError::OtherSeed(_))))));
    assert_eq!(case.sample_standing(&desk.pack).unwrap().void_draws, 0);
    is_kept(&mut case).await;
}

/// The reasons stay on record, and who gave them.
#[tokio::test]
async fn the_record_says_why() {
    let desk = Desk::new();
    let mut case = desk.counted().await;
    let by = Act { actor: "supervisor".to_owned(), ..act() };
    case.reopen_count("two pages were stuck together", &by).await.unwrap();
    case.close().await;
    let case = CaseFile::open(&desk.place()).await.unwrap();
    assert_eq!(case.status().phase, "receiving");
    let kept = desk.text("SELECT private FROM event WHERE kind = 'count_reopened'").await;
    assert_eq!(kept, r#"{"reviewer":"supervisor","note":"two pages were stuck together"}"#);
}

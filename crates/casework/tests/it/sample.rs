//! The public sample of a small case: sealed, drawn, made longer, decided, and what is certified from it.

use casework::{CaseFile, CaseworkError, CertifyInputs};
use domain::{CaseError, Event, LineRef, NotePrivate, SampleDrawn, SampleError, Side, Verdict};
use jiff::civil::date;
use law::{
    RulePack,
    certificate::{Basis, Certificate},
};
use sampling::decimal::{Decimal, Risk};

use crate::desk::{DECISIONS, Desk, SMALL, act, pack, small};

pub(crate) const SEED: &str = "20237331128159211123";
const OTHER_SEED: &str = "66666444446666644444";

fn inputs() -> CertifyInputs {
    CertifyInputs { certified_on: date(2022, 8, 15), official: None }
}

async fn drawn(desk: &Desk) -> CaseFile {
    let mut case = desk.searched().await;
    case.seal_manifest(&desk.pack, None, &act()).await.unwrap();
    case.draw_sample(SEED, None, &desk.pack, "rolled in the lobby", &act()).await.unwrap();
    case
}

/// The lines of the whole list in the order of their tickets.
fn tickets(case: &CaseFile) -> Vec<LineRef> {
    let root = case.manifest().unwrap().root();
    let sealed = sampling::manifest::SealedManifest::new(case.manifest().unwrap(), root).unwrap();
    let seed = sampling::seed::Seed::parse(SEED, 20).unwrap();
    let draw = sampling::draw::Draw::new(&sealed, &seed, sampling::draw::Purpose::Sample);
    draw.first(case.case().count_lines()).unwrap().iter().map(|drawn| drawn.line).collect()
}

/// Decides lines in order: the first `valid` of them for voters of their own, the others as not signed.
async fn decide(desk: &Desk, case: &mut CaseFile, lines: &[LineRef], valid: usize) {
    const VOTERS: [u32; 8] = [1, 2, 3, 4, 5, 6, 7, 9];
    let rows = lines.iter().zip(VOTERS).enumerate().map(|(at, (line, voter))| {
        let found = if at < valid { format!("valid,,{voter}") } else { "invalid,no_signature,".to_owned() };
        format!("{},{},{found},R1,2022-07-10T10:00:00Z,\n", line.section, line.line)
    });
    desk.decide(case, &rows.collect::<String>()).await.unwrap();
}

async fn certificate(desk: &Desk, case: &CaseFile) -> Result<Certificate, CaseworkError> {
    case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs()).await
}

fn refused<T>(result: Result<T, CaseworkError>) -> String {
    match result {
        Ok(_) => panic!("accepted"),
        Err(error) => error.to_string(),
    }
}

fn sample_error<T>(result: Result<T, CaseworkError>) -> SampleError {
    match result {
        Err(CaseworkError::Case(CaseError::Sample(error))) => error,
        Ok(_) => panic!("accepted"),
        Err(error) => panic!("{error}"),
    }
}

/// Every table, and the case as another program reads it, are as this one has them.
pub(crate) async fn is_kept(case: &mut CaseFile) {
    let report = case.rebuild().await.unwrap();
    assert!(report.mended.is_empty(), "{report:?}");
    let again = CaseFile::open(case.place()).await.unwrap();
    assert_eq!(again.case(), case.case());
    assert_eq!(again.status(), case.status());
    again.close().await;
}

#[tokio::test]
async fn the_list_is_sealed_once_and_after_the_count() {
    let desk = Desk::under(small());
    let mut case = desk.received().await;
    assert!(matches!(
        case.seal_manifest(&desk.pack, None, &act()).await,
        Err(CaseworkError::Case(CaseError::WrongPhase { act: "sealing the list of lines", .. }))
    ));
    assert!(matches!(
        case.draw_sample(SEED, None, &desk.pack, "", &act()).await,
        Err(CaseworkError::Case(CaseError::WrongPhase { act: "drawing a sample", .. }))
    ));
    case.count(&act()).await.unwrap();
    assert_eq!(sample_error(case.draw_sample(SEED, None, &desk.pack, "", &act()).await), SampleError::NotSealed);
    assert_eq!(sample_error(case.sample_standing(&desk.pack)), SampleError::NotSealed);
    assert_eq!(sample_error(case.progress(Risk::new(Decimal::new(5, 2).unwrap()).unwrap())), SampleError::NotSealed);
    assert_eq!(sample_error(case.drawn()), SampleError::NotSealed);
    let report = case.seal_manifest(&desk.pack, None, &act()).await.unwrap();
    assert_eq!((report.lines, report.seed_digits, report.size), (8, 20, 4));
    assert_eq!(report.root, case.manifest().unwrap().root().to_string());
    assert_eq!(case.drawn().unwrap(), []);
    let standing = case.sample_standing(&desk.pack).unwrap();
    assert_eq!((standing.lines, standing.size, standing.seed, standing.projection), (8, 0, None, None));
    let unseeded = refused(case.progress(Risk::new(Decimal::new(5, 2).unwrap()).unwrap()));
    assert!(unseeded.contains("no seed was rolled"), "{unseeded}");
    // The same act again reports the same and changes nothing; another size is refused.
    let before = case.events_digest();
    for size in [None, Some(4)] {
        assert_eq!(case.seal_manifest(&desk.pack, size, &act()).await.unwrap(), report);
    }
    let again = sample_error(case.seal_manifest(&desk.pack, Some(5), &act()).await);
    assert_eq!(again, SampleError::SealedAlready(report.root));
    assert_eq!(case.events_digest(), before);
    is_kept(&mut case).await;
}

#[tokio::test]
async fn a_sample_is_drawn_as_it_was_announced_by_one_seed() {
    let desk = Desk::under(small());
    let mut case = desk.searched().await;
    for (size, said) in [
        (3, "a sample of 3 lines is too small: the law asks for 4 (none: made up)"),
        (0, "too small"),
        (9, "a sample of 9 lines cannot be drawn from 8"),
    ] {
        let refusal = refused(case.seal_manifest(&desk.pack, Some(size), &act()).await);
        assert!(refusal.contains(said), "{refusal}");
    }
    assert_eq!(case.seal_manifest(&desk.pack, Some(5), &act()).await.unwrap().size, 5);
    let before = case.events_digest();
    for (seed, size, said) in [
        (&SEED[1..], None, "19 digits and needs at least 20"),
        ("202373311281592111234", None, "a seed of 20 digits was announced"),
        ("2023733112815921112x", None, "other than a digit"),
        (SEED, Some(4), "5 lines were announced when the list was sealed, and 4 are drawn"),
        (SEED, Some(6), "5 lines were announced when the list was sealed, and 6 are drawn"),
        (SEED, Some(9), "9 lines were asked for, but the list has 8"),
    ] {
        let refusal = refused(case.draw_sample(seed, size, &desk.pack, "", &act()).await);
        assert!(refusal.contains(said), "{refusal}");
    }
    assert_eq!(case.events_digest(), before, "a refused draw is no event");

    let report = case.draw_sample(SEED, None, &desk.pack, "", &act()).await.unwrap();
    assert_eq!((report.size, report.drawn), (5, 5));
    let all = tickets(&case);
    let first: Vec<_> = case.drawn().unwrap().iter().map(|drawn| drawn.line).collect();
    assert_eq!(first, all[..5]);
    let before = case.events_digest();
    let second = case.draw_sample(OTHER_SEED, Some(6), &desk.pack, "", &act()).await;
    assert_eq!(sample_error(second), SampleError::OtherSeed(SEED.to_owned()));
    for size in [None, Some(5)] {
        let same = case.draw_sample(SEED, size, &desk.pack, "", &act()).await.unwrap();
        assert_eq!((same.size, same.drawn, &same.root), (5, 0, &report.root), "the same act again");
    }
    assert_eq!(case.events_digest(), before);
    is_kept(&mut case).await;
}

/// The size of a sample is nobody's to choose once the seed is known, whether its lines were looked at or not.
#[tokio::test]
async fn nobody_makes_a_sample_longer() {
    let desk = Desk::under(small());
    let mut case = drawn(&desk).await;
    let lines = tickets(&case);
    for found in [&lines[7..], &lines[..1], &lines[1..4]] {
        let refusal = refused(case.draw_sample(SEED, Some(6), &desk.pack, "", &act()).await);
        assert!(refusal.contains("the size that was announced"), "{refusal}");
        desk.decide(&mut case, &rows_not_signed(found)).await.unwrap();
    }
    let refusal = refused(case.draw_sample(SEED, Some(6), &desk.pack, "", &act()).await);
    assert!(refusal.contains("the size that was announced"), "{refusal}");
}

fn rows_not_signed(lines: &[LineRef]) -> String {
    let row =
        |line: &LineRef| format!("{},{},invalid,no_signature,,R1,2022-07-10T10:00:00Z,\n", line.section, line.line);
    lines.iter().map(row).collect()
}

/// Where the law asks for a further sample, it is drawn, and it is the second.
#[tokio::test]
async fn a_further_sample_is_drawn_where_the_law_asks_for_it() {
    let desk = Desk::under(pack("ours/next", &SMALL.replace("examine_all", "next_sample"), &|_, part| part));
    let mut case = drawn(&desk).await;
    let lines = tickets(&case);
    decide(&desk, &mut case, &lines[..4], 3).await;
    assert_eq!(case.sample_standing(&desk.pack).unwrap().projection.unwrap().verdict, Verdict::NextSample);
    let open = refused(certificate(&desk, &case).await);
    assert!(open.contains("leaves the result open (next_sample)"), "{open}");
    case.draw_sample(SEED, Some(6), &desk.pack, "", &act()).await.unwrap();
    assert_eq!(case.case().sample.as_ref().unwrap().draws, 2);
    let standing = case.sample_standing(&desk.pack).unwrap();
    assert_eq!((standing.size, standing.valid, standing.undecided, standing.projection), (6, 3, 2, None));
    is_kept(&mut case).await;
}

#[tokio::test]
async fn a_decided_sample_says_what_the_law_says_and_beside_it_what_statistics_say() {
    let desk = Desk::under(small());
    let mut case = drawn(&desk).await;
    let lines = tickets(&case);
    decide(&desk, &mut case, &lines[..3], 2).await;
    let standing = case.sample_standing(&desk.pack).unwrap();
    assert_eq!((standing.valid, standing.invalid, standing.undecided), (2, 1, 1));
    assert_eq!((standing.projection, standing.beside_the_statute), (None, None));
    desk.decide(&mut case, &rows_not_signed(&lines[3..4])).await.unwrap();
    let standing = case.sample_standing(&desk.pack).unwrap();
    let projection = standing.projection.unwrap();
    // 8 x 2 / 4 = 4 of 6: 66.67 percent.
    assert_eq!((projection.projected_valid, projection.verdict), (Some(4), Verdict::Insufficient));
    assert_eq!(projection.percent_of_required.as_deref(), Some("66.67"));
    let beside = standing.beside_the_statute.unwrap();
    assert_eq!(beside.proportion, "4.00");
    assert!(beside.interval.0 < 4 && beside.interval.1 > 4 && beside.interval.1 <= 8, "{:?}", beside.interval);
}

/// A voter's first line lies outside the sample: within it the other one counts.
#[tokio::test]
async fn a_duplicate_is_one_of_another_line_of_the_sample() {
    let desk = Desk::under(small());
    let mut case = drawn(&desk).await;
    let lines = tickets(&case);
    let (first, last) = (lines[..4].iter().min().unwrap(), lines[..4].iter().max().unwrap());
    let outside = lines[4..].iter().min().unwrap();
    let row = |line: &LineRef, voter: u32| {
        format!("{},{},valid,,{voter},R1,2022-07-10T10:00:00Z,\n", line.section, line.line)
    };
    let within: String = lines[..4].iter().map(|line| row(line, 1)).collect();
    desk.decide(&mut case, &within).await.unwrap();
    let standing = case.sample_standing(&desk.pack).unwrap();
    assert_eq!((standing.valid, standing.duplicates), (1, 3));
    assert!(first < last);
    desk.decide(&mut case, &row(outside, 1)).await.unwrap();
    let after = case.sample_standing(&desk.pack).unwrap();
    assert_eq!((after.valid, after.duplicates), (1, 3));
    assert_eq!(case.status().invalid_by_category["duplicate"], 4);
}

/// Only lines decided without a gap in the order of the tickets count, duplicates as valid by themselves.
#[tokio::test]
async fn progress_is_in_the_order_of_the_tickets() {
    let risk = || Risk::new(Decimal::new(5, 2).unwrap()).unwrap();
    let desk = Desk::under(small());
    let mut case = drawn(&desk).await;
    let lines = tickets(&case);
    let start = case.progress(risk()).unwrap();
    assert_eq!((start.lines, start.decided, start.valid, start.interval, start.required), (8, 0, 0, (0, 8), 6));
    let row = |line: LineRef| format!("{},{},valid,,1,R1,2022-07-10T10:00:00Z,\n", line.section, line.line);
    desk.decide(&mut case, &row(lines[1])).await.unwrap();
    assert_eq!(case.progress(risk()).unwrap(), start, "a gap before it");
    desk.decide(&mut case, &row(lines[0])).await.unwrap();
    let two = case.progress(risk()).unwrap();
    assert_eq!((two.decided, two.valid), (2, 2), "one of them a duplicate");
    assert!(two.interval.0 >= 2 && two.interval.1 <= 8, "{:?}", two.interval);
    desk.decide(&mut case, &rows_not_signed(&lines[2..])).await.unwrap();
    let whole = case.progress(risk()).unwrap();
    assert_eq!((whole.decided, whole.valid, whole.interval), (8, 2, (2, 2)), "nothing is left open");
}

#[tokio::test]
async fn a_sample_certifies_sufficient_and_insufficient_with_the_rest_undecided() {
    for (valid, verdict, projected, margin) in [(4, Verdict::Sufficient, 8, 2), (2, Verdict::Insufficient, 4, -2)] {
        let desk = Desk::under(small());
        let mut case = drawn(&desk).await;
        let lines = tickets(&case);
        decide(&desk, &mut case, &lines[..3], valid.min(3)).await;
        let open = refused(certificate(&desk, &case).await);
        assert!(open.contains("sample-complete") && open.contains(&lines[3].to_string()), "{open}");
        let last = if valid == 4 { row_valid(lines[3], 4) } else { rows_not_signed(&lines[3..4]) };
        desk.decide(&mut case, &last).await.unwrap();
        let given = certificate(&desk, &case).await.unwrap();
        assert_eq!((given.basis, given.raw_count, given.examined), (Basis::Sample, 8, 4));
        assert_eq!((given.valid, given.invalid), (valid as u64, 4 - valid as u64));
        assert_eq!((given.verdict, given.margin), (verdict, Some(margin)));
        assert!(given.invariants.iter().any(|name| name == "sample-complete"), "{:?}", given.invariants);
        assert!(!given.invariants.iter().any(|name| name == "every-line-one-disposition"), "{:?}", given.invariants);
        let sample = given.sample.as_ref().unwrap();
        assert_eq!((sample.seed.as_str(), sample.void_draws), (SEED, 0));
        assert_eq!(sample.root, case.manifest().unwrap().root().to_string());
        assert_eq!(sample.projection.projected_valid, Some(projected));
        assert_eq!(certificate(&desk, &case).await.unwrap().to_json().unwrap(), given.to_json().unwrap());
        case.record_certificate(&given, &inputs(), &act()).await.unwrap();
        assert_eq!(case.standing_certificate(&desk.snapshot, &desk.pack).await.unwrap(), given);
        assert_eq!(case.status().undecided, 4);
        let audit = refused(case.audit_population());
        assert!(audit.contains("rests on a sample"), "{audit}");
        is_kept(&mut case).await;
    }
}

fn row_valid(line: LineRef, voter: u32) -> String {
    format!("{},{},valid,,{voter},R1,2022-07-10T10:00:00Z,\n", line.section, line.line)
}

/// certificate-is-a-function, of a sample too: two offices that do the same hold the same bytes.
#[tokio::test]
async fn two_offices_certify_the_same_sample_with_the_same_bytes() {
    let mut all = Vec::new();
    for _ in 0..2 {
        let desk = Desk::under(small());
        let mut case = drawn(&desk).await;
        let lines = tickets(&case);
        decide(&desk, &mut case, &lines[..4], 4).await;
        all.push(certificate(&desk, &case).await.unwrap().to_json().unwrap());
    }
    assert_eq!(all[0], all[1]);
}

/// A sample that leaves it open certifies nothing; the full examination that follows does, and tells of the sample.
#[tokio::test]
async fn a_sample_that_leaves_it_open_is_followed_by_every_line() {
    let desk = Desk::under(small());
    let mut case = drawn(&desk).await;
    let lines = tickets(&case);
    decide(&desk, &mut case, &lines[..4], 3).await;
    assert_eq!(case.sample_standing(&desk.pack).unwrap().projection.unwrap().verdict, Verdict::ExamineAll);
    let open = refused(certificate(&desk, &case).await);
    assert!(open.contains("the sample leaves the result open (examine_all); decide every line"), "{open}");
    let rest: String = lines[4..].iter().zip([4, 5, 6, 7]).map(|(&line, voter)| row_valid(line, voter)).collect();
    let but_one: String = rest.lines().take(3).map(|row| format!("{row}\n")).collect();
    desk.decide(&mut case, &but_one).await.unwrap();
    let open = refused(certificate(&desk, &case).await);
    assert!(open.contains("leaves the result open"), "{open}");
    desk.decide(&mut case, rest.lines().last().unwrap()).await.unwrap();
    let given = certificate(&desk, &case).await.unwrap();
    assert_eq!((given.basis, given.examined, given.valid, given.invalid), (Basis::Full, 8, 7, 1));
    assert_eq!((given.verdict, given.margin), (Verdict::Sufficient, Some(1)));
    let led = &given.sample.as_ref().unwrap().projection;
    assert_eq!(led.verdict, Verdict::ExamineAll, "the sample that led to the full examination is stated");
    assert!(given.invariants.iter().any(|name| name == "every-line-one-disposition"), "{:?}", given.invariants);
    case.record_certificate(&given, &inputs(), &act()).await.unwrap();
    let population = case.audit_population().unwrap();
    assert_eq!((population.side, population.manifest.count(), population.errors_that_turn), (Side::Accepted, 7, 1));
    is_kept(&mut case).await;
}

/// A sample that decides cannot be passed over for a full count that says otherwise, and its outcome is not checked as if it were one.
#[tokio::test]
async fn nobody_chooses_between_a_sample_that_decides_and_a_full_count() {
    let desk = Desk::under(small());
    let mut case = drawn(&desk).await;
    let lines = tickets(&case);
    decide(&desk, &mut case, &lines[..4], 2).await;
    let rest: String = lines[4..].iter().zip([4, 5, 6, 7]).map(|(&line, voter)| row_valid(line, voter)).collect();
    desk.decide(&mut case, &rest).await.unwrap();
    assert_eq!((case.status().valid, case.status().undecided), (6, 0), "the full count reaches the number required");
    let given = certificate(&desk, &case).await.unwrap();
    assert_eq!((given.basis, given.examined, given.verdict), (Basis::Sample, 4, Verdict::Insufficient));
    case.record_certificate(&given, &inputs(), &act()).await.unwrap();
    assert_eq!(case.standing_certificate(&desk.snapshot, &desk.pack).await.unwrap(), given);
    let audit = refused(case.audit_population());
    assert!(audit.contains("rests on a sample"), "{audit}");
}

/// A petition too small to be sampled: the sample is every line, and the certificate is that of a full examination.
#[tokio::test]
async fn a_sample_of_every_line_is_a_full_examination() {
    let desk = Desk::new();
    let mut case = desk.searched().await;
    assert_eq!(case.seal_manifest(&desk.pack, None, &act()).await.unwrap().size, 8);
    let refusal = refused(case.draw_sample(SEED, Some(7), &desk.pack, "", &act()).await);
    assert!(refusal.contains("8 lines were announced"), "{refusal}");
    case.draw_sample(SEED, None, &desk.pack, "", &act()).await.unwrap();
    desk.decide(&mut case, DECISIONS).await.unwrap();
    let given = certificate(&desk, &case).await.unwrap();
    assert_eq!((given.basis, given.examined, given.valid, given.sample), (Basis::Full, 8, 4, None));
}

/// The law of a place without a sample draws none.
#[tokio::test]
async fn a_law_without_a_sample_seals_no_list() {
    let desk = Desk::new();
    let mut case = desk.counted().await;
    let without = RulePack::by_id("us/ne/statewide-initiative").unwrap();
    let refusal = refused(case.seal_manifest(&without, None, &act()).await);
    assert!(refusal.contains("sample"), "{refusal}");
    let by_county = RulePack::by_id("us/ca/statewide-initiative-statute").unwrap();
    let refusal = refused(case.seal_manifest(&by_county, None, &act()).await);
    assert!(refusal.contains("samples each county by itself"), "{refusal}");
    assert_eq!(case.case().sample, None);
}

/// A record whose sample is not what its seed draws is found out before anything is certified.
#[tokio::test]
async fn a_sample_that_its_seed_does_not_draw_is_found_out() {
    for other_seed in [false, true] {
        let desk = Desk::under(small());
        let mut case = desk.searched().await;
        let root = case.seal_manifest(&desk.pack, None, &act()).await.unwrap().root;
        let mut lines = tickets(&case)[..4].to_vec();
        let seed = if other_seed { OTHER_SEED } else { SEED };
        if !other_seed {
            lines.swap(0, 1);
        }
        let wrong = SampleDrawn { root, seed: seed.to_owned(), lines: lines.clone() };
        case.append(vec![Event::SampleDrawn(wrong, NotePrivate::default())], &act()).await.unwrap();
        decide(&desk, &mut case, &lines, 4).await;
        let drawn = refused(case.drawn());
        assert!(drawn.contains("not the one that its seed draws"), "{drawn}");
        let refusal = refused(certificate(&desk, &case).await);
        assert!(refusal.contains("not the one that its seed draws"), "{refusal}");
    }
}

/// The census counts the lines that a voter of the sample has in the whole petition, looked at or not.
#[tokio::test]
async fn the_census_of_duplicates_looks_at_every_line() {
    let desk = Desk::under(small());
    let mut case = drawn(&desk).await;
    let lines = tickets(&case);
    let undecided = case.duplicate_census().await.err().unwrap().to_string();
    assert!(undecided.contains("not decided yet"), "{undecided}");
    // The sample is found to be of voters 1, 4, 6 and 7; the searches of the lines left name their own.
    let rows: String = lines[..4].iter().zip([1, 4, 6, 7]).map(|(&line, voter)| row_valid(line, voter)).collect();
    desk.decide(&mut case, &rows).await.unwrap();
    let likely = async |case: &CaseFile, line: LineRef| {
        let search = case.search_of(line.section, line.line).await.unwrap().unwrap();
        search.candidates.first().filter(|best| best.ppm >= 900_000).map(|best| best.voter.as_str().to_owned())
    };
    let mut others = Vec::new();
    for &line in &lines[4..] {
        others.extend(likely(&case, line).await);
    }
    let census = case.duplicate_census().await.unwrap();
    assert_eq!(census.by_search_alone, others.len() as u64);
    let with_others = ["1", "4", "6", "7"].iter().filter(|voter| others.iter().any(|other| other == *voter)).count();
    assert_eq!(census.sampled_with_others, with_others as u64);
    // Each line of the sample is worth one over the lines of its voter, and stands for two.
    let lines_of = |voter: &str| 1 + u32::try_from(others.iter().filter(|&other| other == voter).count()).unwrap();
    let worth = ["1", "4", "6", "7"].map(|voter| 2.0 / f64::from(lines_of(voter)));
    let expected: f64 = worth.iter().sum();
    assert!((census.distinct_valid.parse::<f64>().unwrap() - expected).abs() < 0.01, "{census:?}, {others:?}");
    // A section that is void has no lines for anybody.
    let void = desk.file("v.csv", "section,reason,reviewer,decided_at\n1,section_fatal,R9,2022-07-11T10:00:00Z\n");
    case.void_sections(&void, &casework::files::ReadOptions::default(), &act()).await.unwrap();
    let in_two = lines[4..].iter().filter(|line| line.section.get() == 2);
    let mut left = 0;
    for &line in in_two {
        left += u64::from(likely(&case, line).await.is_some());
    }
    assert_eq!(case.duplicate_census().await.unwrap().by_search_alone, left);
}

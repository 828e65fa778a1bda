//! The public sample and the raw count that is taken back, event by event.

use domain::{CaseError, LineError, Phase, Reason, SampleError, sample_complete, settle, settle_sample};

use crate::build::{
    History, VALID, at, certify, count, draw, draw_from, genuine, invalid, lines, recount, reinstate, reject, seal,
    seal_as, search, section, strike,
};

const SEED: &str = "20237331128159211123";
const OTHER: &str = "66666444446666644444";

fn sampled(drawn: &[&str]) -> History {
    History::examining(&[3, 2]).then(seal(5, drawn.len() as u64)).then(draw(SEED, drawn))
}

#[test]
fn nothing_is_drawn_before_the_list_is_sealed() {
    let mut history = History::examining(&[3, 2]);
    assert_eq!(history.refusal(draw(SEED, &["1:1"])), SampleError::NotSealed.into());
    assert_eq!(history.refusal(seal(4, 1)), SampleError::OtherLines { given: 4, counted: 5 }.into());
    for size in [0, 6] {
        assert_eq!(history.refusal(seal(5, size)), SampleError::NoSuchSize { size, lines: 5 }.into());
    }
    let mut history = history.then(seal(5, 1));
    assert_eq!(history.refusal(seal(5, 1)), SampleError::SealedAlready("d".repeat(64)).into());
    assert!(history.case.sample.as_ref().unwrap().lines().is_empty());
    assert_eq!(settle_sample(&history.case), None);
    // Before the count and after the certificate there is nothing to seal or to draw.
    let mut receiving = History::new().then(section(1, &[1]));
    assert!(matches!(receiving.refusal(seal(1, 1)), CaseError::WrongPhase { act: "sealing the list of lines", .. }));
    let mut certified = sampled(&["1:1"]).then(certify(1));
    assert!(matches!(certified.refusal(draw(SEED, &["1:1", "1:2"])), CaseError::WrongPhase { .. }));
}

#[test]
fn a_draw_is_of_the_sealed_list_and_of_lines_that_are_there() {
    let mut history = History::examining(&[3, 2]).then(seal(5, 2));
    let domain::Event::SampleDrawn(mut other, note) = draw(SEED, &["1:1"]) else { unreachable!() };
    other.root = "e".repeat(64);
    let wanted = SampleError::OtherRoot { given: "e".repeat(64), sealed: "d".repeat(64) };
    assert_eq!(history.refusal(domain::Event::SampleDrawn(other, note)), wanted.into());
    assert_eq!(history.refusal(draw(SEED, &["1:1", "3:1"])), SampleError::NoSuchLine(at("3:1")).into());
    assert_eq!(history.refusal(draw(SEED, &["1:1", "1:9"])), SampleError::NoSuchLine(at("1:9")).into());
    assert_eq!(history.refusal(draw(SEED, &["1:1", "1:1"])), SampleError::NoSuchLine(at("1:1")).into());
    for size in [1, 3] {
        let lines = &["2:1", "1:1", "1:2"][..size];
        let wanted = SampleError::OtherSize { given: size as u64, sealed: 2 };
        assert_eq!(history.refusal(draw(SEED, lines)), wanted.into(), "the size was announced with the list");
    }
    for seed in [&SEED[1..], "202373311281592111234", "2023733112815921112x", "", "２０２３７３３"] {
        assert_eq!(history.refusal(draw(seed, &["2:1", "1:1"])), SampleError::SeedForm(20).into(), "{seed}");
    }
    let history = history.then(draw(SEED, &["2:1", "1:1"]));
    let sample = history.case.sample.unwrap();
    assert_eq!((sample.lines(), sample.draws), (&lines(&["2:1", "1:1"])[..], 1));
}

#[test]
fn a_longer_sample_goes_on_with_the_same_seed() {
    let mut history = sampled(&["2:1", "1:1"]);
    assert_eq!(history.refusal(draw(OTHER, &["2:1", "1:1", "1:2"])), SampleError::OtherSeed(SEED.to_owned()).into());
    for not_longer in [&["2:1", "1:1"][..], &["2:1"], &["1:1", "2:1", "1:2"]] {
        assert_eq!(history.refusal(draw(SEED, not_longer)), SampleError::NotLonger(2).into());
    }
    let sample = history.then(draw(SEED, &["2:1", "1:1", "1:2"])).case.sample.unwrap();
    assert_eq!((sample.lines().len(), sample.draws), (3, 1), "nothing of the first was decided");
    let decided = sampled(&["2:1"]).then(genuine("2:1", "v1")).then(draw(SEED, &["2:1", "1:1"]));
    assert_eq!(decided.case.sample.unwrap().draws, 2);
}

#[test]
fn the_sample_is_settled_as_if_there_were_no_other_lines() {
    let history = sampled(&["2:1", "1:2"]).then(genuine("1:1", "v1")).then(genuine("1:2", "v1"));
    let history = history.then(reject("2:1", Reason::NoSignature, ""));
    assert_eq!(settle(&history.case).line(at("1:2")).unwrap().disposition, invalid(Reason::Duplicate));
    let sample = settle_sample(&history.case).unwrap();
    assert_eq!(sample.lines.iter().map(|settled| settled.line).collect::<Vec<_>>(), lines(&["1:2", "2:1"]));
    assert_eq!(sample.line(at("1:2")).unwrap().disposition, VALID, "its first line lies outside the sample");
    assert_eq!((sample.tally.raw, sample.tally.valid, sample.tally.invalid, sample.tally.undecided), (2, 1, 1, 0));
}

#[test]
fn a_sample_is_complete_when_every_line_drawn_is_decided() {
    let history = sampled(&["2:1", "1:2"]).then(genuine("1:2", "v1"));
    let open = sample_complete(&history.case, &settle_sample(&history.case).unwrap()).unwrap_err();
    assert_eq!(
        open.to_string(),
        "sample-complete: sampled lines have no decision yet; decide them first (section:line 2:1)"
    );
    let others = sample_complete(&history.case, &settle(&history.case)).unwrap_err();
    assert_eq!(others.to_string(), "sample-complete: the settled lines are not the lines drawn");
    let history = history.then(genuine("2:1", "v2"));
    assert_eq!(sample_complete(&history.case, &settle_sample(&history.case).unwrap()), Ok(()));
    let none = History::examining(&[1]);
    assert!(sample_complete(&none.case, &settle(&none.case)).is_err());
}

#[test]
fn a_raw_count_taken_back_voids_the_draw() {
    let mut history = sampled(&["2:1", "1:2"]);
    assert_eq!(history.refusal(recount(4)), CaseError::WrongCount { counted: 5, given: 4 });
    let mut history = history.then(recount(5));
    assert_eq!((history.case.phase, history.case.raw_count), (Phase::Receiving, None));
    assert!(history.case.sample.is_none());
    assert_eq!(history.case.void_draws.len(), 1);
    assert_eq!(history.case.void_draws[0].seed(), Some(SEED));
    assert!(matches!(history.refusal(recount(5)), CaseError::WrongPhase { .. }));
    // Another list asks for another seed.
    let mut history = history.then(strike(&["1:3"])).then(count(4)).then(seal_as("four", 4, 1));
    assert_eq!(history.refusal(draw_from("four", SEED, &["1:1"])), SampleError::SeedKnown.into());
    let mut history = history.then(draw_from("four", OTHER, &["1:1"]));
    assert_eq!(history.case.void_draws.len(), 1);
    // Both stay known after the next one is void.
    history = history.then(recount(4)).then(strike(&["1:2"])).then(count(3)).then(seal_as("three", 3, 1));
    for known in [SEED, OTHER] {
        assert_eq!(history.refusal(draw_from("three", known, &["1:1"])), SampleError::SeedKnown.into());
    }
    // What was sealed and never drawn from is void as well.
    let sealed = History::examining(&[1]).then(seal(1, 1)).then(recount(1));
    assert_eq!(sealed.case.void_draws[0].seed(), None);
    assert!(History::examining(&[1]).then(recount(1)).case.void_draws.is_empty());
}

/// A count that is taken back and made again over the same lines gives nobody a second roll of the dice.
#[test]
fn the_same_list_has_the_same_sample() {
    let history = sampled(&["2:1", "1:2"]).then(recount(5)).then(count(5)).then(seal(5, 3));
    assert!(history.case.void_draws.is_empty());
    let sample = history.case.sample.as_ref().unwrap();
    assert_eq!((sample.seed(), sample.lines(), sample.sealed.size), (Some(SEED), &lines(&["2:1", "1:2"])[..], 2));
    // So too where lines were struck in between and came back.
    let history = history.then(recount(5)).then(strike(&["1:3"])).then(count(4)).then(seal_as("four", 4, 1));
    let history = history.then(draw_from("four", OTHER, &["1:1"])).then(recount(4)).then(reinstate(&["1:3"]));
    let mut history = history.then(count(5)).then(seal(5, 1));
    assert_eq!(history.case.sample.as_ref().unwrap().seed(), Some(SEED));
    assert_eq!(history.case.void_draws.iter().map(|void| void.seed()).collect::<Vec<_>>(), [Some(OTHER)]);
    assert_eq!(history.refusal(draw(OTHER, &["2:1", "1:2", "1:1"])), SampleError::SeedKnown.into());
}

#[test]
fn struck_lines_do_not_count_and_come_back_as_they_were() {
    let history = History::examining(&[3, 2]).then(genuine("1:3", "v1")).then(recount(5));
    let mut history = history.then(strike(&["1:1", "1:3", "2:2"]));
    assert_eq!(history.case.count_lines(), 2);
    assert_eq!(history.case.line(at("1:3")), None);
    let section = history.case.section(at("1:1").section).unwrap();
    assert_eq!(section.struck().iter().map(|line| line.no.get()).collect::<Vec<_>>(), [1, 3]);
    for (event, missing) in [
        (strike(&["1:2", "1:3"]), "1:3"),
        (strike(&["9:1"]), "9:1"),
        (reinstate(&["1:2", "1:3"]), "1:2"),
        (reinstate(&["9:1"]), "9:1"),
        (count(5), ""),
    ] {
        let refused = history.refusal(event);
        if missing.is_empty() {
            assert_eq!(refused, CaseError::WrongCount { counted: 2, given: 5 });
        } else {
            assert_eq!(refused, CaseError::NoLine(at(missing)));
        }
    }
    let history = history.then(reinstate(&["1:3"])).then(count(3));
    assert_eq!(settle(&history.case).line(at("1:3")).unwrap().disposition, VALID, "what was found stays with the line");
    let numbers: Vec<_> = history.case.lines().map(|(line, _)| line).collect();
    assert_eq!(numbers, lines(&["1:2", "1:3", "2:1"]));
}

/// A stored search is that of all lines of a section, so after lines were struck it must be made again.
#[test]
fn striking_asks_for_a_new_search() {
    let mut history = History::examining(&[3]).then(recount(3)).then(strike(&["1:1"])).then(count(2));
    let refused = history.refusal(reject("1:2", Reason::NotRegistered, ""));
    assert_eq!(refused, CaseError::Line { line: at("1:2"), source: LineError::NotSearched });
    assert_eq!(history.refusal(search(1, 3)), CaseError::PartsDiffer(at("1:1").section));
    let history = history.then(search(1, 2)).then(reject("1:2", Reason::NotRegistered, ""));
    assert_eq!(settle(&history.case).tally.invalid, 1);
}

#[test]
fn lines_move_only_while_the_count_is_open() {
    let mut history = History::examining(&[2]);
    assert!(matches!(history.refusal(strike(&["1:1"])), CaseError::WrongPhase { act: "striking lines", .. }));
    assert!(matches!(history.refusal(reinstate(&["1:1"])), CaseError::WrongPhase { act: "reinstating lines", .. }));
}

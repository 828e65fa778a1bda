//! The check of a decision: published sizes, verdicts, and its promise, exactly on small populations and by simulation.

use num_bigint::BigInt;
use num_traits::One;
use proptest::prelude::*;
use sampling::{
    MAX_LINES,
    audit::{Assessment, AuditError, Plan, Recheck, SizeIfErrors, Verdict, assess, plan},
    decimal::Risk,
    sequential::SequentialError,
};

use crate::common::{Dice, most_explained, risk, value};

fn results(errors: u64, confirmed: u64) -> Vec<Recheck> {
    let errors = std::iter::repeat_n(Recheck::Error, errors as usize);
    errors.chain(std::iter::repeat_n(Recheck::Confirmed, confirmed as usize)).collect()
}

/// A petition of 60,000 lines that needs 45,000. With V valid lines, the accepted side are these V and V − 44,999 wrong
/// acceptances turn the outcome; the rejected side are the other 60,000 − V and 45,000 − V wrong rejections do.
#[test]
fn the_sizes_without_an_error_are_the_published_ones() {
    let accepted =
        [(50_000, [22, 29, 44]), (46_000, [105, 136, 209]), (45_500, [208, 270, 415]), (45_100, [1_016, 1_317, 2_008])];
    let rejected = [(44_500, [71, 92, 140]), (44_900, [343, 445, 678]), (44_990, [3_087, 3_885, 5_538])];
    let accepted = accepted.map(|(valid, sizes)| (valid, valid - 44_999, sizes));
    let rejected = rejected.map(|(valid, sizes)| (60_000 - valid, 45_000 - valid, sizes));
    for (population, errors_that_turn, sizes) in accepted.into_iter().chain(rejected) {
        for (allowed, size) in ["0.1", "0.05", "0.01"].into_iter().zip(sizes) {
            let plan = plan(population, errors_that_turn, risk(allowed)).unwrap();
            assert_eq!(plan.one_look, size, "{population}, {errors_that_turn}, {allowed}");
            // The test that may be looked at at any time asks for at most one line in twenty more, and one line.
            let anytime = plan.sizes[0].lines.unwrap();
            assert!((size..=size + size / 20 + 1).contains(&anytime), "{anytime} for {size}");
        }
    }
}

#[test]
fn a_plan_tells_the_sizes_for_up_to_three_errors() {
    let of = |population, errors_that_turn, allowed| {
        let Plan { one_look, sizes, .. } = plan(population, errors_that_turn, risk(allowed)).unwrap();
        let sizes: Vec<String> =
            sizes.iter().map(|size| size.lines.map_or("all".into(), |lines| lines.to_string())).collect();
        format!("{one_look}; {}", sizes.join(" "))
    };
    insta::assert_snapshot!(of(50_000, 5_001, "0.05"), @"29; 30 69 96 119");
    insta::assert_snapshot!(of(46_000, 1_001, "0.05"), @"136; 141 325 452 561");
    insta::assert_snapshot!(of(45_500, 501, "0.05"), @"270; 280 643 893 1108");
    insta::assert_snapshot!(of(45_500, 501, "0.01"), @"415; 424 814 1084 1317");
    insta::assert_snapshot!(of(15_010, 10, "0.05"), @"3885; 4000 8047 10278 11875");
    // The petition of 2022: 195,783 lines rejected, 46,807 wrong rejections turn it.
    insta::assert_snapshot!(of(195_783, 46_807, "0.01"), @"17; 18 34 46 56");
    // A margin of two: one error may be found, but then only every line can tell.
    insta::assert_snapshot!(of(100, 2, "0.05"), @"78; 79 all");
    insta::assert_snapshot!(of(100, 1, "0.05"), @"96; 96");
    insta::assert_snapshot!(of(3, 3, "0.05"), @"1; 1 2 all");
    insta::assert_snapshot!(of(3, 4, "0.05"), @"0;");
    insta::assert_snapshot!(of(0, 1, "0.05"), @"0;");
    insta::assert_json_snapshot!(plan(46_000, 1_001, risk("0.05")).unwrap(), @r#"
    {
      "population": 46000,
      "errors_that_turn": 1001,
      "risk": "0.05",
      "one_look": 136,
      "sizes": [
        {
          "errors": 0,
          "lines": 141
        },
        {
          "errors": 1,
          "lines": 325
        },
        {
          "errors": 2,
          "lines": 452
        },
        {
          "errors": 3,
          "lines": 561
        }
      ]
    }
    "#);
}

#[test]
fn a_check_goes_on_until_it_confirms() {
    let allowed = risk("0.05");
    for SizeIfErrors { errors, lines } in plan(46_000, 1_001, allowed).unwrap().sizes {
        let lines = lines.unwrap();
        let verdict = |confirmed| assess(46_000, 1_001, allowed, &results(errors, confirmed)).unwrap().verdict;
        assert_eq!(verdict(0), Verdict::GoOn { more: lines - errors });
        assert_eq!(verdict(lines - errors - 1), Verdict::GoOn { more: 1 });
        assert_eq!(verdict(lines - errors), Verdict::Confirmed);
        assert_eq!(verdict(lines), Verdict::Confirmed);
    }
    insta::assert_json_snapshot!(assess(46_000, 1_001, allowed, &results(1, 100)).unwrap(), @r#"
    {
      "looked_at": 101,
      "errors": 1,
      "missing": 0,
      "risk_at_most": "1.000000000",
      "verdict": "go_on",
      "more": 224
    }
    "#);
    insta::assert_json_snapshot!(assess(46_000, 1_001, allowed, &results(0, 200)).unwrap(), @r#"
    {
      "looked_at": 200,
      "errors": 0,
      "missing": 0,
      "risk_at_most": "0.013956089",
      "verdict": "confirmed"
    }
    "#);
}

/// What is confirmed stays confirmed: an error afterwards, short of those that turn the outcome, does not undo it.
#[test]
fn what_was_confirmed_once_was_confirmed() {
    let mut seen = results(0, 141);
    let confirmed = assess(46_000, 1_001, risk("0.05"), &seen).unwrap();
    assert_eq!(confirmed.verdict, Verdict::Confirmed);
    seen.extend(results(5, 0));
    let after = assess(46_000, 1_001, risk("0.05"), &seen).unwrap();
    assert_eq!((after.verdict, after.risk_at_most, after.errors), (Verdict::Confirmed, confirmed.risk_at_most, 5));
}

#[test]
fn a_missing_line_is_as_bad_as_an_error() {
    let mut with = results(2, 300);
    let error = assess(46_000, 1_001, risk("0.05"), &with).unwrap();
    with[1] = Recheck::Missing;
    let missing = assess(46_000, 1_001, risk("0.05"), &with).unwrap();
    assert_eq!(missing, Assessment { errors: 1, missing: 1, ..error.clone() });
    assert_eq!((error.errors, error.missing, error.looked_at), (2, 0, 302));
}

#[test]
fn enough_errors_send_it_to_a_full_hand_check() {
    let hand = |population, errors_that_turn, seen: &[Recheck]| {
        let found = assess(population, errors_that_turn, risk("0.05"), seen).unwrap();
        (found.verdict, found.risk_at_most.to_string())
    };
    // Errors that turn the outcome, even where it had been confirmed before.
    let mut seen = results(0, 400);
    assert_eq!(hand(1_000, 10, &seen).0, Verdict::Confirmed);
    seen.extend(results(9, 0));
    assert_eq!(hand(1_000, 10, &seen).0, Verdict::Confirmed);
    seen.push(Recheck::Missing);
    assert_eq!(hand(1_000, 10, &seen), (Verdict::FullHandCheck, "1".into()));
    // Fewer errors, but so many that only having seen nearly all can settle it.
    assert_eq!(hand(100, 2, &results(1, 10)).0, Verdict::FullHandCheck);
    // And then it does.
    assert_eq!(hand(100, 2, &results(1, 98)).0, Verdict::FullHandCheck);
    assert_eq!(hand(100, 2, &results(1, 99)), (Verdict::Confirmed, "0".into()));
    assert_eq!(hand(10, 1, &[]).0, Verdict::FullHandCheck);
    assert_eq!(hand(100, 1, &[]).0, Verdict::GoOn { more: 96 });
}

#[test]
fn where_no_errors_can_turn_the_outcome_it_is_confirmed_at_once() {
    let found = assess(3, 4, risk("0.05"), &results(3, 0)).unwrap();
    assert_eq!((found.verdict, found.risk_at_most.to_string(), found.errors), (Verdict::Confirmed, "0".into(), 3));
    // Three of three can, and one right line says that they do not.
    assert_eq!(assess(3, 3, risk("0.05"), &results(0, 1)).unwrap().verdict, Verdict::Confirmed);
}

#[test]
fn what_cannot_be_checked_is_refused() {
    let none = plan(10, 0, risk("0.05")).unwrap_err();
    assert_eq!(none, AuditError::NoMargin);
    assert_eq!(assess(10, 0, risk("0.05"), &[]), Err(AuditError::NoMargin));
    let more = assess(10, 2, risk("0.05"), &results(0, 11)).unwrap_err();
    assert_eq!(more, AuditError::MoreThanAll { results: 11, population: 10 });
    assert!(assess(10, 2, risk("0.05"), &results(0, 10)).is_ok());
    let population = MAX_LINES + 1;
    let large = plan(population, population / 2, risk("0.05")).unwrap_err();
    assert_eq!(large, AuditError::Test(SequentialError::PopulationTooLarge { population }));
    assert!(plan(MAX_LINES, MAX_LINES / 2, risk("0.05")).is_ok());
    insta::assert_snapshot!(none, @"no error is needed to turn the outcome; take the errors that turn it from the margin, at least 1");
    insta::assert_snapshot!(more, @"11 results for 10 lines; give each line of the population once, in the order of the draw");
    insta::assert_snapshot!(large, @"67108865 lines are more than the 67108864 that tests are made for; check the count");
}

/// Whether a run through the whole population, in which exactly `errors_that_turn` errors lie, is ever confirmed: up to
/// the last of these errors, with which no confirmation is left.
fn is_ever_confirmed(population: u64, errors_that_turn: u64, allowed: Risk, run: &[Recheck]) -> bool {
    let last = run.iter().rposition(|&result| result == Recheck::Error).unwrap();
    assess(population, errors_that_turn, allowed, &run[..last]).unwrap().verdict == Verdict::Confirmed
}

/// For every population up to twelve, every margin and several risks: of all orders in which the errors may come, all
/// alike likely, no larger share than the risk confirms the wrong outcome. No chance in it: the exact probability.
#[test]
fn on_small_populations_the_promise_holds_exactly() {
    let (mut held, mut used) = (0, 0);
    for population in 1..=12_u64 {
        for errors_that_turn in 1..=population {
            for allowed in ["0.05", "0.1", "0.25", "0.5", "0.9", "0.99"].map(risk) {
                let orders = (0..1_u32 << population).filter(|order| u64::from(order.count_ones()) == errors_that_turn);
                let (mut all, mut wrong) = (0, 0);
                for order in orders {
                    let run: Vec<Recheck> = (0..population)
                        .map(|line| if order >> line & 1 == 1 { Recheck::Error } else { Recheck::Confirmed })
                        .collect();
                    all += 1;
                    wrong += u64::from(is_ever_confirmed(population, errors_that_turn, allowed, &run));
                }
                let (over, under) = allowed.ratio();
                assert!(
                    wrong * under.get() <= all * over.get(),
                    "{wrong} of {all}: {population}, {errors_that_turn}, {allowed}"
                );
                held += 1;
                used += u32::from(wrong > 0);
            }
        }
    }
    println!("{held} cases, {used} of them with a chance of error");
    assert!(used > 100);
}

/// At the boundary, where the errors just turn the outcome, it is confirmed in no more runs than the risk explains. The
/// runs are a fixed series; the bar is exceeded once in a million by chance.
#[test]
fn at_the_boundary_no_more_wrong_outcomes_are_confirmed_than_the_risk_allows() {
    const RUNS: u32 = 10_000;
    for (population, errors_that_turn, allowed) in
        [(1_000, 20, "0.05"), (1_000, 20, "0.1"), (500, 50, "0.01"), (500, 3, "0.1"), (200, 150, "0.05")]
    {
        let mut dice = Dice(population * errors_that_turn);
        let mut run = results(errors_that_turn, population - errors_that_turn);
        let allowed = risk(allowed);
        let wrong = (0..RUNS)
            .filter(|_| {
                dice.shuffle(&mut run);
                is_ever_confirmed(population, errors_that_turn, allowed, &run)
            })
            .count() as u32;
        let most = most_explained(RUNS, allowed);
        println!(
            "P {population}, m {errors_that_turn}, risk {allowed}: wrongly confirmed in {wrong} of {RUNS}, at most {most}"
        );
        assert!(wrong <= most);
        assert!(wrong > 0);
    }
}

proptest! {
    /// The product (P−m)/P · (P−m−1)/(P−1) · … by the definition.
    #[test]
    fn one_look_takes_the_fewest_lines(population in 1..3_000_u64, chance in any::<u64>(), allowed in prop::sample::select(vec!["0.05", "0.01", "0.5", "0.95"])) {
        let errors_that_turn = Dice(chance).below(population) + 1;
        let allowed = risk(allowed);
        let plan = plan(population, errors_that_turn, allowed).unwrap();
        let chance_at = |lines: u64| {
            let over: BigInt = (0..lines).map(|line| BigInt::from((population - errors_that_turn).saturating_sub(line))).product();
            let under: BigInt = (0..lines).map(|line| BigInt::from(population - line)).product();
            (over, under)
        };
        let (over, under) = allowed.ratio();
        let is_enough = |lines| {
            let chance = chance_at(lines);
            chance.0 * under.get() <= chance.1 * over.get()
        };
        // Equality with the risk is not seen by bounds: then one line more is asked for.
        let exact = plan.one_look - u64::from(is_enough(plan.one_look - 1));
        prop_assert!(is_enough(plan.one_look));
        prop_assert!(exact == 0 || !is_enough(exact - 1));
        if exact < plan.one_look {
            let (left, right) = chance_at(exact);
            prop_assert_eq!(left * under.get(), right * over.get());
        }
        prop_assert_eq!(plan.sizes.len() as u64, errors_that_turn.min(4));
        prop_assert!(plan.sizes.iter().zip(0..).all(|(size, errors)| size.errors == errors));
    }

    /// The stated risk never rises, and is what decides.
    #[test]
    fn the_stated_risk_only_falls_and_decides(population in 1..200_u64, chance in any::<u64>()) {
        let mut dice = Dice(chance);
        let errors_that_turn = dice.below(population) + 1;
        let allowed = risk("0.1");
        let seen: Vec<Recheck> = (0..population)
            .map(|_| match dice.below(40) { 0 => Recheck::Error, 1 => Recheck::Missing, _ => Recheck::Confirmed })
            .collect();
        let mut last = value("1".parse().unwrap());
        for count in 0..=seen.len() {
            let Assessment { looked_at, errors, missing, risk_at_most, verdict } =
                assess(population, errors_that_turn, allowed, &seen[..count]).unwrap();
            prop_assert_eq!(looked_at, count as u64);
            if errors + missing >= errors_that_turn {
                prop_assert_eq!((verdict, value(risk_at_most)), (Verdict::FullHandCheck, BigInt::one().into()));
                break;
            }
            let stated = value(risk_at_most);
            prop_assert!(stated <= last);
            let tenth = value("0.1".parse().unwrap());
            if verdict == Verdict::Confirmed {
                prop_assert!(stated <= tenth + value("0.000000001".parse().unwrap()));
            } else {
                prop_assert!(stated > tenth);
            }
            last = stated;
        }
    }
}

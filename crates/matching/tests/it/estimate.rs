//! A model estimated from lines against the small roll.

use std::{
    num::NonZeroUsize,
    sync::atomic::{AtomicBool, AtomicU64, Ordering},
};

use matching::{Estimate, EstimateError, EstimateOptions, LineText, Model, estimate};
use roll::Snapshot;

use super::snapshot;

/// Lines of the crowd: every tenth shortens the given name to an initial, every fifth has a slip in the surname, and
/// none has a postal code or a city.
fn texts(snapshot: &Snapshot) -> Vec<[String; 2]> {
    (0..snapshot.len())
        .map(|row| {
            let voter = snapshot.voter(row);
            let first = if row % 10 == 3 { &voter.first[..1] } else { voter.first };
            let last =
                if row % 5 == 1 { voter.last.replacen(&voter.last[1..2], "Q", 1) } else { voter.last.to_owned() };
            let address = &voter.address;
            [format!("{first} {last}"), format!("{} {}", address.house_number, address.street)]
        })
        .collect()
}

fn lines(texts: &[[String; 2]]) -> Vec<LineText<'_>> {
    texts.iter().map(|[name, address]| LineText { printed_name: name, address, city: "", zip: "" }).collect()
}

fn run(snapshot: &Snapshot, lines: &[LineText<'_>], options: &EstimateOptions) -> Result<Estimate, EstimateError> {
    estimate(snapshot, lines, &Model::built_in(), options, &|_| {}, &AtomicBool::new(false))
}

fn options() -> EstimateOptions {
    EstimateOptions { prior_signers: 20, ..EstimateOptions::default() }
}

#[test]
fn the_estimate_is_a_model_that_reads_and_has_what_the_lines_show() {
    let snapshot = snapshot();
    let texts = texts(&snapshot);
    let estimate = run(&snapshot, &lines(&texts), &options()).unwrap();
    assert_eq!((estimate.model.id(), estimate.lines), ("v1+estimated", texts.len()));
    let read = Model::from_toml(&estimate.text).unwrap();
    assert_eq!(read.digest(), estimate.model.digest());
    assert_ne!(read.digest(), Model::built_in().digest());
    let table: toml::Table = estimate.text.parse().unwrap();
    let share = |field: &str, level: &str| table["shares"][field][level].as_integer().unwrap();
    // One in five, a little less for the prior.
    assert!((150_000_000..210_000_000).contains(&share("surname", "one_slip")), "{}", share("surname", "one_slip"));
    assert!(share("first_name", "one_slip") < 20_000_000);
    let ppb = |field: &str, level: &str| table[field][level]["ppb"].as_integer().unwrap();
    assert!(ppb("surname", "one_slip") > 600_000);
    // Neither postal code nor city is ever written: what they weigh at home stays, and so do their shares.
    let built_in: toml::Table = toml::from_str(include_str!("../../models/v1.toml")).unwrap();
    assert_eq!(table["locality_at_home"], built_in["locality_at_home"]);
    assert_eq!(table["shares"]["locality_at_home"], built_in["shares"]["locality_at_home"]);
    // Estimating goes on from an estimate.
    let again =
        matching::estimate(&snapshot, &lines(&texts), &read, &options(), &|_| {}, &AtomicBool::new(false)).unwrap();
    assert_eq!(again.model.id(), "v1+estimated+estimated");
}

#[test]
fn order_and_threads_change_nothing_and_progress_counts_every_pass() {
    let snapshot = snapshot();
    let texts = texts(&snapshot);
    let mut lines = lines(&texts);
    let some = EstimateOptions { lines: 550, id: Some("county".to_owned()), ..options() };
    let done = AtomicU64::new(0);
    let progress = |more| _ = done.fetch_add(more, Ordering::Relaxed);
    let alone = EstimateOptions { threads: NonZeroUsize::new(1), ..some.clone() };
    let alone = estimate(&snapshot, &lines, &Model::built_in(), &alone, &progress, &AtomicBool::new(false)).unwrap();
    assert_eq!(done.load(Ordering::Relaxed), 550 * alone.passes.len() as u64);
    assert_eq!((alone.model.id(), alone.lines), ("county", 550));
    lines.reverse();
    let many = EstimateOptions { threads: NonZeroUsize::new(3), ..some };
    assert_eq!(run(&snapshot, &lines, &many).unwrap().text, alone.text);
}

#[test]
fn too_few_lines_and_a_stop_are_said() {
    let snapshot = snapshot();
    let texts = texts(&snapshot);
    let mut few = lines(&texts);
    few.truncate(400);
    few.extend([LineText { printed_name: " ", address: "1 Elm St", city: "", zip: "" }; 200]);
    let error = run(&snapshot, &few, &options()).unwrap_err();
    assert!(matches!(error, EstimateError::TooFewLines { lines: 400, least: 500 }), "{error}");
    assert!(run(&snapshot, &[], &EstimateOptions { least_lines: 0, ..options() }).is_err());
    let stopped = estimate(&snapshot, &lines(&texts), &Model::built_in(), &options(), &|_| {}, &AtomicBool::new(true));
    assert!(matches!(stopped, Err(EstimateError::Cancelled)));
}

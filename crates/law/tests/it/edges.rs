//! The edges of a verdict against a walk line by line with the other arithmetic.

use domain::Verdict;
use law::Edge;

use super::{
    chance::Chance,
    exact::{Formula, Law, Petition, ratio},
    million::ours,
};

/// Where the verdict becomes another one on the way from the first number to the last.
fn changes(first: u64, last: u64, now: u64, verdict: impl Fn(u64) -> Verdict) -> Vec<Edge> {
    let mut before = verdict(first);
    let mut edges = Vec::new();
    for at in first + 1..=last {
        let found = verdict(at);
        if found != before {
            let away = i64::try_from(at).unwrap() - i64::try_from(now).unwrap();
            edges.push(Edge { at, verdict: found, before, away });
            before = found;
        }
    }
    edges
}

fn walk(law: &Law, found: &Petition) -> [Vec<Edge>; 3] {
    let Petition { raw, sample, valid, duplicates, .. } = *found;
    let pairs = matches!(law.formula, Formula::PairsLimit { .. });
    let (least, most) = if law.duplicates_are_valid { (duplicates, sample) } else { (0, sample - duplicates) };
    let room = if law.duplicates_are_valid { valid } else { sample - valid }.min(sample - 1);
    let by_valid = changes(least, most, valid, |valid| law.verdict(&Petition { valid, ..*found }));
    let mut by_duplicates = changes(0, room, duplicates, |duplicates| law.verdict(&Petition { duplicates, ..*found }));
    if pairs {
        // Only the first number of pairs beyond the limit is an edge; where none is within it, there is none.
        by_duplicates.truncate(1);
        by_duplicates.retain(|edge| edge.verdict != Verdict::Sufficient);
    }
    let plain = |valid| law.verdict_of(&(ratio(raw, sample) * ratio(valid, 1)), found);
    let by_proportion = if pairs { Vec::new() } else { changes(0, sample, valid, plain) };
    [by_valid, by_duplicates, by_proportion]
}

#[test]
fn the_edges_are_where_a_walk_finds_them() {
    let mut chance = Chance(25_510);
    let mut met = [0; 3];
    for _ in 0..300 {
        let (pack, law, _) = chance.law();
        for _ in 0..5 {
            let mut petition = chance.petition(&law, 2_000);
            if petition.sample > 200 && !chance.one_in(20) {
                petition = chance.petition(&law, 200);
            }
            let edges = ours(&pack, &petition).edges;
            let walked = walk(&law, &petition);
            let found = [edges.valid, edges.duplicates, edges.valid_by_plain_proportion];
            assert_eq!(found, walked, "{petition:?} {law:?}");
            for (count, edges) in met.iter_mut().zip(&walked) {
                *count += edges.len();
            }
        }
    }
    assert!(met.iter().all(|&count| count > 300), "{met:?}");
}

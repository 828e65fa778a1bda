//! Any sequence of acts on a case, fit or not, against the plain model of the tests: what the model refuses the fold refuses, and what lines come to is the same.
#![no_main]
#![allow(dead_code, clippy::unwrap_used, clippy::panic)]

use domain::{Disposition, Event, LineRef, Reason, RunningSettlement, VoidGround, settle};
use jiff::ToSpan as _;
use libfuzzer_sys::fuzz_target;

#[path = "../../crates/domain/tests/it/build.rs"]
mod build;
#[path = "../../crates/domain/tests/it/plain.rs"]
mod plain;

use build::{
    FILED, History, certify, count, draw_from, judge, key, mismatch, opening, recount, reinstate, reopen, reopen_case,
    restore, roll, seal_as, seal_check, search, section, seed_check, strike, void, withdraw,
};
use plain::Model;

/// The most acts of one history.
const MOST: usize = 60;

/// An act by four bytes. What rests on the state of the case is mostly as it should be, so that histories get far.
fn act(model: &Model, [kind, first, second, third]: [u8; 4]) -> Event {
    let no = u32::from(first % 3) + 1;
    let line = format!("{no}:{}", u32::from(second % 4) + 1);
    let (voter, reviewer) = (format!("V{}", third % 3 + 1), format!("r{}", third / 3 % 4));
    let lines = model.lines();
    let raw = lines.len() as u64 + u64::from(third == 255);
    let seed = ["7", "8"][usize::from(second % 2)].repeat(20);
    match kind % 20 {
        0 => roll(["a", "b"][usize::from(second % 2)]),
        1 | 2 => section(no, &(1..=u32::from(second % 5)).collect::<Vec<_>>()),
        3 => count(raw),
        4 => recount(raw),
        5 => strike(&[&line]),
        6 => reinstate(&[&line]),
        7 => {
            let root: String = lines.iter().map(LineRef::to_string).collect();
            seal_as(&root, raw, u64::from(second % 4))
        }
        8 => {
            let root = model.lists().0.map_or(String::new(), |list| list.sealed.root.clone());
            let drawn: Vec<_> = lines.iter().take(usize::from(third % 5)).map(LineRef::to_string).collect();
            draw_from(&root, &seed, &drawn.iter().map(String::as_str).collect::<Vec<_>>())
        }
        9 => {
            let lines = model.paper().get(&no).map_or(0, Vec::len);
            search(no, u32::try_from(lines).unwrap() + u32::from(third == 255))
        }
        10 => judge(&line, Disposition::Valid, &voter, &reviewer),
        11 => {
            let reason = Reason::ALL[usize::from(second) % Reason::ALL.len()];
            judge(&line, Disposition::Invalid(reason), if third % 2 == 0 { "" } else { &voter }, &reviewer)
        }
        12 => mismatch(&line, &voter, &reviewer),
        13 => reopen(&line),
        14 => void(no, [VoidGround::SectionFatal, VoidGround::OutOfCirculation][usize::from(second % 2)]),
        15 => restore(no),
        16 => withdraw(&voter, FILED + (i64::from(second % 4) - 2).days(), third % 4 != 0),
        17 => key(no, &[u32::from(second % 4) + 1]),
        18 if second % 2 == 0 => certify(0),
        18 => reopen_case(),
        _ if second % 2 == 0 => seal_check("a", u64::from(third % 3)),
        _ => seed_check("a", &"9".repeat(20)),
    }
}

fuzz_target!(|data: &[u8]| {
    let opened = opening();
    let mut history = History::with(|plain| *plain = opened.clone());
    let mut running = RunningSettlement::of(&history.case);
    let mut model = Model { opened, accepted: Vec::new() };
    for bytes in data.chunks_exact(4).take(MOST) {
        let event = act(&model, [bytes[0], bytes[1], bytes[2], bytes[3]]);
        let done = history.attempt(event.clone());
        assert_eq!(done.is_ok(), model.accepts(&event), "{event:?}: {done:?}");
        if done.is_ok() {
            model.accepted.push(event);
            running.follow(&history.case, &history.log[history.log.len() - 1..]);
            assert_eq!(running.settlement(), &settle(&history.case));
            assert_eq!(settle(&history.case).lines, model.settled());
        }
    }
    assert_eq!(domain::Case::fold(&history.log), Ok(history.case));
});

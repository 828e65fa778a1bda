//! The records of the examination room against a shadow model: whatever is tried in whatever order, the same things are let through and refused by
//! the same names, and a refused record leaves the room as it was.

use std::collections::BTreeMap;

use casework::{ChallengeError, ChallengeState, DayEntry, OnRecord, Room, RoomError, RoomRecord, RoomState, Setting};
use jiff::{Timestamp, civil::date};
use law::StaffTime;
use proptest::prelude::*;

pub(crate) fn setting() -> Setting {
    Setting {
        representatives: ["p1", "p2"].map(str::to_owned).into(),
        notice: "letter of 2022-08-16, signed by the proponents".to_owned(),
        terminals: ["10.1.2.0/24", "fd00:1:2:3::7"].map(|terminal| terminal.parse().unwrap()).into(),
        opens: "09:00".parse().unwrap(),
        closes: "17:00".parse().unwrap(),
        zone: "America/Los_Angeles".to_owned(),
    }
}

#[derive(Debug, Clone)]
enum Step {
    Open,
    Set(bool),
    Close(bool),
    Day(i8),
    Enter(u8, i8, DayEntry),
    Challenge(u8, u32, bool),
    Withdraw(u8),
    Answer(u8, bool, bool, u64),
}

fn step() -> impl Strategy<Value = Step> {
    let cents = prop_oneof![Just(0u64), 1u64..300, Just(100_000_001)];
    let entry = prop_oneof![
        cents.clone().prop_map(|cents| DayEntry::Estimate { cents }),
        cents.clone().prop_map(|cents| DayEntry::Deposit { cents }),
        cents.prop_map(|cents| DayEntry::Return { cents }),
        (0u32..3, 0u32..3)
            .prop_map(|(minutes, cents_per_hour)| DayEntry::StaffTime(StaffTime { minutes, cents_per_hour })),
    ];
    prop_oneof![
        2 => Just(Step::Open),
        1 => any::<bool>().prop_map(Step::Set),
        1 => any::<bool>().prop_map(Step::Close),
        1 => (22i8..26).prop_map(Step::Day),
        4 => (0u8..6, 20i8..28, entry).prop_map(|(name, day, entry)| Step::Enter(name, day, entry)),
        4 => (0u8..5, 1u32..4, any::<bool>()).prop_map(|(name, line, words)| Step::Challenge(name, line, words)),
        2 => (0u8..5).prop_map(Step::Withdraw),
        4 => (0u8..5, any::<bool>(), any::<bool>(), 0u64..3)
            .prop_map(|(name, upheld, words, instead_of)| Step::Answer(name, upheld, words, instead_of)),
    ]
}

/// The shadow: what there is, in the plainest form.
#[derive(Default)]
struct Shadow {
    opened: bool,
    open: bool,
    held: u64,
    entries: Vec<u8>,
    challenges: BTreeMap<u8, (u32, &'static str)>,
    refusals: BTreeMap<u8, u64>,
}

impl Shadow {
    /// What the step should come to: nothing, or the name of the refusal.
    #[expect(clippy::match_same_arms, reason = "the arms stand in the order in which the room asks")]
    fn take(&mut self, step: &Step) -> Option<&'static str> {
        match step {
            Step::Open if self.open => return Some("is open"),
            Step::Open => (self.opened, self.open) = (true, true),
            Step::Set(false) => return Some("setting"),
            Step::Set(true) | Step::Day(_) if !self.open => return Some("not open"),
            Step::Set(true) | Step::Day(_) => {}
            Step::Close(false) => return Some("no words"),
            Step::Close(true) if !self.open => return Some("not open"),
            Step::Close(true) => self.open = false,
            Step::Enter(name, ..) if self.entries.contains(name) => return Some("name taken"),
            Step::Enter(..) if !self.opened => return Some("not open"),
            Step::Enter(_, day, _) if !(22..=25).contains(day) => return Some("no day"),
            Step::Enter(name, _, entry) => {
                match *entry {
                    DayEntry::Estimate { cents } if cents > 100_000_000 => return Some("no sum"),
                    DayEntry::Deposit { cents } | DayEntry::Return { cents } if cents == 0 || cents > 100_000_000 => {
                        return Some("no sum");
                    }
                    DayEntry::StaffTime(StaffTime { minutes, cents_per_hour }) if minutes * cents_per_hour == 0 => {
                        return Some("no sum");
                    }
                    DayEntry::Return { cents } if cents > self.held => return Some("not held"),
                    DayEntry::Deposit { cents } => self.held += cents,
                    DayEntry::Return { cents } => self.held -= cents,
                    DayEntry::Estimate { .. } | DayEntry::StaffTime(_) => {}
                }
                self.entries.push(*name);
            }
            Step::Challenge(..) if !self.open => return Some("not open"),
            Step::Challenge(_, _, false) => return Some("no words"),
            Step::Challenge(name, ..) if self.challenges.contains_key(name) => return Some("name taken"),
            Step::Challenge(_, line, true) if self.challenges.values().any(|other| *other == (*line, "raised")) => {
                return Some("waits");
            }
            Step::Challenge(name, line, true) => {
                self.challenges.insert(*name, (*line, "raised"));
            }
            Step::Withdraw(name) => match self.challenges.get_mut(name) {
                None => return Some("no challenge"),
                Some((_, state)) if *state == "raised" => *state = "withdrawn",
                Some((_, "withdrawn")) => return Some("withdrawn"),
                Some(_) => return Some("answered"),
            },
            Step::Answer(name, upheld, said, instead_of) => {
                let Some((_, state)) = self.challenges.get_mut(name) else { return Some("no challenge") };
                let refusals = self.refusals.entry(*name).or_default();
                // It is answered in the place of every refusal so far, and not of fewer or more.
                match *state {
                    "raised" | "refused" if instead_of == refusals && !said => return Some("no words"),
                    "raised" | "refused" if instead_of == refusals => {
                        *state = if *upheld { "upheld" } else { "refused" };
                        *refusals += u64::from(!upheld);
                    }
                    "withdrawn" => return Some("withdrawn"),
                    _ => return Some("answered"),
                }
            }
        }
        None
    }
}

fn name_of(error: &RoomError) -> &'static str {
    match error {
        RoomError::IsOpen => "is open",
        RoomError::NotOpen => "not open",
        RoomError::Setting(_) => "setting",
        RoomError::NameTaken => "name taken",
        RoomError::NoDay(_) => "no day",
        RoomError::NoSum => "no sum",
        RoomError::NotHeld { .. } => "not held",
        RoomError::NoChallenge => "no challenge",
        RoomError::Challenge(ChallengeError::NoWords) => "no words",
        RoomError::Challenge(ChallengeError::Waits(_)) => "waits",
        RoomError::Challenge(ChallengeError::Answered) => "answered",
        RoomError::Challenge(ChallengeError::Withdrawn) => "withdrawn",
        _ => "another",
    }
}

fn record(step: &Step) -> RoomRecord {
    let words = |said: bool| if said { "because" } else { " " }.to_owned();
    let day = |day: i8| date(2022, 8, day);
    match step {
        Step::Open => RoomRecord::Opened {
            began_on: day(22),
            ends_on: Some(day(25)),
            certificate: "c".to_owned(),
            setting: setting(),
        },
        Step::Set(good) => {
            let mut setting = setting();
            if !good {
                setting.terminals.clear();
            }
            RoomRecord::Set { setting }
        }
        Step::Close(said) => RoomRecord::Closed { because: words(*said) },
        Step::Day(on) => RoomRecord::DayBegun { day: day(*on) },
        Step::Enter(name, on, what) => RoomRecord::Entered { entry: name.to_string(), day: day(*on), what: *what },
        Step::Challenge(name, line, said) => RoomRecord::Challenged {
            challenge: name.to_string(),
            line: format!("1:{line}").parse().unwrap(),
            grounds: words(*said),
        },
        Step::Withdraw(name) => RoomRecord::Withdrawn { challenge: name.to_string() },
        Step::Answer(name, upheld, said, instead_of) => RoomRecord::Answered {
            challenge: name.to_string(),
            upheld: *upheld,
            reasons: words(*said),
            certificates: 1,
            instead_of: *instead_of,
        },
    }
}

proptest! {
    #[test]
    fn the_room_does_as_its_model(steps in prop::collection::vec(step(), 0..60)) {
        let (mut room, mut shadow, mut kept) = (Room::default(), Shadow::default(), Vec::new());
        for step in steps {
            let before = room.clone();
            let next = OnRecord { at: Timestamp::UNIX_EPOCH, actor: "p1".to_owned(), record: record(&step) };
            // As it comes back from the store.
            let text = serde_json::to_string(&next.record).unwrap();
            prop_assert_eq!(serde_json::from_str::<RoomRecord>(&text).unwrap(), next.record.clone());
            let done = room.apply(&next);
            prop_assert_eq!(done.as_ref().err().map(name_of), shadow.take(&step), "{:?}: {:?}", step, done);
            if done.is_ok() {
                kept.push(next);
            } else {
                prop_assert_eq!(&room, &before);
            }
            prop_assert_eq!(matches!(room.state, RoomState::Open(_)), shadow.open);
            prop_assert_eq!(room.state == RoomState::NotOpened, !shadow.opened);
            let states: BTreeMap<_, _> =
                room.challenges.iter().map(|(name, challenge)| (name.parse().unwrap(), challenge.state.name())).collect();
            let expected: BTreeMap<u8, _> = shadow.challenges.iter().map(|(name, (_, state))| (*name, *state)).collect();
            prop_assert_eq!(states, expected);
            let meter = room.meter(None);
            prop_assert_eq!(meter.deposited - meter.returned, shadow.held);
            let answered = room.challenges.values().filter(|one| one.state.answer().is_some()).count();
            let closed = |one: &&casework::Challenge| matches!(one.state, ChallengeState::Refused(_) | ChallengeState::Upheld(_));
            prop_assert_eq!(answered, room.challenges.values().filter(closed).count());
        }
        prop_assert_eq!(Room::of(&kept).unwrap(), room);
    }
}

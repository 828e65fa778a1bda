//! The examination room over a real case: when it opens, whom it lets in, what it shows, and what it costs.

use std::net::IpAddr;

use casework::{
    Act, CaseFile, CertifyInputs, ChallengeError, DayEntry, ExaminedLine, READING_TIME, RoomError, Setting,
};
use domain::Reason;
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
};
use law::{RulePack, StaffTime};

use crate::{
    desk::{Desk, act, pack},
    room_model::setting,
    shift::at,
};

/// The costs of the tests: two days are free.
const COSTS: &str = r#"
[examination_costs]
free_days = 2
daily_deposit = true
text = "Two days are free."
citation = "none: made up"
status = "unconfirmed"
"#;

/// Ten days to examine.
const ENDS: &str = r#"
[[deadline]]
key = "proponents_examination_ends"
title = "Examination ended"
anchor = "proponents_examination_began_on"
done = "proponents_examination_ended_on"
length = 10
unit = "calendar_days"
only_if = ["insufficient"]
text = "It ends after ten days."
citation = "none: made up"
status = "unconfirmed"
"#;

pub(crate) fn examined_law() -> RulePack {
    let with_end = |name: &str, part: String| {
        if name.ends_with("local-recall-clocks-2022") { part + ENDS } else { part }
    };
    pack("ours/room", COSTS, &with_end)
}

/// Ten o'clock in the room, on a day.
pub(crate) fn ten(day: Date) -> Timestamp {
    day.at(10, 0, 0, 0).in_tz("America/Los_Angeles").unwrap().timestamp()
}

pub(crate) fn by(actor: &str, at: Timestamp) -> Act {
    Act { actor: actor.to_owned(), at }
}

pub(crate) const BEGAN: Date = date(2022, 8, 22);

pub(crate) async fn certify(desk: &Desk, case: &mut CaseFile, on: Date, at: Timestamp) {
    let inputs = CertifyInputs { certified_on: on, official: None };
    let given = case.prepare_certificate(&desk.snapshot, &desk.pack, &inputs).await.unwrap();
    case.record_certificate(&given, &inputs, &by("registrar", at)).await.unwrap();
}

/// Four valid of eight where six are required, certified on 2022-08-15.
pub(crate) async fn certified(desk: &Desk) -> CaseFile {
    let mut case = desk.decided().await;
    certify(desk, &mut case, date(2022, 8, 15), act().at).await;
    case
}

pub(crate) async fn opened(desk: &Desk) -> CaseFile {
    let mut case = certified(desk).await;
    case.open_room(setting(), &by("registrar", ten(BEGAN))).await.unwrap();
    case
}

pub(crate) async fn examine(
    desk: &Desk,
    case: &CaseFile,
    line: &str,
    at: Timestamp,
) -> Result<ExaminedLine, RoomError> {
    let room = case.room().await?;
    case.examine_line(&room, line.parse().unwrap(), &desk.snapshot, &by("p1", at)).await
}

#[tokio::test]
async fn a_room_opens_for_a_failed_petition_within_its_window() {
    let desk = Desk::under(examined_law());
    let mut case = desk.decided().await;
    let registrar = |day| by("registrar", ten(day));
    let early = case.open_room(setting(), &registrar(BEGAN)).await;
    assert!(matches!(early, Err(RoomError::NotFailed)), "{early:?}");
    certify(&desk, &mut case, date(2022, 8, 15), act().at).await;
    let late = case.open_room(setting(), &registrar(date(2022, 9, 7))).await.unwrap_err();
    assert!(
        late.to_string().contains("had to begin by 2022-09-06 (2022-08-15 (the result was certified) + 21"),
        "{late}"
    );
    case.open_room(setting(), &registrar(BEGAN)).await.unwrap();
    let room = case.room().await.unwrap();
    let opening = room.open().unwrap();
    assert_eq!((opening.began_on, opening.ends_on), (BEGAN, Some(date(2022, 9, 1))));
    // Asked again, nothing changes; asked for something else, the setting does.
    case.open_room(setting(), &registrar(BEGAN)).await.unwrap();
    let fewer = Setting { representatives: ["p2".to_owned()].into(), ..setting() };
    case.open_room(fewer.clone(), &registrar(date(2022, 8, 23))).await.unwrap();
    assert_eq!(case.room().await.unwrap().open().unwrap().setting, fewer);
    let records = desk.text("SELECT CAST(COUNT(*) AS TEXT) FROM room_record").await;
    assert_eq!(records, "2", "who opened it and who changed it is on record");
    // Closed too early, it opens again even after the window, on the same clock; not after its end.
    case.close_room("the heating failed", &registrar(date(2022, 8, 24))).await.unwrap();
    case.close_room("the heating failed", &registrar(date(2022, 8, 24))).await.unwrap();
    assert!(matches!(case.room().await.unwrap().open(), Err(RoomError::NotOpen)));
    case.open_room(setting(), &registrar(date(2022, 9, 1))).await.unwrap();
    assert_eq!(case.room().await.unwrap().open().unwrap().ends_on, Some(date(2022, 9, 1)));
    let over = case.open_room(setting(), &registrar(date(2022, 9, 2))).await;
    assert!(matches!(over, Err(RoomError::Ended(day)) if day == date(2022, 9, 1)), "{over:?}");
    for sql in ["DELETE FROM room_record", "UPDATE room_record SET actor = 'x'"] {
        assert!(desk.run(sql).await.unwrap_err().contains("is never"), "{sql}");
    }
}

/// The law of the case has no such clock, or none after this verdict: the room says so.
#[tokio::test]
async fn a_law_without_an_examination_has_no_room() {
    let without = |name: &str, part: String| {
        let clock = part.find("[[deadline]]\nkey = \"proponents_examination_begins\"");
        match clock.filter(|_| name.ends_with("local-recall-clocks-2022")) {
            None => part,
            Some(from) => {
                let until = from + part[from..].find("\n\n").unwrap() + 2;
                part[..from].to_owned() + &part[until..]
            }
        }
    };
    // The golden example of the clock goes with it, since the synthetic pack's are left out.
    let desk = Desk::under(pack("ours/none", "", &without));
    let mut case = certified(&desk).await;
    let none = case.open_room(setting(), &by("registrar", ten(BEGAN))).await;
    assert!(matches!(none, Err(RoomError::NoRules)), "{none:?}");
    assert!(matches!(case.room_rules(&case.room().await.unwrap()), Err(RoomError::NoRules)));
}

#[test]
fn a_room_that_nobody_could_be_in_is_refused() {
    let fault = |change: fn(&mut Setting)| {
        let mut setting = setting();
        change(&mut setting);
        setting.check().unwrap_err().to_string()
    };
    setting().check().unwrap();
    assert!(fault(|setting| setting.representatives.clear()).contains("representatives"));
    assert!(fault(|setting| setting.notice = " ".to_owned()).contains("in writing"));
    assert!(fault(|setting| setting.terminals.clear()).contains("terminals"));
    assert!(fault(|setting| setting.closes = setting.opens).contains("before it closes"));
    assert!(fault(|setting| setting.zone = "Los Angeles".to_owned()).contains("time zone"));
    for (text, shown) in [
        ("10.1.2.3", Some("10.1.2.3")),
        ("10.1.2.3/24", Some("10.1.2.0/24")),
        ("::ffff:10.1.2.3", Some("10.1.2.3")),
        ("0.0.0.0/0", None),
        ("10.0.0.0/15", None),
        ("::/0", None),
        ("fd00::/47", None),
        ("room 12", None),
        ("10.1.2.3/33", None),
    ] {
        let read = text.parse::<casework::Terminal>().ok().map(|terminal| terminal.to_string());
        assert_eq!(read.as_deref(), shown, "{text}");
    }
}

#[tokio::test]
async fn whom_the_room_lets_in() {
    let desk = Desk::under(examined_law());
    let case = opened(&desk).await;
    let enter = |person: &'static str, from: &'static str, day: Date, hour: i8, minute: i8| {
        let now = day.at(hour, minute, 0, 0).in_tz("America/Los_Angeles").unwrap().timestamp();
        let (case, from) = (&case, from.parse::<IpAddr>().unwrap());
        async move {
            match case.enter_room(person, from, now).await {
                Ok(_) => "in",
                Err(RoomError::NotInRoom) => "elsewhere",
                Err(RoomError::NotNamed) => "not named",
                Err(RoomError::Hours { .. }) => "hours",
                Err(RoomError::Ended(_)) => "ended",
                Err(error) => panic!("{error}"),
            }
        }
    };
    for (person, from, day, hour, minute, what) in [
        ("p1", "10.1.2.3", BEGAN, 9, 0, "in"),
        ("p2", "10.1.2.254", BEGAN, 16, 59, "in"),
        ("p1", "::ffff:10.1.2.3", BEGAN, 10, 0, "in"),
        ("p1", "fd00:1:2:3::7", BEGAN, 10, 0, "in"),
        ("p1", "fd00:1:2:3::8", BEGAN, 10, 0, "elsewhere"),
        ("p1", "10.1.3.1", BEGAN, 10, 0, "elsewhere"),
        ("p1", "127.0.0.1", BEGAN, 10, 0, "elsewhere"),
        ("p1", "::1", BEGAN, 10, 0, "elsewhere"),
        ("p3", "10.1.2.3", BEGAN, 10, 0, "not named"),
        ("p1", "10.1.2.3", BEGAN, 8, 59, "hours"),
        ("p1", "10.1.2.3", BEGAN, 17, 0, "hours"),
        // The day before it began, a Saturday, the last day, and the day after.
        ("p1", "10.1.2.3", date(2022, 8, 19), 10, 0, "hours"),
        ("p1", "10.1.2.3", date(2022, 8, 27), 10, 0, "hours"),
        ("p1", "10.1.2.3", date(2022, 9, 1), 16, 59, "in"),
        ("p1", "10.1.2.3", date(2022, 9, 2), 10, 0, "ended"),
    ] {
        assert_eq!(enter(person, from, day, hour, minute).await, what, "{person} {from} {day} {hour}:{minute}");
    }
}

/// A network that reaches as far as a loopback address lets none in; an address that is named does.
#[tokio::test]
async fn loopback_only_where_it_is_named() {
    let desk = Desk::under(examined_law());
    let mut case = certified(&desk).await;
    for (terminal, from, lets_in) in [
        ("127.0.0.1", "127.0.0.1", true),
        ("127.0.0.1", "127.0.0.2", false),
        ("::1", "::1", true),
        ("::/48", "::1", false),
        ("::1", "127.0.0.1", false),
    ] {
        let setting = Setting { terminals: [terminal.parse().unwrap()].into(), ..setting() };
        case.open_room(setting, &by("registrar", ten(BEGAN))).await.unwrap();
        let entered = case.enter_room("p1", from.parse().unwrap(), ten(BEGAN)).await;
        assert_eq!(entered.is_ok(), lets_in, "{terminal} {from}: {:?}", entered.err());
    }
}

#[tokio::test]
async fn what_is_shown_of_a_line() {
    let desk = Desk::under(examined_law());
    let case = opened(&desk).await;
    let lines: Vec<_> = case.disqualified().map(|(settled, reason)| (settled.line.to_string(), reason)).collect();
    assert_eq!(
        lines,
        [
            ("1:2".to_owned(), Reason::SignatureMismatch),
            ("1:4".to_owned(), Reason::NotRegistered),
            ("1:5".to_owned(), Reason::Duplicate),
            ("2:2".to_owned(), Reason::DifferentAddress),
        ]
    );
    let mut now = ten(BEGAN);
    let mismatch = examine(&desk, &case, "1:2", now).await.unwrap();
    assert_eq!(mismatch.text.printed_name, "Ben Baker");
    let found: Vec<_> = mismatch.voters.iter().filter(|voter| voter.found).collect();
    assert_eq!((found.len(), found[0].name.as_str()), (1, "BEN BAKER"));
    assert!(mismatch.voters.iter().all(|voter| voter.addresses.is_empty()), "{mismatch:?}");
    // As fast as a person reads, and a moment faster.
    now += READING_TIME.checked_sub(jiff::SignedDuration::from_micros(1)).unwrap();
    assert!(matches!(examine(&desk, &case, "2:2", now).await, Err(RoomError::TooFast)));
    now = ten(BEGAN) + READING_TIME;
    let moved = examine(&desk, &case, "2:2", now).await.unwrap();
    let found: Vec<_> = moved.voters.iter().filter(|voter| voter.found).collect();
    assert_eq!(found[0].addresses, ["105 OAK ST, PASADENA 91101"]);
    assert!(moved.voters.iter().filter(|voter| !voter.found).all(|voter| voter.addresses.is_empty()));
    for (line, seconds) in [("1:1", 10), ("2:3", 10), ("7:7", 10)] {
        now += seconds.seconds();
        assert!(
            matches!(examine(&desk, &case, line, now).await, Err(RoomError::NoLine)),
            "{line} counts, or is not there"
        );
    }
    // Each look is on record: the lines, and the voters' records beside them.
    let views = desk.text("SELECT CAST(COUNT(*) AS TEXT) FROM room_view WHERE person = 'p1'").await;
    assert_eq!(views, "2");
    let looks = desk
        .text("SELECT CAST(COUNT(*) AS TEXT) FROM access WHERE person = 'p1' AND why = 'examination room' AND section = 1 AND line = 2")
        .await;
    assert_eq!(looks, mismatch.voters.len().to_string());
    let moved_looks =
        desk.text("SELECT CAST(COUNT(*) AS TEXT) FROM access WHERE voter_id = '5' AND line = 2 AND section = 2").await;
    assert_eq!(moved_looks, "1");
    assert!(desk.run("DELETE FROM room_view").await.unwrap_err().contains("is never"));
}

/// What one server enters, the other sees; a name that both use is one's.
#[tokio::test]
async fn two_servers_at_one_room() {
    let desk = Desk::under(examined_law());
    let first = opened(&desk).await;
    let second = CaseFile::open(&desk.place()).await.unwrap();
    let s1 = by("s1", ten(BEGAN));
    let deposit = |cents| DayEntry::Deposit { cents };
    first.enter_for_day("e1", BEGAN, deposit(500), &s1).await.unwrap();
    second.enter_for_day("e1", BEGAN, deposit(500), &s1).await.unwrap();
    let taken = second.enter_for_day("e1", BEGAN, deposit(600), &s1).await;
    assert!(matches!(taken, Err(RoomError::NameTaken)));
    second.challenge("c1", at("1:2"), "the same hand", &by("p1", ten(BEGAN))).await.unwrap();
    assert_eq!(first.room().await.unwrap(), second.room().await.unwrap());
    assert_eq!(first.room().await.unwrap().meter(None).deposited, 500);
}

/// Two days are free; the third begins with an estimate and a deposit in that sum.
#[tokio::test]
async fn a_day_that_is_paid_for() {
    let desk = Desk::under(examined_law());
    let case = opened(&desk).await;
    let from: IpAddr = "10.1.2.3".parse().unwrap();
    let s1 = |day| by("s1", ten(day));
    let (second, third) = (date(2022, 8, 23), date(2022, 8, 25));
    for day in [BEGAN, second, second] {
        let room = case.enter_room("p1", from, ten(day)).await.unwrap();
        case.begin_day(&room, &by("p1", ten(day))).await.unwrap();
    }
    let due = async || case.enter_room("p1", from, ten(third)).await.map(|_| ());
    assert!(matches!(due().await, Err(RoomError::NotEstimated)));
    case.enter_for_day("e1", third, DayEntry::Estimate { cents: 20_000 }, &s1(third)).await.unwrap();
    assert!(matches!(due().await, Err(RoomError::DepositDue(20_000))));
    case.enter_for_day("e2", third, DayEntry::Deposit { cents: 19_999 }, &s1(third)).await.unwrap();
    let missing = due().await.unwrap_err();
    assert!(matches!(missing, RoomError::DepositDue(1)) && missing.to_string().contains("$0.01"), "{missing}");
    case.enter_for_day("e3", third, DayEntry::Deposit { cents: 1 }, &s1(third)).await.unwrap();
    due().await.unwrap();
    let room = case.room().await.unwrap();
    case.begin_day(&room, &by("p1", ten(third))).await.unwrap();
    let time = DayEntry::StaffTime(StaffTime { minutes: 480, cents_per_hour: 1500 });
    for (entry, day) in [("e4", BEGAN), ("e5", third)] {
        case.enter_for_day(entry, day, time, &s1(third)).await.unwrap();
    }
    let room = case.room().await.unwrap();
    let rules = case.room_rules(&room).unwrap();
    let meter = room.meter(rules.costs.as_ref());
    assert_eq!((meter.days_used, meter.free_days_left, meter.costs, meter.charged), (3, Some(0), 24_000, 12_000));
    assert_eq!((meter.to_return, meter.owed), (8_000, 0));
    let more = case.enter_for_day("e6", third, DayEntry::Return { cents: 20_001 }, &s1(third)).await;
    assert!(matches!(more, Err(RoomError::NotHeld { held: 20_000 })));
    case.enter_for_day("e6", third, DayEntry::Return { cents: 8_000 }, &s1(third)).await.unwrap();
    let meter = case.room().await.unwrap().meter(rules.costs.as_ref());
    assert_eq!((meter.to_return, meter.owed), (0, 0));
    let before = case.enter_for_day("e7", date(2022, 8, 19), time, &s1(third)).await;
    assert!(matches!(before, Err(RoomError::NoDay(_))));
}

#[tokio::test]
async fn marks_are_kept_and_taken_away() {
    let desk = Desk::under(examined_law());
    let case = opened(&desk).await;
    let p1 = by("p1", ten(BEGAN));
    case.mark(at("2:2"), Some("ask for the change notice"), &p1).await.unwrap();
    case.mark(at("1:2"), Some("see 2019"), &p1).await.unwrap();
    case.mark(at("1:2"), Some("see 2020"), &by("p2", ten(BEGAN))).await.unwrap();
    let marks = case.marks().await.unwrap();
    assert_eq!(marks, [(at("1:2"), "see 2020".to_owned()), (at("2:2"), "ask for the change notice".to_owned())]);
    case.mark(at("1:2"), None, &p1).await.unwrap();
    assert_eq!(case.marks().await.unwrap().len(), 1);
    assert!(matches!(case.mark(at("9:9"), Some("x"), &p1).await, Err(RoomError::NoLine)));
    assert!(matches!(case.mark(at("1:2"), Some("\0"), &p1).await, Err(RoomError::Challenge(ChallengeError::NoWords))));
}

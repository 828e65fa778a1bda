//! The examination room over a real case: when it opens, whom it lets in, what it shows, and a challenge from its raising to the certificate that
//! supersedes the one challenged.

use std::net::IpAddr;

use casework::{
    Act, Became, CaseFile, CertifyInputs, ChallengeError, ChallengeState, DayEntry, ExaminedLine, Finding, Put,
    READING_TIME, RoomError, Setting, Stage, Workroom,
};
use domain::{Disposition, LineRef, LineState, Reason, ReviewerId, Verdict, VoterId};
use jiff::{
    Timestamp, ToSpan,
    civil::{Date, date},
};
use law::{RulePack, StaffTime};

use crate::{
    desk::{Desk, act, pack},
    room_model::setting,
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

fn at(line: &str) -> LineRef {
    line.parse().unwrap()
}

/// Ten o'clock in the room, on a day.
pub(crate) fn ten(day: Date) -> Timestamp {
    day.at(10, 0, 0, 0).in_tz("America/Los_Angeles").unwrap().timestamp()
}

pub(crate) fn by(actor: &str, at: Timestamp) -> Act {
    Act { actor: actor.to_owned(), at }
}

pub(crate) const BEGAN: Date = date(2022, 8, 22);

async fn certify(desk: &Desk, case: &mut CaseFile, on: Date, at: Timestamp) {
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

async fn examine(desk: &Desk, case: &CaseFile, line: &str, at: Timestamp) -> Result<ExaminedLine, RoomError> {
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

/// From the challenge to the certificate that supersedes the one challenged.
#[tokio::test]
async fn a_challenge_that_is_upheld() {
    let desk = Desk::under(examined_law());
    let case = opened(&desk).await;
    let now = ten(BEGAN);
    let p1 = by("p1", now);
    case.challenge("c1", at("1:2"), "the hand is the same in 2019", &p1).await.unwrap();
    case.challenge("c1", at("1:2"), "the hand is the same in 2019", &p1).await.unwrap();
    let taken = case.challenge("c1", at("1:4"), "the hand is the same in 2019", &p1).await;
    assert!(matches!(taken, Err(RoomError::NameTaken)));
    let waits = case.challenge("c2", at("1:2"), "once more", &p1).await;
    assert!(matches!(waits, Err(RoomError::Challenge(ChallengeError::Waits(name))) if name == "c1"));
    let valid = case.challenge("c2", at("1:1"), "it counts", &p1).await;
    assert!(matches!(valid, Err(RoomError::NoLine)));
    let mut workroom = Workroom::open(case).await.unwrap();
    let mut answer = async |name: &str, upheld: bool, reasons: &str| {
        let s1 = by("s1", now);
        workroom.act(async |file| Ok(file.answer_challenge(name, 0, upheld, reasons, &s1).await)).await.unwrap()
    };
    assert!(matches!(answer("c9", true, "so").await, Err(RoomError::NoChallenge)));
    assert!(matches!(answer("c1", true, " ").await, Err(RoomError::Challenge(ChallengeError::NoWords))));
    answer("c1", true, "two of three agree").await.unwrap();
    answer("c1", true, "two of three agree").await.unwrap();
    assert!(matches!(answer("c1", false, "no").await, Err(RoomError::Challenge(ChallengeError::Answered))));
    let file = workroom.file();
    assert_eq!(file.case().certificates.len(), 1);
    assert_eq!(file.case().line(at("1:2")).unwrap().state, LineState::Undecided);
    assert_eq!(workroom.waiting(Stage::Review), 1, "people decide it anew");
    let became = async |workroom: &Workroom| {
        let file = workroom.file();
        let room = file.room().await.unwrap();
        room.challenges["c1"].became(file.case(), file.settlement())
    };
    assert_eq!(became(&workroom).await, Some(Became::BeingDecided));
    assert!(!workroom.file().disqualified().any(|(settled, _)| settled.line == at("1:2")));
    // Somebody else finds that it is the voter's hand.
    let person = ReviewerId::new("R4").unwrap();
    workroom.claim("b1", &person.clone().into(), Stage::Review, 5, &desk.snapshot, now).await.unwrap();
    let finding = Finding { found: Disposition::Valid, voter: VoterId::new("2"), note: String::new() };
    let put = Put { batch: "b1".to_owned(), person: person.clone().into(), line: at("1:2"), finding: Some(finding) };
    workroom.find(&[put], &desk.snapshot, now).await.unwrap().pop().unwrap().unwrap();
    assert_eq!(workroom.close("b1", &person, &desk.snapshot, now).await.unwrap().taken, 1);
    let decided = Became::Decided { disposition: Disposition::Valid, valid: 5 };
    assert_eq!(became(&workroom).await, Some(decided));
    let mut case = workroom.into_file();
    certify(&desk, &mut case, BEGAN, now).await;
    let workroom = Workroom::open(case).await.unwrap();
    let Some(Became::Certified { disposition, valid, verdict, certificate }) = became(&workroom).await else {
        panic!("not certified")
    };
    assert_eq!((disposition, valid, verdict), (Disposition::Valid, 5, Verdict::Insufficient));
    assert_eq!(Some(certificate), workroom.file().status().certificate_digest);
    // Insufficient still, so the examination goes on.
    workroom.file().enter_room("p1", "10.1.2.3".parse().unwrap(), now).await.unwrap();
}

/// A petition that succeeds after all is nobody's to examine, whatever the clock says.
#[tokio::test]
async fn a_petition_that_succeeds_closes_its_room() {
    let desk = Desk::under(examined_law());
    let mut case = opened(&desk).await;
    case.reopen("a court ordered it", &by("registrar", ten(BEGAN))).await.unwrap();
    let enter =
        async |case: &CaseFile| case.enter_room("p1", "10.1.2.3".parse().unwrap(), ten(BEGAN)).await.map(|_| ());
    enter(&case).await.unwrap();
    let rows = "1,2,valid,,2,R7,2022-07-11T10:00:00Z,so\n1,4,valid,,6,R7,2022-07-11T10:00:00Z,so\n2,2,valid,,5,R7,2022-07-11T10:00:00Z,so\n";
    desk.decide_again(&mut case, rows).await;
    certify(&desk, &mut case, BEGAN, ten(BEGAN)).await;
    assert_eq!(case.case().certificates.last().unwrap().verdict, Verdict::Sufficient);
    assert!(matches!(enter(&case).await, Err(RoomError::NotFailed)));
    let room = case.room().await.unwrap();
    assert!(case.examination_is_over(room.opening().unwrap(), ten(BEGAN)).unwrap());
}

#[tokio::test]
async fn challenges_that_change_nothing() {
    let desk = Desk::under(examined_law());
    let mut case = opened(&desk).await;
    let p1 = by("p1", ten(BEGAN));
    let s1 = by("s1", ten(BEGAN));
    let events = case.case().seq;
    case.challenge("c1", at("1:4"), "known to me", &p1).await.unwrap();
    case.answer_challenge("c1", 0, false, "nobody of this name is registered", &s1).await.unwrap();
    case.challenge("c2", at("1:4"), "known to others, too", &p1).await.unwrap();
    case.withdraw_challenge("c2", &p1).await.unwrap();
    case.withdraw_challenge("c2", &p1).await.unwrap();
    let gone = case.answer_challenge("c2", 0, true, "yes", &s1).await;
    assert!(matches!(gone, Err(RoomError::Challenge(ChallengeError::Withdrawn))), "{gone:?}");
    assert_eq!(case.case().seq, events, "the case is as it was");
    let room = case.room().await.unwrap();
    let ChallengeState::Refused(answer) = &room.challenges["c1"].state else { panic!("{room:?}") };
    assert_eq!((answer.by.as_str(), answer.reasons.as_str()), ("s1", "nobody of this name is registered"));
    assert_eq!(room.challenges["c1"].became(case.case(), case.settlement()), None);
}

/// A refusal is answered anew where the office sees that it was wrong: the earlier answer stays on record, and the total is computed anew.
#[tokio::test]
async fn an_answer_is_superseded() {
    let desk = Desk::under(examined_law());
    let mut case = opened(&desk).await;
    let s1 = by("s1", ten(BEGAN));
    case.challenge("c1", at("1:2"), "the hand is the same in 2019", &by("p1", ten(BEGAN))).await.unwrap();
    // One of the three who found on the line is nobody to say that they were right.
    let own = case.answer_challenge("c1", 0, false, "it differs", &by("R1", ten(BEGAN))).await;
    assert!(matches!(own, Err(RoomError::OwnFinding)), "{own:?}");
    case.answer_challenge("c1", 0, false, "it differs", &s1).await.unwrap();
    assert_eq!(case.case().line(at("1:2")).map(|line| line.state == LineState::Undecided), Some(false));
    for wrong in [0, 2] {
        let other = case.answer_challenge("c1", wrong, true, "we looked again", &s1).await;
        assert!(matches!(other, Err(RoomError::Challenge(ChallengeError::Answered))), "{other:?}");
    }
    for _ in 0..2 {
        case.answer_challenge("c1", 1, true, "we looked again", &s1).await.unwrap();
        // Whoever asks for the first answer once more, since its own was lost, changes nothing.
        case.answer_challenge("c1", 0, false, "it differs", &s1).await.unwrap();
    }
    let room = CaseFile::open(&desk.place()).await.unwrap().room().await.unwrap();
    let challenge = &room.challenges["c1"];
    assert_eq!(challenge.earlier.iter().map(|answer| answer.reasons.as_str()).collect::<Vec<_>>(), ["it differs"]);
    assert!(matches!(&challenge.state, ChallengeState::Upheld(answer) if answer.reasons == "we looked again"));
    assert_eq!(case.case().line(at("1:2")).unwrap().state, LineState::Undecided, "people decide it anew");
    assert_eq!(challenge.became(case.case(), case.settlement()), Some(Became::BeingDecided));
}

/// A line of a void section: the section is what is taken back, and its other lines come back with it.
#[tokio::test]
async fn a_challenge_of_a_void_section() {
    let desk = Desk::under(examined_law());
    let mut case = desk.decided().await;
    let rows =
        desk.file("void.csv", "section,reason,reviewer,decided_at\n2,out_of_circulation,R1,2022-07-10T10:00:00Z\n");
    case.void_sections(&rows, &casework::files::ReadOptions::default(), &act()).await.unwrap();
    certify(&desk, &mut case, date(2022, 8, 15), act().at).await;
    case.open_room(setting(), &by("registrar", ten(BEGAN))).await.unwrap();
    assert_eq!(case.settlement().tally.valid, 2);
    let line = examine(&desk, &case, "2:1", ten(BEGAN)).await.unwrap();
    assert_eq!(line.findings[0].reason, Reason::OutOfCirculation);
    case.challenge("c1", at("2:1"), "the dates are in the window", &by("p1", ten(BEGAN))).await.unwrap();
    case.answer_challenge("c1", 0, true, "they are", &by("s1", ten(BEGAN))).await.unwrap();
    assert_eq!(case.settlement().tally.valid, 4);
    let room = case.room().await.unwrap();
    let became = room.challenges["c1"].became(case.case(), case.settlement());
    assert_eq!(became, Some(Became::Decided { disposition: Disposition::Valid, valid: 4 }));
}

/// An event and its record are one: where the events are refused, the answer is not on record either.
#[tokio::test]
async fn an_answer_is_whole_or_not_at_all() {
    let desk = Desk::under(examined_law());
    let case = opened(&desk).await;
    case.challenge("c1", at("1:2"), "the same hand", &by("p1", ten(BEGAN))).await.unwrap();
    let mut other = CaseFile::open(&desk.place()).await.unwrap();
    desk.run("INSERT INTO room_record (seq, at, actor, name, content) VALUES (999, 0, 'x', 'end of c1', '{\"kind\":\"day_begun\",\"day\":\"2022-08-22\"}')")
        .await
        .unwrap();
    let events = other.case().seq;
    let refused = other.answer_challenge("c1", 0, true, "yes", &by("s1", ten(BEGAN))).await;
    assert!(refused.is_err(), "the end of this challenge is taken");
    let read = CaseFile::open(&desk.place()).await.unwrap();
    assert_eq!(read.case().seq, events);
    assert_eq!(read.room().await.unwrap().challenges["c1"].state, ChallengeState::Raised);
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

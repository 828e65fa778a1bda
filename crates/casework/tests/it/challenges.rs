//! A challenge of a line from its raising in the examination room to the certificate that supersedes the one challenged.

use casework::{Became, CaseFile, ChallengeError, ChallengeState, Finding, Put, RoomError, Stage, Workroom};
use domain::{Disposition, LineState, Reason, ReviewerId, Verdict, VoterId};
use jiff::civil::date;

use crate::{
    desk::{Desk, act},
    room::{BEGAN, by, certify, examine, examined_law, opened, ten},
    room_model::setting,
    shift::at,
};

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

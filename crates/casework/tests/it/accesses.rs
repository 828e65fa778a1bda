//! The log of looks, longer than what is read of it at a time: what is wanted is found wherever it stands, and an export is what was on record when it was begun.

use casework::{Access, AccessesWanted, CaseFile, CaseworkError, Look, Workroom};
use domain::{LineRef, ReviewerId, VoterId};
use jiff::Timestamp;

use crate::desk::{Desk, act};

/// 120,000 looks of seven people, at the rate of one a second from 1970 on, every tenth for the sake of line 1:3.
const LOOKS: &str = "WITH RECURSIVE n (i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 120000) \
     INSERT INTO access (seq, at, person, voter_id, section, line, why) \
     SELECT i, i * CAST(1000000 AS BIGINT), 'R' || (i % 7), 'V' || i, CASE WHEN i % 10 = 0 THEN 1 END, CASE WHEN i % 10 = 0 THEN 3 END, 'test' FROM n";

async fn all(case: &CaseFile, wanted: &AccessesWanted, most: u32) -> Vec<Access> {
    let last = case.last_access().await.unwrap();
    let (mut found, mut at) = (Vec::new(), 0);
    while at < last {
        let slice = case.accesses(wanted, at, last, most).await.unwrap();
        assert!(slice.up_to > at && slice.found.len() <= most as usize, "{at}");
        found.extend(slice.found);
        at = slice.up_to;
    }
    found
}

#[tokio::test]
async fn a_long_log() {
    let desk = Desk::new();
    let case = desk.received().await;
    assert_eq!((case.last_access().await.unwrap(), all(&case, &AccessesWanted::default(), 5).await), (0, Vec::new()));
    desk.run(LOOKS).await.unwrap();
    let seqs = async |wanted: AccessesWanted, most| {
        let found = all(&case, &wanted, most).await;
        found.iter().map(|access| access.seq).collect::<Vec<_>>()
    };
    let voter = AccessesWanted { voter: VoterId::new("V119999"), ..AccessesWanted::default() };
    assert_eq!(seqs(voter, 500).await, [119_999], "in the last slice, and nothing before it");
    let person = AccessesWanted { person: Some("R3".to_owned()), ..AccessesWanted::default() };
    let line: LineRef = "1:3".parse().unwrap();
    for most in [777, 100_000] {
        assert_eq!(seqs(person.clone(), most).await, (1..=120_000).filter(|seq| seq % 7 == 3).collect::<Vec<_>>());
    }
    let at = |second| Some(Timestamp::from_second(second).unwrap());
    let some = AccessesWanted { line: Some(line), from: at(49_000), to: at(51_000), ..person.clone() };
    let expected: Vec<_> = (49_000..51_000).filter(|seq| seq % 70 == 10).collect();
    assert_eq!(seqs(some, 500).await, expected, "from the first instant on, before the last");
    // What comes after an export was begun is not in it.
    let export = case.export_accesses("e1", &person, &act()).await.unwrap();
    let room = Workroom::open(case).await.unwrap();
    let (person_r3, voter) = (ReviewerId::new("R3").unwrap(), VoterId::new("V1").unwrap());
    room.note_looks(&person_r3, &[Look::at_voter(voter, None, "test")], act().at).await.unwrap();
    let case = room.into_file();
    assert_eq!(case.last_access().await.unwrap(), 120_001);
    let mut text = Vec::new();
    let rows = case
        .write_accesses(&export, |part| {
            text.extend_from_slice(part);
            Ok(())
        })
        .await
        .unwrap();
    let text = String::from_utf8(text).unwrap();
    assert_eq!((rows, text.lines().count()), (17_143, 17_144), "with the columns once");
    assert!(text.ends_with("119997,1970-01-02T09:19:57Z,R3,V119997,,,test\n"), "{}", &text[text.len() - 200..]);
    assert_eq!(case.export_accesses("e1", &person, &act()).await.unwrap(), export);
    let all = AccessesWanted::default();
    assert!(matches!(case.export_accesses("e1", &all, &act()).await, Err(CaseworkError::NameTaken { .. })));
    for sql in ["DELETE FROM access_export", "UPDATE access_export SET person = ''"] {
        assert!(desk.run(sql).await.unwrap_err().contains("is never"), "{sql}");
    }
}

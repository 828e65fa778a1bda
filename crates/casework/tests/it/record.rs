//! The log as strangers get it.

use ledger::{Leaf, Tree, hex, leaf_hash, root_of, verify_inclusion};

use crate::desk::{Desk, act};

async fn lines(case: &casework::CaseFile) -> Vec<String> {
    let mut lines = Vec::new();
    case.leaves(|line| {
        lines.push(line.to_owned());
        Ok(())
    })
    .await
    .unwrap();
    lines
}

/// The leaves handed out have the root that the case has, also when the case is opened again, and name nobody.
#[tokio::test]
async fn the_leaves_are_what_the_root_is_over() {
    let desk = Desk::new();
    let mut case = desk.decided().await;
    let lines = lines(&case).await;
    assert_eq!(lines.len() as u64, case.case().seq);
    let mut tree = Tree::default();
    for line in &lines {
        tree.push(line.as_bytes());
    }
    assert_eq!(hex(&tree.root()), case.events_digest());
    let hashes = case.leaf_hashes().await.unwrap();
    assert_eq!((root_of(&hashes), case.log_root()), (tree.root(), tree.root()));
    for (at, line) in lines.iter().enumerate() {
        assert_eq!(Leaf::from_line(line).unwrap().seq, at as u64 + 1);
    }
    let before = case.events_digest();
    case.close().await;
    case = casework::CaseFile::open(&desk.place()).await.unwrap();
    assert_eq!(case.events_digest(), before);
}

#[tokio::test]
async fn an_event_is_opened_for_a_court() {
    let desk = Desk::new();
    let case = desk.decided().await;
    let (lines, hashes) = (lines(&case).await, case.leaf_hashes().await.unwrap());
    let refusal = case.open_event(1).await.unwrap_err().to_string();
    assert!(refusal.contains("holds the secret of the case"), "{refusal}");
    for seq in 2..=case.case().seq {
        let opening = case.open_event(seq).await.unwrap().unwrap();
        assert_eq!(opening.check(), Ok(()), "{seq}");
        assert_eq!(opening.leaf, lines[usize::try_from(seq).unwrap() - 1]);
        let path = ledger::inclusion(&hashes, seq - 1).unwrap();
        let leaf = leaf_hash(opening.leaf.as_bytes());
        assert!(verify_inclusion(seq - 1, hashes.len() as u64, leaf, &path, &case.log_root()));
        let named = opening.leaf.contains(r#""kind":"line_judged""#);
        assert_eq!(opening.reviewer.is_some(), named, "{seq}");
        assert!(opening.private.contains(&format!(r#""actor":"{}""#, act().actor)));
    }
    assert!(case.open_event(0).await.unwrap().is_none());
    assert!(case.open_event(case.case().seq + 1).await.unwrap().is_none());
}

/// Whatever of an event is changed behind the store's guards, the case is not opened.
#[tokio::test]
async fn an_event_that_was_changed_is_found_out() {
    let changes = [
        "UPDATE event SET public = replace(public, '\"valid\"', '\"invalid\",\"reason\":\"no_signature\"') WHERE kind = 'line_judged'",
        "UPDATE event SET private = replace(private, 'R1', 'R9') WHERE kind = 'line_judged'",
        "UPDATE event SET actor = 'nobody' WHERE seq = 4",
        "UPDATE event SET at = at + 1 WHERE seq = 4",
        "UPDATE event SET leaf = replace(leaf, substr(leaf, 1, 1), 'x') WHERE seq = 4",
    ];
    for change in changes {
        let desk = Desk::new();
        desk.decided().await.close().await;
        desk.unguard("event_is_unchanged").await;
        desk.run(change).await.unwrap();
        let Err(found) = casework::CaseFile::open(&desk.place()).await else { panic!("{change} went unnoticed") };
        assert!(found.to_string().contains("was changed after it was recorded"), "{change}: {found}");
    }
}

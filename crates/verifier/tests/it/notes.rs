//! Signed notes and proofs of inclusion: what one program takes the other takes, and what one refuses the other refuses.

use ledger::{SignatureKind, SigningKey, Tree, VerifyingKey, hex, inclusion, leaf_hash, sign_text, verify_text};
use serde_json::{Value, json};

use crate::python::{Numbers, answers};

fn key(name: &str, seed: u8) -> SigningKey {
    SigningKey::from_seed(name, SignatureKind::Log, &[seed; 32]).unwrap()
}

/// Notes as signed, signed by others too, and spoilt in every way that a byte allows.
#[test]
fn signed_notes() {
    let own = key("county.example/recall", 1);
    let (other, same_name) = (key("witness.example", 2), key("county.example/recall", 3));
    let text = "county.example/recall\n7\nAAECAwQFBgcICQoLDA0ODxAREhMUFRYXGBkaGxwdHh8=\n";
    let signed = |key: &SigningKey| sign_text(text, key).unwrap();
    let lines = |key: &SigningKey| signed(key).rsplit_once("\n\n").unwrap().1.to_owned();
    let note = signed(&own);
    let mut notes = vec![
        note.clone(),
        signed(&other),
        signed(&same_name),
        note.clone() + &lines(&other),
        signed(&other) + &lines(&own),
        note.clone() + &lines(&own),
        note.clone() + &lines(&same_name),
        note.clone() + &lines(&other).repeat(99),
        note.clone() + &lines(&other).repeat(100),
        note.clone() + "\n",
        note.replace('\n', "\r\n"),
        note.trim_end().to_owned(),
        note.replace("\n\n", "\n"),
        note.replace('\u{2014}', "-"),
        format!("\n\n{note}"),
        String::new(),
        "\n\n".to_owned(),
    ];
    let mut numbers = Numbers(7);
    for _ in 0..600 {
        let mut letters: Vec<char> = note.chars().collect();
        let at = numbers.index(letters.len());
        match numbers.between(0, 3) {
            0 => letters[at] = *numbers.one_of(&['A', '9', '+', '/', '=', '\n', ' ', '\u{85}', '\t', '\u{2014}']),
            1 => drop(letters.remove(at)),
            2 => letters.insert(at, letters[at]),
            _ => letters.truncate(at),
        }
        notes.push(letters.into_iter().collect());
    }
    let line = own.verifying().to_line();
    let questions: Vec<_> = notes.iter().map(|note| json!({ "note": note, "key": line })).collect();
    let known = VerifyingKey::from_line(&line).unwrap();
    let mut taken = 0;
    for (note, second) in notes.iter().zip(answers("note", &questions)) {
        let first = verify_text(note, &known).ok();
        taken += usize::from(first.is_some());
        assert_eq!(first.map_or(Value::Null, Value::from), second, "{note:?}");
    }
    assert!((5..60).contains(&taken), "{taken}");
}

#[test]
fn keys_that_are_none() {
    let line = key("county.example/recall", 1).verifying().to_line();
    let note = sign_text("text\n", &key("county.example/recall", 1)).unwrap();
    let spoilt = [
        line.replace("county", "County"),
        line.replace('+', " "),
        line.replacen('+', "++", 1),
        line.to_uppercase(),
        format!("{line}="),
        line[..line.len() - 4].to_owned(),
        String::new(),
    ];
    let questions: Vec<_> = spoilt.iter().map(|key| json!({ "note": note, "key": key })).collect();
    for (key, second) in spoilt.iter().zip(answers("note", &questions)) {
        assert!(VerifyingKey::from_line(key).is_err(), "{key}");
        assert!(second.is_null(), "{key}");
    }
}

#[test]
fn proofs_of_inclusion() {
    let mut questions = Vec::new();
    for size in 1..=17_u64 {
        let leaves: Vec<_> = (0..size).map(|leaf| leaf_hash(leaf.to_string().as_bytes())).collect();
        let mut tree = Tree::default();
        for &leaf in &leaves {
            tree.push_hash(leaf);
        }
        for index in 0..size {
            let path: Vec<_> = inclusion(&leaves, index).unwrap().iter().map(|hash| hex(hash)).collect();
            for leaf in 0..size {
                questions.push(json!({
                    "leaf": leaf.to_string(), "index": index, "size": size, "path": path, "root": hex(&tree.root()),
                }));
            }
        }
    }
    for (question, second) in questions.iter().zip(answers("inclusion", &questions)) {
        let own = question["leaf"].as_str() == Some(&question["index"].to_string());
        assert_eq!(second, own, "{question}");
    }
}

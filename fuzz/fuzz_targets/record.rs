//! Any bytes as the log of a record that is signed as it should be, and as each of the small files of a log.
#![no_main]

use std::{collections::BTreeMap, sync::LazyLock};

use ledger::{
    Checkpoint, ConsistencyProof, InclusionProof, Opening, SignatureKind, SigningKey, Tree, VerifyingKey, hex, sign,
    sign_text, verify,
};
use libfuzzer_sys::fuzz_target;
use sha2::{Digest, Sha256};
use verifier::{Known, Record, layout, sums_text};

static KEY: LazyLock<SigningKey> =
    LazyLock::new(|| SigningKey::from_seed("fuzz", SignatureKind::Log, &[1; 32]).expect("a key"));

fuzz_target!(|data: &[u8]| {
    let mut tree = Tree::default();
    let body = data.strip_suffix(b"\n").unwrap_or(data);
    body.split(|&byte| byte == b'\n').for_each(|line| tree.push(line));
    let checkpoint = Checkpoint { origin: "fuzz".to_owned(), size: tree.size(), root: tree.root() };
    let key = format!("{}\n", KEY.verifying().to_line());
    let sums = format!(
        "{}  {}\n{}  {}\n",
        hex(&Sha256::digest(data)),
        layout::LOG,
        hex(&Sha256::digest(&key)),
        layout::KEY
    );
    let files = BTreeMap::from([
        (layout::LOG.to_owned(), data.to_vec()),
        (layout::KEY.to_owned(), key.into_bytes()),
        (layout::CHECKPOINT.to_owned(), sign(&checkpoint, &KEY).expect("signed").into_bytes()),
        (
            layout::SUMS_SIGNATURE.to_owned(),
            sign_text(&sums_text("fuzz", sums.as_bytes()), &KEY).expect("signed").into_bytes(),
        ),
        (layout::SUMS.to_owned(), sums.into_bytes()),
    ]);
    assert!(!verifier::verify(data, &Record::from_files(files), &Known::default()).holds);
    let text = String::from_utf8_lossy(data);
    let _ = verify(&text, &KEY.verifying());
    let _ = VerifyingKey::from_line(&text);
    let _ = InclusionProof::from_text(&text);
    let _ = ConsistencyProof::from_text(&text);
    if let Ok(opening) = serde_json::from_str::<Opening>(&text) {
        let _ = opening.check();
    }
});

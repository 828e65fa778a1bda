//! Folders of images, taken in by the names that the lines and the roll have for them: all of them, or none.

use serde_json::json;

use crate::harness::{ACT, LINES_HEADER, Office, Stage, office, shows};

/// The beginning of a PNG, with a tail by which one is told from another.
fn png(tail: &str) -> Vec<u8> {
    let begins = b"\x89PNG\r\n\x1a\n\0\0\0\rIHDR\0\0\x01\x2c\0\0\0\x50\x08\0\0\0\0\0\0\0\0";
    [&begins[..], tail.as_bytes()].concat()
}

/// An office with two lines that name a signature each, and folders of images.
fn with_images(signature: &str) -> Office {
    let office = office(Stage::Opened);
    let lines = format!("1,1,1,A,1 Oak St,,,,a.png\n1,1,2,B,2 Oak St,,,,{signature}\n");
    office.write("lines.csv", format!("{LINES_HEADER}{lines}"));
    office.succeeds(&format!("intake receive case --lines lines.csv {ACT}"));
    for folder in ["signatures", "strips", "pages"] {
        std::fs::create_dir(office.path(folder)).unwrap();
    }
    for name in ["signatures/a.png", "signatures/b.png", "strips/a.png", "pages/1-1.png", "pages/2-1.png"] {
        office.write(name, png(name));
    }
    office
}

const WORDS: &str = "intake images case --images store --signatures signatures --strips strips --pages pages";

#[test]
fn folders_of_images() {
    let office = with_images("b.png");
    let first = office.json(WORDS);
    let missing = json!(["strips/b.png"]);
    // Nobody was looked up yet, so there is nobody whose signatures are to be compared.
    let compared = json!({ "compared": 0, "not_comparable": 0, "first_not_comparable": [] });
    let mut report = json!({ "new": 5, "replaced": 0, "known": 0, "missing": 1, "first_missing": missing });
    report.as_object_mut().unwrap().extend(compared.as_object().unwrap().clone());
    assert_eq!(first, report);
    assert_eq!(office.files().iter().filter(|file| file.starts_with("store/")).count(), 5);
    assert_eq!(office.json(WORDS)["known"], 5, "once more, nothing changes");
    office.write("pages/2-1.png", png("scanned again"));
    let again = office.json(WORDS);
    assert_eq!((&again["replaced"], &again["known"]), (&1.into(), &4.into()));
    let said = office.succeeds(WORDS).stdout;
    assert!(said.contains("1 file is not there") && said.contains("strips/b.png"), "{said}");
    assert!(office.succeeds("case rebuild case").stdout.contains("the tables agree"));
}

#[test]
fn one_fault_refuses_them_all() {
    let office = with_images("b.png");
    office.write("signatures/b.png", "this is a text");
    let run = office.refuses(WORDS);
    assert!(run.stderr.contains("signatures/b.png: this is not an image"), "{run}");
    office.write("signatures/b.png", png("good"));
    office.write("pages/first.png", png("first"));
    let run = office.refuses(WORDS);
    assert!(run.stderr.contains("first.png is not named by section and page"), "{run}");
    for signature in ["../secret.png", "/etc/hostname", "..\\a.png", ".."] {
        let run = with_images(signature).refuses(WORDS);
        assert!(run.stderr.contains("is not the name of a file in signatures"), "{run}");
    }
}

/// Reference signatures of those voters who are proposed for some line, by the names that the roll has for them.
#[test]
fn reference_signatures() {
    let office = office(Stage::Files);
    let roll = office.text("roll.csv");
    let rows = roll.lines().zip(["signatures", "1001-a.png; 1001-b.png", "1002.png", "", "", "", ""]);
    office.write("roll.csv", rows.map(|(row, signatures)| format!("{row},{signatures}\n")).collect::<String>());
    for words in [
        "roll import roll.csv --out roll".to_owned(),
        format!("case new case --facts facts.json {ACT}"),
        format!("intake receive case --lines lines.csv {ACT}"),
        format!("intake count case {ACT}"),
        format!("match --case case --roll roll {ACT}"),
    ] {
        office.succeeds(&words);
    }
    std::fs::create_dir(office.path("references")).unwrap();
    for name in ["1001-a.png", "1001-b.png", "1002.png"] {
        office.write(&format!("references/{name}"), png(name));
    }
    let done = office.json("intake images case --images store --references references --roll roll");
    assert_eq!((&done["new"], &done["missing"]), (&3.into(), &0.into()), "{done}");
}

/// Which reference signature is the likest of each line that was held against those on file, and how alike they look, the last of each line.
const COMPARED: &str = "SELECT group_concat(row, ' ') FROM (SELECT section || ':' || line || '=' || COALESCE(reference || '/' || permille, 'none') AS row \
     FROM similarity WHERE seq IN (SELECT MAX(seq) FROM similarity GROUP BY section, line) ORDER BY section, line)";

/// Signatures are held against those on file of whoever is proposed, as soon as there are both; each only once, and again where another image is there.
#[test]
fn signatures_held_against_those_on_file() {
    let office = office(Stage::Files);
    let (roll, lines) = (office.text("roll.csv"), office.text("lines.csv"));
    let rows = roll.lines().zip(["signatures", "1001-a.png;1001-b.png", "1002.png", "", "1004.png", "", ""]);
    office.write("roll.csv", rows.map(|(row, signatures)| format!("{row},{signatures}\n")).collect::<String>());
    let rows = lines.lines().zip(["", "a.png", "b.png", "c.png", "d.png", "", "e.png"]);
    office.write("lines.csv", rows.map(|(row, signature)| format!("{row}{signature}\n")).collect::<String>());
    for words in [
        "synth --dir drawn --scale 1:10000 --images all".to_owned(),
        "roll import roll.csv --out roll".to_owned(),
        format!("case new case --facts facts.json {ACT}"),
        format!("intake receive case --lines lines.csv {ACT}"),
        format!("intake count case {ACT}"),
        format!("match --case case --roll roll {ACT}"),
    ] {
        office.succeeds(&words);
    }
    let drawn: Vec<_> =
        office.files().into_iter().filter(|file| file.starts_with("drawn/images/references/")).collect();
    let picture = |nth: usize| office.read(&drawn[nth]);
    for folder in ["signatures", "references"] {
        std::fs::create_dir(office.path(folder)).unwrap();
    }
    for (name, image) in [
        // The first line bears the second signature that is on file of its voter, and the second line no signature at all.
        ("signatures/a.png", picture(1)),
        ("signatures/b.png", png("no picture")),
        ("signatures/c.png", picture(2)),
        ("signatures/d.png", picture(3)),
        ("signatures/e.png", picture(4)),
        ("references/1001-a.png", picture(0)),
        ("references/1001-b.png", picture(1)),
        ("references/1002.png", picture(5)),
        // What is on file of the fourth voter is damaged.
        ("references/1004.png", png("damaged")),
    ] {
        office.write(name, image);
    }
    let events = office.status()["events"].clone();
    let lines_only = "intake images case --images store --signatures signatures";
    let nobody = office.json(lines_only);
    assert_eq!(
        (&nobody["compared"], &nobody["not_comparable"]),
        (&0.into(), &0.into()),
        "nothing is on file: {nobody}"
    );
    let both = format!("{lines_only} --references references --roll roll");
    let first = office.succeeds(&both);
    let again = office.json(&both);
    assert_eq!((&again["compared"], &again["not_comparable"]), (&0.into(), &0.into()), "{again}");
    assert_eq!(office.sql_text(COMPARED), "1:1=2/1000 1:2=none 2:1=none");
    // An image that the store has lost stops nothing, and is compared once it is there again.
    let digest = |name: &str| {
        office.sql_text(match name {
            "line" => "SELECT digest FROM blob WHERE kind = 'signature' AND section = 1 AND place = 1",
            _ => "SELECT digest FROM blob WHERE kind = 'reference' AND voter_id = '1001' AND place = 2",
        })
    };
    let (line, reference) = (digest("line"), digest("reference"));
    assert_eq!(line, reference, "they are one image");
    let kept = office.files().into_iter().find(|file| file.starts_with("store/") && file.ends_with(&line)).unwrap();
    let bytes = office.read(&kept);
    std::fs::remove_file(office.path(&kept)).unwrap();
    office.sql("DELETE FROM similarity").unwrap();
    let lost = office.json("intake images case --images store");
    assert_eq!((&lost["compared"], &lost["not_comparable"]), (&0.into(), &3.into()), "{lost}");
    assert!(
        lost["first_not_comparable"][0].as_str().unwrap().contains("restore it from a backup of the images"),
        "{lost}"
    );
    office.write(&kept, bytes);
    let there = office.json("intake images case --images store");
    assert_eq!((&there["compared"], &there["not_comparable"]), (&1.into(), &0.into()), "the others are known: {there}");
    // Scanned again, the second line has a signature.
    office.write("signatures/b.png", picture(5));
    let mended = office.json(&both);
    assert_eq!((&mended["compared"], &mended["not_comparable"]), (&1.into(), &0.into()), "{mended}");
    assert_eq!(office.sql_text(COMPARED), "1:1=2/1000 1:2=1/1000 2:1=none");
    assert_eq!(office.status()["events"], events, "no event is made of it");
    shows!([first]);
}

/// A synthetic county with its pictures, taken in whole: nothing that the lines, the roll or the pages name is missing.
#[test]
fn pictures_of_a_synthetic_county() {
    let office = Office::empty();
    let made = office.succeeds("synth --dir . --scale 1:10000 --images all");
    let drawn = office.json("synth --dir . --scale 1:10000 --images all");
    for words in [
        "roll import roll.csv --layout generic --out roll".to_owned(),
        format!("case new case --facts case.json {ACT}"),
        format!("intake receive case --lines petition.csv --sections sections.csv {ACT}"),
        format!("intake count case {ACT}"),
        format!("match --case case --roll roll {ACT}"),
    ] {
        office.succeeds(&words);
    }
    let words = "intake images case --images store --pages images/pages --strips images/strips \
         --signatures images/signatures --references images/references --roll roll";
    let done = office.json(words);
    let count = |what: &str| drawn["images"][what].as_u64().unwrap();
    let lines_and_pages = 2 * count("lines") + count("pages");
    let references = done["new"].as_u64().unwrap() - lines_and_pages;
    assert!((72..=count("references")).contains(&references), "{done}");
    assert_eq!((&done["missing"], &done["replaced"]), (&0.into(), &0.into()));
    let compared = done["compared"].as_u64().unwrap();
    assert!(compared >= 60, "{done}");
    assert_eq!(office.json("case status case")["raw_count"], drawn["raw_count"]);
    shows!([
        made,
        office.refuses("synth --dir other --scale 1:10000 --images few"),
        office.succeeds("synth --dir few --scale 1:10000 --images 10")
    ]);
}

//! The demo: the whole job on a synthetic county.

use crate::harness::{Office, shows};

const FILES: [&str; 13] = [
    ".countersign-demo",
    "case.countersign",
    "work.countersign",
    "certificate.json",
    "certificate.pdf",
    "county/case.json",
    "county/decisions.csv",
    "county/petition.csv",
    "county/roll.csv",
    "county/section_decisions.csv",
    "county/sections.csv",
    "county/truth.csv",
    "county/withdrawals.csv",
];

/// The same county gives the same certificate, in another folder and again in the same one.
#[test]
fn two_demos_certify_the_same() {
    let (here, there) = (Office::empty(), Office::empty());
    let first = here.succeeds("demo --dir demo --scale 1:1000 --images 20");
    let files = here.files();
    assert!(FILES.iter().all(|file| files.contains(&format!("demo/{file}"))), "{files:?}");
    let mut abroad = there.command("demo --dir elsewhere/again --scale 1:1000 --images 20 --json");
    abroad.env("TZ", "Pacific/Auckland").env("LC_ALL", "de_DE.UTF-8");
    std::fs::create_dir(there.path("elsewhere")).unwrap();
    let second = abroad.output().unwrap();
    assert!(second.status.success());

    let both = |file: &str| (here.read(&format!("demo/{file}")), there.read(&format!("elsewhere/again/{file}")));
    for file in ["certificate.json", "certificate.pdf", "county/roll.csv", "county/petition.csv"] {
        let (here, there) = both(file);
        assert!(here == there, "{file} differs");
    }
    let status = |office: &Office, case: &str| office.json(&format!("case status {case}/case.countersign"));
    assert_eq!(status(&here, "demo"), status(&there, "elsewhere/again"));
    let certificate: serde_json::Value = serde_json::from_slice(&here.read("demo/certificate.json")).unwrap();
    let reported: serde_json::Value = serde_json::from_slice(&second.stdout).unwrap();
    assert_eq!(reported["certificate"].as_object().map_or(&reported, |_| &reported["certificate"]), &certificate);

    let before = here.read("demo/certificate.json");
    here.succeeds("demo --dir demo --scale 1:1000 --images 20");
    assert_eq!(here.read("demo/certificate.json"), before, "run again in its folder");
    assert_eq!(here.files(), files, "run again in its folder");
    shows!([
        first,
        here.succeeds("case rebuild demo/case.countersign"),
        here.succeeds("case status demo/case.countersign"),
        here.succeeds("case status demo/work.countersign")
    ]);
}

#[test]
fn another_seed_is_another_county() {
    let office = Office::empty();
    office.succeeds("demo --dir one --scale 1:5000 --seed 1 --images none");
    office.succeeds("demo --dir two --scale 1:5000 --seed 2 --images none");
    assert_ne!(office.read("one/certificate.json"), office.read("two/certificate.json"));
}

/// A county so large that the real law is the one to be used, of which the case to work on is a small part.
#[test]
fn a_large_county() {
    let office = Office::empty();
    office.succeeds("demo --dir large --scale 1:50 --images none");
    let rules = |case: &str| office.json(&format!("case status large/{case}"))["rule_pack"].clone();
    assert!(rules("case.countersign").as_str().unwrap().starts_with("us/ca/county-recall"));
    assert!(rules("work.countersign").as_str().unwrap().starts_with("synthetic/county-recall"));
}

#[test]
fn what_the_demo_refuses() {
    let office = Office::empty();
    std::fs::create_dir(office.path("full")).unwrap();
    office.write("full/letter.txt", "not ours");
    office.write("file", "");
    shows!([
        office.refuses("demo --dir full --scale 1:5000"),
        office.refuses("demo --dir file --scale 1:5000"),
        office.refuses("demo --scale 9:1"),
        office.refuses("demo --scale 1:0"),
        office.refuses("demo --images some"),
    ]);
}

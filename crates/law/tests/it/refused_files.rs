//! Packs that must be refused for their parts, their holidays, or the packs beside them.

use domain::LawText;
use law::RulePack;

use super::make::{flat, new, old, replaced, with_file};

const LINES: &str = "\"parts/us/ca/lines\",";

/// File, line and reason of the refusal of the old pack with its text changed.
fn own(passage: &str, replacement: &str) -> (String, Option<usize>, String) {
    let text = replaced(&old().files()[0].text, passage, replacement);
    let error = RulePack::parse(&text, "own.toml").unwrap_err();
    (error.file, error.line, error.reason)
}

/// The same with one of its parts changed.
fn in_part(part: &str, passage: &str, replacement: &str) -> (String, Option<usize>, String) {
    let error = with_file(&old(), part, passage, replacement).unwrap_err();
    (error.file, error.line, error.reason)
}

/// The line of a passage in one of the old pack's files.
#[expect(clippy::unnecessary_wraps, reason = "compared with the line of an error, which may have none")]
fn line(file: &str, passage: &str) -> Option<usize> {
    let pack = old();
    let text = &pack.files().iter().find(|text| text.name == file).unwrap().text;
    Some(text[..text.find(passage).unwrap()].matches('\n').count() + 1)
}

#[test]
fn an_unknown_part() {
    let (file, at, reason) = own(LINES, "\"parts/us/ca/limes\",");
    assert_eq!((file.as_str(), at), ("own.toml", line("us/ca/county-recall-2022", LINES)));
    let known = reason.strip_prefix("there is no part \"parts/us/ca/limes\"; there are: ").unwrap();
    assert!(known.split(", ").any(|name| name == "parts/us/ca/lines"), "{known}");
    assert!(known.split(", ").all(|name| name.starts_with("parts/")), "{known}");
}

#[test]
fn a_part_that_is_included_twice() {
    let (file, at, reason) = own(LINES, &format!("{LINES}\n    {LINES}"));
    assert_eq!((file.as_str(), at), ("own.toml", line("us/ca/county-recall-2022", LINES).map(|at| at + 1)));
    assert_eq!(reason, "the part \"parts/us/ca/lines\" is included twice");
}

#[test]
fn a_part_with_an_id_or_with_parts() {
    let part = "parts/us/ca/county-categories";
    let name = format!("rules/{part}.toml");
    let found = in_part(part, "[categories]", "id = \"x\"\n[categories]");
    let reason = "a part has no id; only a pack has one";
    assert_eq!(found, (name.clone(), line(part, "[categories]"), reason.to_owned()));
    let found = in_part(part, "[categories]", "include = []\n[categories]");
    let reason = "a part includes no other; name both in the pack";
    assert_eq!(found, (name, line(part, "[categories]"), reason.to_owned()));
}

#[test]
fn one_table_in_two_parts() {
    let part = "parts/us/ca/local-recall";
    for (table, body) in [
        ("mismatch", "[mismatch]\nreviewers = 2\n"),
        (
            "categories",
            "[categories]\nlabels = { not_registered = \"a\", duplicate = \"a\", different_address = \"a\", \
          signature_mismatch = \"a\", canceled = \"a\", out_of_jurisdiction = \"a\", other = \"a\" }\n",
        ),
        ("tolerance", "[[tolerance]]\nkey = \"a\"\ntitle = \"a\"\n"),
    ] {
        let more = format!("{body}{}\n\n[base]", super::make::cited());
        let (file, at, reason) = in_part(part, "[base]", &more);
        assert_eq!(file, "rules/parts/us/ca/local-recall.toml");
        assert_eq!(reason, format!("the table {table} stands in another part of this pack too; leave it out of one"));
        assert_eq!(at, line(part, "[base]"), "{table}");
    }
    let optional = "parts/us/ca/local-recall-size";
    let more = format!("[early_stop]\nat_percent = 100\n{}\n\n", super::make::cited());
    let pack = with_file(&old(), optional, "[requirement]", &format!("{more}[requirement]")).unwrap();
    assert!(pack.early_stop(5).is_some());
    let sample = format!("[prima_facie]\n{}\n\n[requirement]", super::make::cited());
    let (file, at, reason) = in_part(optional, "[requirement]", &sample);
    assert_eq!((file.as_str(), at), ("rules/parts/us/ca/local-recall-size.toml", line(optional, "[requirement]")));
    assert!(reason.starts_with("the table prima_facie stands in another part"), "{reason}");
}

/// Each table and each key of the whole, given by two parts or by none.
#[test]
fn every_table_in_two_parts_or_in_none() {
    let tables = [
        "calendar",
        "business_days",
        "rolling",
        "requirement",
        "base",
        "order_of_reasons",
        "mismatch",
        "signatures_per_voter",
        "withdrawals",
        "categories",
        "result",
        "prima_facie",
        "circulation",
        "sample",
        "projection",
        "sample_result",
        "deadline",
        "reason",
        "tolerance",
        "provision",
        "golden",
        "distribution",
        "early_stop",
    ];
    let more = format!(
        "{}\n[distribution]\nunit = \"county\"\nunits = 1\nof = 2\nnumber = 1\n{cited}\n\n[early_stop]\nat_percent = 100\n{cited}\n",
        flat(),
        cited = super::make::cited()
    );
    let blocks: Vec<_> = more.split("\n\n").filter(|block| block.starts_with('[')).collect();
    let keys: Vec<_> =
        more.lines().take_while(|line| !line.starts_with('[')).filter(|line| line.contains(" = ")).collect();
    assert_eq!(keys.len(), 7, "{keys:?}");
    let of = |block: &str, table: &str| {
        block.trim_start_matches('[').starts_with(&format!("{table}]")) || block.starts_with(&format!("[[{table}."))
    };
    let without = |left_out: &dyn Fn(&str) -> bool| {
        let keys = keys.iter().filter(|key| !left_out(key)).map(|key| format!("{key}\n"));
        let blocks = blocks.iter().filter(|block| !left_out(block)).map(|block| format!("\n{block}\n"));
        keys.chain(["include = [\"one\", \"two\"]\n".to_owned()]).chain(blocks).collect::<String>()
    };
    let read = |text: &str, one: &str, two: &str| {
        RulePack::read(text, "own.toml", &|name| match name {
            "one" => Some(one.to_owned()),
            "two" => Some(two.to_owned()),
            _ => None,
        })
    };
    assert!(read(&without(&|_| false), "", "").is_ok());
    let needed = &tables[..11];
    let names =
        tables.iter().copied().chain(["title", "family", "jurisdiction", "petition", "filed_from", "filed_until"]);
    for name in names {
        let key = format!("{name} = ");
        let left_out = |part: &str| of(part, name) || part.starts_with(&key);
        let text = without(&left_out);
        let part: String =
            keys.iter().chain(&blocks).filter(|part| left_out(part)).map(|part| format!("{part}\n\n")).collect();
        assert!(read(&text, &part, "").is_ok(), "{name} in one part");
        let twice = read(&text, &part, &format!("\n{part}")).unwrap_err();
        assert_eq!((twice.file.as_str(), twice.line), ("rules/two.toml", Some(2)), "{name}");
        assert!(twice.reason.starts_with(&format!("the table {name} stands in another part")), "{twice}");
        let none = read(&text, "", "");
        if needed.contains(&name) || ["golden", "title", "family", "jurisdiction", "petition"].contains(&name) {
            let none = none.unwrap_err();
            assert_eq!((none.file.as_str(), none.line), ("own.toml", None), "{name}");
            assert!(none.reason.starts_with(&format!("missing field `{name}`")), "{none}");
        }
    }
    let nameless = read(&without(&|part| part.starts_with("id = ")), "", "").unwrap_err();
    assert!(nameless.reason.starts_with("missing field `id`"), "{nameless}");
}

/// A fault within a part names the part and the line in it.
#[test]
fn a_fault_in_a_part() {
    let part = "parts/us/ca/local-recall-size";
    let name = format!("rules/{part}.toml");
    let (file, at, reason) = in_part(part, "from = 1000, to = 9999", "from = 999, to = 9999");
    assert_eq!((&file, at), (&name, line(part, "{ from = 1000, to = 9999")));
    assert!(reason.contains("overlaps"), "{reason}");
    let (file, at, reason) = in_part(part, "base = \"registered_voters\"", "bass = \"registered_voters\"");
    assert_eq!((&file, at), (&name, line(part, "base = ")));
    assert!(reason.contains("unknown field `bass`"), "{reason}");
    let golden = "[[golden.deadline]]\nkey = \"verification\"\nfrom = \"2022-07-06\"\ndate = \"2022-08-17\"\nsource = \"x\"\n\n[requirement]";
    let without = replaced(&old().files()[0].text, "[[golden.", "[[tolerance]]\n[[golden.");
    let without = without[..without.find("[[tolerance]]").unwrap()].to_owned();
    let changed = replaced(&old().files()[4].text, "[requirement]", golden);
    let error = RulePack::read(&without, "own.toml", &|asked| (asked == part).then(|| changed.clone())).unwrap_err();
    assert_eq!((&error.file, error.line), (&name, line(part, "[requirement]").map(|at| at + 1)), "{error}");
    assert_eq!(error.reason, "there is no deadline \"verification\"");
}

#[test]
fn unknown_holidays() {
    let (file, at, reason) = own("holidays = \"us-ca\"", "holidays = \"us-zz\"");
    assert_eq!((file.as_str(), at), ("own.toml", line("us/ca/county-recall-2022", "holidays = ")));
    let known = reason.strip_prefix("there are no holidays \"us-zz\"; there are: ").unwrap();
    assert!(known.split(", ").any(|id| id == "us-federal"), "{known}");
    let washington = RulePack::by_id("us/wa/statewide-initiative").unwrap();
    let error = with_file(&washington, "parts/us/wa", "holidays = \"us-federal\"", "holidays = \"us-zz\"").unwrap_err();
    let part = washington.files().iter().find(|file| file.name == "parts/us/wa").unwrap();
    let at = part.text[..part.text.find("holidays = ").unwrap()].matches('\n').count() + 1;
    assert_eq!(
        (error.file.as_str(), error.line),
        ("rules/parts/us/wa.toml", Some(at)),
        "the choice stands in the part"
    );
}

#[test]
fn holidays_that_are_handed_over() {
    let text = replaced(&old().files()[0].text, "holidays = \"us-ca\"", "holidays = \"county\"");
    let own = "id = \"county\"\nversion = \"7\"\ntitle = \"The county's own\"\n";
    let find = |name: &str| (name == "holidays/county").then(|| own.to_owned());
    let pack = RulePack::read(&text, "own.toml", &find).unwrap();
    assert_eq!((pack.calendar().id(), pack.calendar().version()), ("county", "7"));
    assert_eq!(pack.files().last().unwrap().name, "holidays/county");
    assert_eq!(RulePack::from_files(pack.files()), Ok(pack));
    let broken = |name: &str| (name == "holidays/county").then(|| own.replace("title", "titel"));
    let error = RulePack::read(&text, "own.toml", &broken).unwrap_err();
    assert_eq!((error.file.as_str(), error.line), ("rules/holidays/county.toml", Some(3)), "{error}");
}

#[test]
fn files_that_are_no_pack() {
    let files = |files: &[LawText]| RulePack::from_files(files).unwrap_err();
    for few in [&[][..], &old().files()[..1]] {
        let error = files(few);
        assert_eq!(
            error.to_string(),
            "rule pack: the files of the pack are incomplete; a pack and its holidays are two at least"
        );
    }
    let pack = old();
    assert!(files(&pack.files()[..6]).reason.contains("missing field `withdrawals`"), "the last file is the holidays");
    let mut part = pack.files().to_vec();
    part[6] = part[5].clone();
    assert_eq!(files(&part).file, "rules/parts/us/ca/local-recall-clocks-2022.toml", "a part is no holiday file");
    let mut other = pack.files().to_vec();
    *other.last_mut().unwrap() = RulePack::by_id("us/nv/recall").unwrap().files().last().unwrap().clone();
    let error = files(&other);
    assert!(
        error.reason.contains("there are no holidays \"us-ca\""),
        "a case keeps the holidays it was opened with: {error}"
    );
    let broken = vec![LawText { name: "x".to_owned(), text: "id = ".to_owned() }; 2];
    assert_eq!(files(&broken).file, "rules/x.toml");
}

/// Two packs of a family that cover one day of filing.
#[test]
fn overlapping_dates() {
    let between = |from: &str, until: &str| {
        let text = replaced(&flat(), "filed_from = \"2022-01-01\"\n", from);
        RulePack::parse(&replaced(&text, "filed_until = \"2023-12-31\"\n", until), "rules/other.toml").unwrap()
    };
    let day = |key: &str, day: &str| format!("{key} = \"{day}\"\n");
    for (from, until, overlaps) in [
        (day("filed_from", "2023-12-31"), String::new(), true),
        (day("filed_from", "2024-01-01"), String::new(), false),
        (String::new(), day("filed_until", "2021-12-31"), false),
        (String::new(), day("filed_until", "2022-01-01"), true),
        (String::new(), String::new(), true),
        (day("filed_from", "2022-06-01"), day("filed_until", "2022-06-01"), true),
        (day("filed_from", "2021-06-01"), day("filed_until", "2025-06-01"), true),
    ] {
        let pack = between(&from, &until);
        let found = pack.check_beside(&[old()]);
        assert_eq!(found.is_err(), overlaps, "{from}{until}");
        assert_eq!(old().check_beside(std::slice::from_ref(&pack)).is_err(), overlaps, "the other way");
        if let Err(error) = found {
            let start = if from.is_empty() { "id = " } else { "filed_from = " };
            let at = super::make::line(&pack.files()[0].text, start);
            assert_eq!((error.file.as_str(), error.line), ("rules/other.toml", Some(at)));
            assert_eq!(
                error.reason,
                "overlapping dates: us/ca/county-recall-2022 covers days of filing that us/ca/county-recall-2022 of the \
                 same family covers too; close one with filed_until"
            );
        }
    }
    assert_eq!(old().check_beside(&[new()]), Ok(()));
    let family = replaced(&flat(), "family = \"us/ca/county-recall\"", "family = \"us/ca/other\"");
    assert_eq!(RulePack::parse(&family, "f.toml").unwrap().check_beside(&[old()]), Ok(()), "another family");
}

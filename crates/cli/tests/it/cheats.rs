//! An office that cheats: it changes its log and signs everything again. Both programs find it, at the same check.

use sampling::{
    draw::{Draw, Purpose},
    manifest::{Manifest, SealedManifest},
    seed::Seed,
};

use crate::published::{OTHER_SEED, Published, SEED, by_sample, everything, refused, small};

/// Times that cannot be, and a roll whose numbers change under its digest.
#[test]
fn the_office_cheats_with_times_and_with_the_roll() {
    let published = small();
    let judged = published.last("line_judged");
    let at = "\"at\":\"2022-08-15T17:00:00Z\"";
    refused(&published.with_words(judged, at, "\"at\":\"2022-08-15T16:59:59.999Z\""), "events-fold");
    let decided = published.log()[judged].split("\"decided_at\":\"").nth(1).unwrap()[..20].to_owned();
    let later = "2022-08-15T17:00:00.000000001Z";
    refused(&published.with_words(judged, &decided, later), "events-fold");
    assert_ne!(
        published.with_words(judged, &decided, "2022-08-15T17:00:00Z").verdict(true).as_deref(),
        Some("events-fold")
    );
    let sealed = published.last("roll_sealed");
    for (from, to) in [("\"active\":", "\"active\":1"), ("\"rows\":", "\"rows\":1")] {
        let mut lines = published.log();
        let again = lines[sealed].replacen(from, to, 1);
        lines.insert(sealed + 1, again);
        refused(&published.with_log(lines), "events-fold");
    }
    let mut lines = published.log();
    lines.insert(sealed + 1, lines[sealed].clone());
    refused(&published.with_log(lines), "certificate-is-a-function");
}

/// What stands in the first event against the pack, and what the event of the certificate says of it.
#[test]
fn the_office_cheats_with_the_petition_and_the_certificate() {
    let published = small();
    refused(&published.with_words(0, "\"kind\":\"recall\"", "\"kind\":\"initiative\""), "law-kept");
    refused(&published.with_words(0, "\"filed_on\":\"2022-", "\"filed_on\":\"1922-"), "law-kept");
    let certified = published.last("certified");
    refused(&published.with_words(certified, "\"valid\":2", "\"valid\":3"), "certificate-is-a-function");
    refused(&published.with_words(certified, "insufficient", "sufficient"), "certificate-is-a-function");
    // The same content in another spelling.
    for (from, to) in [
        ("\"electorate\":{\"registered_voters\":40}", "\"electorate\":{\"registered_voters\":40,\"population\":null}"),
        ("\"kind\":\"recall\",", "\"kind\": \"recall\","),
        ("\"filed_on\"", "\"filed\\u005fon\""),
        ("{\"title\":", "{\"office\":\"Assessor\",\"title\":"),
    ] {
        refused(&published.with_words(0, from, to), "events-fold");
    }
    let received = published.last("section_received");
    for (from, to) in [("\"section\":", "\"section\":0"), ("\"signed_to\"", "\"signed_too\"")] {
        refused(&published.with_words(received, from, to), "events-fold");
    }
}

/// The line that comes next by its ticket: a true draw, which nobody asked for.
fn one_line_more(published: &Published) -> domain::LineRef {
    let rows = published.text("sample/manifest.csv");
    let lines = rows.lines().skip(1).map(|row| row.replace(',', ":").parse().unwrap()).collect();
    let list = Manifest::new(lines).unwrap();
    let root = list.root();
    let list = SealedManifest::new(list, root).unwrap();
    let draw = Draw::new(&list, &Seed::parse(OTHER_SEED, 20).unwrap(), Purpose::Sample);
    let drawn = published.text("sample/sample.csv").lines().count() as u64 - 1;
    draw.first(drawn + 1).unwrap().last().unwrap().line
}

/// A sample that is made longer where the law asks for no further one, and a check with other numbers than its list has.
#[test]
fn the_office_cheats_with_a_longer_sample_and_a_check() {
    let published = by_sample();
    let mut lines = published.log();
    let drawn = lines[published.last("sample_drawn")].clone();
    let next = one_line_more(published);
    let more = format!("}},{{\"section\":{},\"line\":{}}}]}}", next.section, next.line);
    assert!(drawn.contains("}]}"));
    lines.insert(published.last("certified"), drawn.replacen("}]}", &more, 1));
    refused(&published.with_log(lines), "sample-drawn-again");

    let published = everything();
    let sealed = published.last("audit_sealed");
    let lines = published.log()[..=sealed].to_vec();
    assert_eq!(published.with_log(lines.clone()).verdict(true), None);
    for (from, to) in [("\"seed_digits\":20", "\"seed_digits\":19"), ("\"lines\":", "\"lines\":1")] {
        let mut lines = lines.clone();
        lines[sealed] = lines[sealed].replacen(from, to, 1);
        refused(&published.with_log(lines), "audit-sealed");
    }
}

/// What stands on a line is keyed anew only on lines that count, each once, and before anybody has found on them.
#[test]
fn the_office_cheats_with_what_was_keyed() {
    let published = everything();
    let keyed = published.last("lines_keyed");
    for (from, to) in [("[3]", "[99]"), ("[3]", "[3,2]"), ("[3]", "[3,3]"), ("\"section\":4", "\"section\":999")] {
        refused(&published.with_words(keyed, from, to), "events-fold");
    }
    let mut late = published.log();
    let event = late.remove(keyed);
    let found = |line: &String| line.contains("line_judged") && line.contains("\"section\":4,\"line\":3,");
    let judged = late.iter().position(found).unwrap();
    late.insert(judged + 1, event);
    refused(&published.with_log(late), "events-fold");
}

#[test]
fn the_office_cheats_in_a_small_case() {
    let published = small();
    let judged = |nth: usize| {
        let lines = published.log();
        let all: Vec<_> = (0..lines.len()).filter(|&at| lines[at].contains("line_judged")).collect();
        all[nth]
    };
    let dropped = |at: usize| {
        let mut lines = published.log();
        lines.remove(at);
        published.with_log(lines)
    };
    let function = "certificate-is-a-function";
    // Another reason; a rejected line made valid; the voter's tag of a duplicate changed so that it counts.
    refused(&published.with_words(judged(2), "different_address", "canceled"), function);
    refused(&published.with_words(judged(2), "\"invalid\",\"reason\":\"different_address\"", "\"valid\""), function);
    let tag = published.log()[judged(6)].split("\"voter\":\"").nth(1).unwrap()[..32].to_owned();
    refused(&published.with_words(judged(6), &tag, &"0".repeat(32)), function);
    // Without a decision; without a second or third reviewer; one reviewer twice.
    refused(&dropped(judged(0)), "every-line-one-disposition");
    refused(&dropped(judged(5)), "every-line-one-disposition");
    let reviewer = |at: usize| published.log()[at].split("\"reviewer\":\"").nth(1).unwrap()[..32].to_owned();
    refused(&published.with_words(judged(5), &reviewer(judged(5)), &reviewer(judged(3))), "events-fold");
    // Without a search, without a roll, without a section, counted wrongly, certified twice.
    refused(&dropped(published.last("searched_section")), "events-fold");
    refused(&dropped(published.last("roll_sealed")), "events-fold");
    refused(&dropped(published.last("section_received")), "events-fold");
    refused(&published.with_words(published.last("raw_counted"), "6", "7"), "events-fold");
    let mut twice = published.log();
    twice.push(twice[twice.len() - 1].clone());
    refused(&published.with_log(twice), function);
    // Another requirement, other rules, another text of the law than its digest says.
    refused(&published.with_words(0, "\"required\":4", "\"required\":3"), "law-kept");
    refused(&published.with_words(0, "\"mismatch_reviewers\":3", "\"mismatch_reviewers\":4"), "law-kept");
    refused(&published.with_words(0, "(not the law of any place)", "(the law of this place)"), "law-kept");
    refused(&published.with_words(0, "percent = 10 }", "percent = 10"), "events-fold");
    // Reopened, and no certificate since.
    let mut reopened = published.log();
    let certified = reopened[reopened.len() - 1].clone();
    let (head, _) = certified.split_once("\"kind\"").unwrap();
    let private = certified.split_once("\"private\"").unwrap().1;
    reopened.push(format!("{head}\"kind\":\"case_reopened\",\"public\":\"recount\",\"private\"{private}"));
    refused(&published.with_log(reopened), "certificate-as-computed");
}

#[test]
fn the_office_cheats_with_a_sample() {
    let published = by_sample();
    let drawn = published.last("sample_drawn");
    let seed = |digit: &str| {
        let mut seed = OTHER_SEED.to_owned();
        seed.replace_range(3..4, digit);
        seed
    };
    refused(&published.with_words(drawn, OTHER_SEED, &seed("7")), "sample-drawn-again");
    refused(&published.with_words(drawn, OTHER_SEED, &OTHER_SEED[1..]), "events-fold");
    refused(&published.with_words(drawn, OTHER_SEED, SEED), "events-fold");
    let line = &published.log()[drawn];
    let first = line.split("\"lines\":[").nth(1).unwrap().split_once('}').unwrap().0.to_owned() + "}";
    let second = line.split(&format!("{first},")).nth(1).unwrap().split_once('}').unwrap().0.to_owned() + "}";
    let swapped = published.with_words(drawn, &format!("{first},{second}"), &format!("{second},{first}"));
    refused(&swapped, "sample-drawn-again");
    refused(&published.with_words(drawn, &format!("{first},{second}"), &format!("{first},{first}")), "events-fold");
    refused(&published.with_words(drawn, &format!("{first},"), ""), "events-fold");
    let sealed = published.last("manifest_sealed");
    let root = published.log()[sealed].split("\"root\":\"").nth(1).unwrap()[..64].to_owned();
    refused(&published.with_words(sealed, &root, &"0".repeat(64)), "events-fold");
    let mut other = published.log();
    for at in [sealed, drawn] {
        other[at] = other[at].replacen(&root, &"0".repeat(64), 1);
    }
    refused(&published.with_log(other), "sample-sealed");
    // A line of the sample left undecided.
    let mut lines = published.log();
    lines.remove(published.last("line_judged"));
    refused(&published.with_log(lines), "sample-complete");
}

#[test]
fn the_office_cheats_after_a_first_certificate() {
    let published = everything();
    let voided = published.last("section_voided");
    refused(&published.with_words(voided, "section_fatal", "out_of_circulation"), "certificate-is-a-function");
    let withdrawn = published.last("withdrawal_received");
    let log = published.log();
    let accepted = (0..=withdrawn).rfind(|&at| log[at].contains("\"signature_compares\":true")).unwrap();
    refused(
        &published.with_words(accepted, "\"signature_compares\":true", "\"signature_compares\":false"),
        "certificate-is-a-function",
    );
    let sealed = published.last("audit_sealed");
    let root = log[sealed].split("\"root\":\"").nth(1).unwrap()[..64].to_owned();
    refused(&published.with_words(sealed, &root, &"0".repeat(64)), "events-fold");
    let mut other = log.clone();
    for line in &mut other[sealed..] {
        *line = line.replacen(&root, &"0".repeat(64), 1);
    }
    refused(&published.with_log(other), "audit-sealed");
    // The seed of the sample again, for the check.
    refused(&published.with_words(published.last("audit_seeded"), OTHER_SEED, SEED), "events-fold");
    let reopened = published.last("case_reopened");
    refused(&published.with_words(reopened, "recount", "nothing"), "certificate-is-a-function");
    let mut lines = log.clone();
    lines.remove(reopened);
    refused(&published.with_log(lines), "events-fold");
    let struck = published.last("lines_struck");
    let mut lines = log;
    lines.remove(struck);
    refused(&published.with_log(lines), "events-fold");
}

//! Single sentences of the press about the real case: what each number is taken for.

use claims::{Finding, check_article, from_plain};
use serde_json::to_value;

use crate::common::certificate;

fn findings(text: &str) -> Vec<Finding> {
    check_article(&certificate("real"), &from_plain(text), "article.txt")
}

/// Every number of a text as `printed verdict about`.
fn judged(text: &str) -> Vec<String> {
    let told = |finding: &Finding| {
        let verdict = to_value(finding.verdict).unwrap();
        let about = finding.about.map(|about| format!(" {about}")).unwrap_or_default();
        format!("{} {}{about}", finding.printed, verdict.as_str().unwrap())
    };
    findings(text).iter().map(told).collect()
}

#[track_caller]
fn assert_judged(cases: &[(&str, &[&str])]) {
    let mut wrong = String::new();
    for (text, wanted) in cases {
        let found = judged(text);
        if found != *wanted {
            wrong += &format!("{text}\n   found {found:?}\n  wanted {wanted:?}\n");
        }
    }
    assert!(wrong.is_empty(), "{wrong}");
}

#[test]
fn rounded_as_the_press_rounds() {
    assert_judged(&[
        ("Nearly 570,000 valid signatures were needed.", &["570,000 rounded required"]),
        ("About 520,000 signatures were valid.", &["520,000 rounded valid"]),
        ("More than 88,000 signers were not registered.", &["88,000 rounded invalid_by_category.not_registered"]),
        ("Organizers turned in roughly 716,000 signatures.", &["716,000 rounded raw_count"]),
        ("Over half a million signatures were valid.", &["half a million rounded valid"]),
        ("The petition was some 47,000 short.", &["47,000 rounded margin"]),
        ("Almost 196,000 signatures were rejected.", &["196,000 rounded invalid"]),
        ("They submitted 715K signatures.", &["715K rounded raw_count"]),
        ("The county has 5.7 million registered voters.", &["5.7 million rounded registered_voters"]),
        ("27% of the signatures were invalid.", &["27% rounded invalid_percent_of_raw_count"]),
        ("One in four signatures was rejected.", &["One in four rounded invalid_percent_of_raw_count"]),
        ("27.4 percent of the signatures were thrown out.", &["27.4 percent rounded invalid_percent_of_raw_count"]),
        ("More than two-thirds of the signatures were valid.", &["two-thirds rounded valid_percent_of_raw_count"]),
        (
            "Nearly three-quarters of the signatures submitted were valid.",
            &["three-quarters rounded valid_percent_of_raw_count"],
        ),
        (
            "The county found 92 percent of the required signatures valid.",
            &["92 percent rounded valid_percent_of_required"],
        ),
        (
            "Five hundred and twenty thousand signatures were valid.",
            &["Five hundred and twenty thousand rounded valid"],
        ),
        ("They turned over 715,833 signatures.", &["715,833 exact raw_count"]),
        ("Just short of 716,000 signatures were submitted.", &["716,000 rounded raw_count"]),
        ("It fell just short of the 566,857 required.", &["566,857 exact required"]),
        (
            "Of the invalid signatures, 45 percent were from people not registered.",
            &["45 percent rounded invalid_by_category.not_registered_percent_of_invalid"],
        ),
    ]);
}

#[test]
fn the_direction_must_hold() {
    assert_judged(&[
        ("More than 530,000 signatures were valid.", &["530,000 contradicted valid"]),
        ("Nearly 560,000 signatures were needed.", &["560,000 contradicted required"]),
        ("More than 570,000 valid signatures were required.", &["570,000 contradicted required"]),
        ("Fewer than 40,000 signatures were duplicates.", &["40,000 contradicted invalid_by_category.duplicate"]),
        ("The petition was 46,807 signatures more than required.", &["46,807 contradicted margin"]),
        ("More than 400,000 signatures were valid.", &["400,000 unrelated"]),
        (
            "More than three-quarters of the signatures were valid.",
            &["three-quarters contradicted valid_percent_of_raw_count"],
        ),
    ]);
}

#[test]
fn contradicted_in_every_figure() {
    assert_judged(&[
        ("Organizers submitted 751,833 signatures.", &["751,833 contradicted raw_count"]),
        ("The registrar found 520,500 signatures valid.", &["520,500 contradicted valid"]),
        ("Officials rejected 159,783 signatures.", &["159,783 contradicted invalid"]),
        ("The petition needed 566,867 signatures to qualify.", &["566,867 contradicted required"]),
        ("It fell 48,607 signatures short.", &["48,607 contradicted margin"]),
        ("It missed by 46,087 signatures.", &["46,087 contradicted margin"]),
        ("The petition came up short by 64,807 signatures.", &["64,807 contradicted margin"]),
        (
            "Some 84,464 people were not registered to vote.",
            &["84,464 contradicted invalid_by_category.not_registered"],
        ),
        ("There were 45,393 duplicates.", &["45,393 contradicted invalid_by_category.duplicate"]),
        ("Another 23,187 listed a different address.", &["23,187 contradicted invalid_by_category.different_address"]),
        ("And 9,940 had mismatched signatures.", &["9,940 contradicted invalid_by_category.signature_mismatch"]),
        ("The registrations of 7,334 signers had been canceled.", &["7,334 contradicted invalid_by_category.canceled"]),
        ("A further 5,734 lived outside the county.", &["5,734 contradicted invalid_by_category.out_of_jurisdiction"]),
        ("Finally, 9,313 were rejected for other reasons.", &["9,313 contradicted invalid_by_category.other"]),
        ("Los Angeles County has 5,686,569 registered voters.", &["5,686,569 contradicted registered_voters"]),
        (
            "Only 62.65 percent of the signatures were valid.",
            &["62.65 percent contradicted valid_percent_of_raw_count"],
        ),
        ("The county tossed 37% of the signatures.", &["37% contradicted invalid_percent_of_raw_count"]),
        (
            "The law asks for signatures of 12 percent of registered voters.",
            &["12 percent contradicted required_percent_of_registered_voters"],
        ),
        (
            "195,783 signatures were valid and 520,050 were invalid.",
            &["195,783 contradicted valid", "520,050 contradicted invalid"],
        ),
        ("Organizers submitted 520,050 signatures.", &["520,050 contradicted raw_count"]),
        ("The registrar declared 715,833 signatures valid.", &["715,833 contradicted valid"]),
        ("Of the 751,833 signatures, 520,050 were valid.", &["751,833 contradicted raw_count", "520,050 exact valid"]),
        (
            "A total of 32,187 were duplicates and 43,593 had a different address.",
            &[
                "32,187 contradicted invalid_by_category.duplicate",
                "43,593 contradicted invalid_by_category.different_address",
            ],
        ),
        ("The failed recall petition had 530,020 valid signatures.", &["530,020 contradicted valid"]),
        ("Only 52,050 signatures were valid.", &["52,050 contradicted valid"]),
        ("Valid signatures: 530,020", &["530,020 contradicted valid"]),
        ("Organizers gathered 717,000 signatures.", &["717,000 contradicted raw_count"]),
    ]);
}

#[test]
fn several_numbers_in_a_sentence() {
    assert_judged(&[
        (
            "Of 715,833 signatures submitted, 520,050 were valid, 46,807 short of the 566,857 required.",
            &["715,833 exact raw_count", "520,050 exact valid", "46,807 exact margin", "566,857 exact required"],
        ),
        (
            "Just 520,050 of the 715,833 submitted signatures were valid.",
            &["520,050 exact valid", "715,833 exact raw_count"],
        ),
        (
            "88,464 of the 195,783 invalid signatures were from people not registered.",
            &["88,464 exact invalid_by_category.not_registered", "195,783 exact invalid"],
        ),
        (
            "The county rejected 195,783 of the 715,833 signatures turned in.",
            &["195,783 exact invalid", "715,833 exact raw_count"],
        ),
        (
            "Out of 715,833 signatures, 195,783, or 27.35 percent, were rejected.",
            &["715,833 exact raw_count", "195,783 exact invalid", "27.35 percent rounded invalid_percent_of_raw_count"],
        ),
        (
            "It had 520,050 valid signatures against 566,857 required.",
            &["520,050 exact valid", "566,857 exact required"],
        ),
        (
            "The rejected signatures included 43,593 duplicates (22.27%), 9,490 mismatches and 7,344 canceled registrations.",
            &[
                "43,593 exact invalid_by_category.duplicate",
                "22.27% rounded invalid_by_category.duplicate_percent_of_invalid",
                "9,490 exact invalid_by_category.signature_mismatch",
                "7,344 exact invalid_by_category.canceled",
            ],
        ),
        (
            "Valid: 520,050; invalid: 195,783; required: 566,857.",
            &["520,050 exact valid", "195,783 exact invalid", "566,857 exact required"],
        ),
        (
            "Duplicates (43,593) and canceled registrations (7,344) came next.",
            &["43,593 exact invalid_by_category.duplicate", "7,344 exact invalid_by_category.canceled"],
        ),
    ]);
}

#[test]
fn unrelated_numbers_are_left_alone() {
    let unrelated = [
        "The special election would cost $20,050,000.",
        "On Aug. 15, 2022, the registrar met the press at 4:30 p.m.",
        "Section 11225 of the Elections Code governs the valid signatures.",
        "About 400 employees verified signatures for 28 business days.",
        "The measure failed by 520,000 votes.",
        "An earlier petition gathered about 200,000 valid signatures.",
        "Organizers hoped to submit 650,000 signatures.",
        "As of June, 500,000 signatures had been collected.",
        "The campaign had expected that 85 percent of its signatures would be valid.",
        "In the sample of 35,793 signatures, 27,983 were valid.",
        "In 2021, the recall of Gavin Newsom gathered 1,719,943 valid signatures.",
        "Call the registrar at (562) 555-0142 about invalid signatures.",
        "The 47-year-old registrar rejected the petition.",
        "The previous attempt was short by 30,000 signatures.",
        "In San Francisco, 83,484 signatures were submitted and 51,325 were required.",
        "Backers say 55,000 more signatures would have been needed.",
        "The recall won 55 percent of the vote.",
        "If only 40,000 of the rejected signatures were restored, it would not suffice.",
        "The county's population is 9,861,224.",
        "The recall committee disputed 46,807 of the rejections.",
        "At the halfway point, 260,000 signatures had been found valid.",
        "Signature checkers found 12,000 duplicates in the first week.",
        "More than 120,000 of the invalid signatures were duplicates or unregistered.",
        "Together, unregistered signers and duplicates made up 132,057 of the rejected signatures.",
        "Workers checked 30,000 signatures a day.",
    ];
    for text in unrelated {
        for finding in findings(text) {
            assert_eq!(to_value(finding.verdict).unwrap(), "unrelated", "{text}: {}", finding.explanation);
        }
    }
}

#[test]
fn what_is_said_round_about() {
    assert_judged(&[
        (
            "The office threw out 195,783 signatures, or 27% of those submitted.",
            &["195,783 exact invalid", "27% rounded invalid_percent_of_raw_count"],
        ),
        (
            "Nearly 200,000 signatures were tossed out, more than a quarter of the total.",
            &["200,000 rounded invalid", "a quarter rounded invalid_percent_of_raw_count"],
        ),
        (
            "Of these, 502,050 (72.65%) were valid and 195,783 (37.35%) invalid.",
            &[
                "502,050 contradicted valid",
                "72.65% rounded valid_percent_of_raw_count",
                "195,783 exact invalid",
                "37.35% contradicted invalid_percent_of_raw_count",
            ],
        ),
        ("The shortfall was 46,087.", &["46,087 contradicted margin"]),
        ("He noted that 46,807 more valid signatures were needed.", &["46,807 exact margin"]),
        ("Some 5,374 more lived outside the county.", &["5,374 exact invalid_by_category.out_of_jurisdiction"]),
        ("Gatherers had until July 6 to collect 566,857 signatures.", &["6 unrelated", "566,857 exact required"]),
        ("The campaign managed to collect 751,833 signatures.", &["751,833 contradicted raw_count"]),
        ("By late June, the campaign had collected about 600,000 signatures.", &["600,000 unrelated"]),
        ("The committee found that 39 percent were wrongly invalidated.", &["39 percent unrelated"]),
        ("The county has 5.6 million registered voters.", &["5.6 million unrelated"]),
        ("They needed to have 46,807 signatures counted.", &["46,807 exact margin"]),
        ("They submitted nearly 150,000 more signatures than required.", &["150,000 unrelated"]),
    ]);
}

#[test]
fn however_a_number_is_set() {
    for printed in [
        "566,857",
        "566857",
        "566 857",
        "566\u{a0}857",
        "566\u{2009}857",
        "566\u{202f}857",
        "566,\u{ad}857",
        "566,\n857",
        "566\n857",
    ] {
        let found = findings(&format!(
            "The petition to recall the district attorney of Los Angeles County needed {printed} valid signatures."
        ));
        assert_eq!(found[0].about.unwrap().to_string(), "required", "{printed:?}");
        assert_eq!(to_value(found[0].verdict).unwrap(), "exact", "{printed:?}");
    }
}

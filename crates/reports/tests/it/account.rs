//! The account for the terminal.

use domain::Verdict;
use law::certificate::Superseded;
use reports::account;

use super::published;

#[test]
fn the_account_reads_as_one_would_publish_it() {
    insta::assert_snapshot!(account(&published()));
}

#[test]
fn no_line_is_wider_than_the_terminal() {
    let mut certificate = published();
    certificate.petition.title = "Señorío ".repeat(40) + &"x".repeat(300);
    certificate.breakdown[0].label = "y".repeat(200);
    certificate.raw_count = u64::MAX;
    for line in account(&certificate).lines() {
        assert!(line.chars().count() <= 80, "{line}");
    }
}

#[test]
fn a_title_cannot_command_the_terminal() {
    let mut certificate = published();
    certificate.petition.title = "Recall\u{1b}[2J the Assessor".to_owned();
    certificate.breakdown[0].label = "Not\u{7}Registered".to_owned();
    let text = account(&certificate);
    assert!(text.chars().all(|character| character == '\n' || !character.is_control()));
    assert!(text.contains("Not Registered"));
}

#[test]
fn every_result_and_every_part_is_told() {
    let mut certificate = published();
    certificate.verdict = Verdict::EqualReview;
    certificate.margin = Some(0);
    certificate.superseded = Some(Superseded { digest: "c".repeat(64), reason: "a box was found".to_owned() });
    certificate.clocks[1].met = Some(false);
    let words: Vec<_> = account(&certificate).split_whitespace().map(str::to_owned).collect();
    let words = words.join(" ");
    for part in
        ["EQUAL TO THE REQUIREMENT - COUNSEL DECIDES", "More than required by", "a box was found", "LATE", "R. Gistrar"]
    {
        assert!(words.contains(part), "{part}");
    }
    certificate.official = None;
    certificate.superseded = None;
    certificate.invalid_by_reason.clear();
    certificate.rules_cited.retain(|rule| rule.status == law::Status::Confirmed);
    for (verdict, words) in [(Verdict::Sufficient, "\nSUFFICIENT\n"), (Verdict::ExamineAll, "TO BE EXAMINED IN FULL")] {
        certificate.verdict = verdict;
        let text = account(&certificate);
        assert!(text.contains(words), "{text}");
        assert!(!text.contains("By reason") && !text.contains("Replaces") && !text.contains("not confirmed"));
    }
}

#[test]
fn a_result_by_sample_says_so() {
    insta::assert_snapshot!(account(&super::by_sample()));
}

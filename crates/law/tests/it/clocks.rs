//! The clocks: which apply, when they end, and the derivation that each shows.

use std::collections::BTreeMap;

use domain::{Milestone, Verdict};
use jiff::civil::{Date, date};
use law::{Anchors, LawError, RulePack, Status};

use super::make::{flat, new, old, replaced};

fn on(milestone: Milestone, day: Date) -> Anchors {
    Anchors { days: BTreeMap::from([(milestone, day)]), ..Anchors::default() }
}

#[test]
fn circulation_by_registered_voters_needs_their_number() {
    let error = old().circulation(None, date(2022, 1, 27)).unwrap_err();
    assert_eq!(error, LawError::NoBase { base: "registered voters" });
    let clock = old().circulation(Some(5_668_569), date(2022, 1, 27)).unwrap().unwrap();
    assert_eq!((clock.name.as_str(), clock.rule.key.as_str()), ("circulation", "circulation"));
    assert!(clock.title.contains("circulate"));
}

#[test]
fn clocks_show_their_derivation() {
    let anchors = Anchors {
        sampled: None,
        registered_voters: Some(5_668_569),
        raw_count: Some(715_833),
        verdict: Some(Verdict::Insufficient),
        days: BTreeMap::from([
            (Milestone::FormApproved, date(2022, 1, 27)),
            (Milestone::Filed, date(2022, 7, 6)),
            (Milestone::Certified, date(2022, 8, 15)),
            (Milestone::ProponentsExaminationBegan, date(2022, 9, 6)),
        ]),
    };
    let clocks = old().deadlines(&anchors).unwrap();
    let lines: Vec<_> = clocks
        .iter()
        .map(|clock| format!("{} {} {:?} {}", clock.name, clock.date, clock.met, clock.derivation))
        .collect();
    assert_eq!(
        lines,
        [
            "circulation 2022-07-06 Some(true) 2022-01-27 (the form was approved) + 160 calendar days = 2022-07-06",
            "examination 2022-08-17 Some(true) 2022-07-06 (the petition was filed) + 30 business days = 2022-08-17; Saturdays and \
             Sundays are not counted; no holiday falls in between; holidays: us-ca, version 2026-1",
            "proponents_examination_begins 2022-09-06 Some(true) 2022-08-15 (the result was certified) + 21 calendar days = \
             2022-09-05, which is Labor Day; moved to the next business day, 2022-09-06 (Elections Code 15, unconfirmed); \
             holidays: us-ca, version 2026-1",
        ]
    );
    let to_certify = old().deadlines_for(Milestone::Certified, &anchors).unwrap();
    assert_eq!(to_certify, [clocks[1].clone()]);
    let to_file = old().deadlines_for(Milestone::Filed, &anchors).unwrap();
    assert_eq!(to_file, [], "the time to circulate has no key of its own among the deadlines");
    let mut late = anchors;
    late.days.insert(Milestone::Certified, date(2022, 8, 18));
    let late = old().deadlines(&late).unwrap();
    assert_eq!((late[1].met, late[1].done_on), (Some(false), Some(date(2022, 8, 18))));
}

#[test]
fn clocks_without_their_day_are_left_out() {
    let names = |pack: &RulePack, anchors: &Anchors| -> Vec<String> {
        pack.deadlines(anchors).unwrap().into_iter().map(|clock| clock.name).collect()
    };
    assert!(names(&old(), &Anchors::default()).is_empty());
    let approved = on(Milestone::FormApproved, date(2022, 1, 27));
    assert!(names(&old(), &approved).is_empty(), "the time to circulate depends on the registered voters");
    assert_eq!(names(&old(), &Anchors { registered_voters: Some(5), ..approved.clone() }), ["circulation"]);
    let synthetic = RulePack::by_id("synthetic/county-recall").unwrap();
    assert_eq!(names(&synthetic, &approved), ["circulation"], "here it does not");
    let filed = on(Milestone::Filed, date(2024, 7, 8));
    assert_eq!(names(&new(), &filed), ["examination", "examination_if_sampled"]);
    let counted = |raw| Anchors { raw_count: Some(raw), ..filed.clone() };
    assert_eq!(names(&new(), &counted(500)), ["examination"]);
    assert_eq!(names(&new(), &counted(501)), ["examination", "examination_if_sampled"]);
    let certified = |verdict| Anchors { verdict, ..on(Milestone::Certified, date(2024, 8, 1)) };
    assert_eq!(names(&new(), &certified(None)), ["proponents_examination_begins"]);
    assert_eq!(names(&new(), &certified(Some(Verdict::EqualReview))), ["proponents_examination_begins"]);
    assert!(names(&new(), &certified(Some(Verdict::Sufficient))).is_empty());
}

#[test]
fn a_clock_for_few_signatures_only() {
    let text = replaced(&flat(), "key = \"examination\"\ntitle", "key = \"examination\"\nraw_to = 500\ntitle");
    let pack = RulePack::parse(&text, "few.toml").unwrap();
    let names = |raw_count| -> Vec<String> {
        let anchors = Anchors { raw_count, ..on(Milestone::Filed, date(2022, 7, 6)) };
        pack.deadlines(&anchors).unwrap().into_iter().map(|clock| clock.name).collect()
    };
    assert_eq!(names(Some(500)), ["examination"]);
    assert!(names(Some(501)).is_empty());
    assert_eq!(names(None), ["examination"], "what is not known yet does not exclude a clock");
}

#[test]
fn the_anchors_are_those_of_all_clocks() {
    use Milestone::{BodyMet, Certified, ElectionOrdered, Filed, FormApproved, ProponentsExaminationBegan};
    assert_eq!(old().anchors(), [FormApproved, Filed, Certified, BodyMet, ElectionOrdered]);
    assert_eq!(
        new().anchors(),
        [FormApproved, Filed, Certified, BodyMet, ElectionOrdered, ProponentsExaminationBegan],
        "in the order of a petition's life, each once"
    );
    assert_eq!(old().circulation_from(), Some(FormApproved));
    let endless = RulePack::by_id("us/ma/statewide-initiative").unwrap();
    assert_eq!((endless.circulation_from(), endless.circulation(None, date(2022, 1, 1))), (None, Ok(None)));
    assert_eq!(endless.deadlines(&on(Milestone::Filed, date(2022, 1, 1))).unwrap(), []);
}

#[test]
fn clocks_that_count_back_say_so() {
    let counted = |length: &str| {
        let clock = format!(
            "\n[[deadline]]\nkey = \"last\"\ntitle = \"Last\"\nanchor = \"election_on\"\n{length}\n{}\n",
            super::make::cited()
        );
        let pack = RulePack::parse(&(flat() + &clock), "back.toml").unwrap();
        let clocks = pack.deadlines(&on(Milestone::Election, date(2022, 9, 7))).unwrap();
        (clocks[0].date, clocks[0].derivation.clone(), clocks[0].met)
    };
    let (day, words, met) = counted("length = 2\nunit = \"business_days\"\nbefore = true");
    assert_eq!((day, met), (date(2022, 9, 2), None));
    assert!(words.contains("- 2 business days = 2022-09-02"), "{words}");
    assert!(words.contains("left out: 2022-09-05 (Labor Day)"), "{words}");
    let (day, words, _) = counted("length = 1\nunit = \"calendar_days\"\nbefore = true");
    assert_eq!(day, date(2022, 9, 6));
    assert!(words.ends_with("- 1 calendar day = 2022-09-06"), "{words}");
    let (day, words, _) = counted("length = 4\nunit = \"months\"\nbefore = true");
    assert_eq!(day, date(2022, 5, 7), "a Saturday: what counts back is not moved");
    assert!(words.ends_with("- 4 months = 2022-05-07"), "{words}");
    let (day, words, _) = counted("length = 1\nunit = \"months\"\nroll = true");
    assert_eq!(day, date(2022, 10, 7));
    assert!(words.ends_with("+ 1 month = 2022-10-07"), "{words}");
}

/// Every way to count has its end at the calendar's.
#[test]
fn no_clock_ends_beyond_the_calendar() {
    for unit in ["business_days", "calendar_days", "months"] {
        for (before, from) in [(false, Date::MAX), (true, Date::MIN)] {
            let clock = format!(
                "\n[[deadline]]\nkey = \"last\"\ntitle = \"Last\"\nanchor = \"election_on\"\nlength = 1\nunit = \"{unit}\"\n\
                 before = {before}\n{}\n",
                super::make::cited()
            );
            let pack = RulePack::parse(&(flat() + &clock), "end.toml").unwrap();
            let error = pack.deadlines(&on(Milestone::Election, from)).unwrap_err();
            assert_eq!(error, LawError::BeyondCalendar { from, n: 1 }, "{unit} {before}");
        }
    }
    let approved = Anchors { registered_voters: Some(5), ..on(Milestone::FormApproved, Date::MAX) };
    assert_eq!(old().deadlines(&approved), Err(LawError::BeyondCalendar { from: Date::MAX, n: 40 }));
}

#[test]
fn a_single_day_and_the_status_of_the_rolling_rule() {
    let moved = |status: &str| {
        let text = super::make::with_table(&flat(), "[rolling]", Some(""));
        let text = replaced(&text, "status = \"open\"", &format!("status = \"{status}\""));
        let pack = RulePack::parse(&text, "rolling.toml").unwrap();
        pack.circulation(Some(100_000), date(2022, 1, 30)).unwrap().unwrap().derivation
    };
    for status in ["confirmed", "unconfirmed", "open"] {
        assert!(moved(status).contains(&format!("(c, {status})")), "{}", moved(status));
    }
    let clock = "key = \"examination\"\ntitle = \"Examination of the petition complete\"\nanchor = \"filed_on\"\ndone = \"certified_on\"\nlength = ";
    let text = replaced(&flat(), &format!("{clock}30"), &format!("{clock}1"));
    let clocks =
        RulePack::parse(&text, "one.toml").unwrap().deadlines(&on(Milestone::Filed, date(2022, 7, 6))).unwrap();
    assert!(clocks[0].derivation.contains("+ 1 business day = 2022-07-07;"), "{}", clocks[0].derivation);
}

#[test]
fn the_cap_on_the_proponents_examination_binds_from_its_day_in_force() {
    let began = |day| on(Milestone::ProponentsExaminationBegan, day);
    assert!(new().deadlines(&began(date(2024, 12, 31))).unwrap().is_empty());
    let ends = new().deadlines(&began(date(2025, 1, 1))).unwrap();
    assert_eq!(
        (ends[0].name.as_str(), ends[0].date, ends[0].rule.status),
        ("proponents_examination_ends", date(2025, 3, 2), Status::Unconfirmed)
    );
}

#[test]
fn a_last_day_on_a_weekend_moves() {
    let deadline = old().circulation(Some(100_000), date(2022, 1, 29)).unwrap().unwrap();
    assert_eq!(deadline.date, date(2022, 7, 8));
    let deadline = old().circulation(Some(100_000), date(2022, 1, 30)).unwrap().unwrap();
    assert_eq!(deadline.date, date(2022, 7, 11));
    assert!(
        deadline.derivation.contains("= 2022-07-09, which is a weekend; moved to the next business day, 2022-07-11")
    );
}

#[test]
fn a_day_beyond_the_calendar_is_an_error() {
    let error = old().circulation(Some(100_000), Date::MAX).unwrap_err();
    assert_eq!(error.to_string(), "160 days from 9999-12-31 is beyond the calendar; check the date");
    assert!(matches!(old().deadlines(&on(Milestone::Filed, Date::MAX)), Err(LawError::BeyondCalendar { n: 30, .. })));
}

/// Since 2024 a recall has 60 business days where the examination began with a sample, and 30 otherwise.
#[test]
fn a_clock_may_depend_on_whether_there_was_a_sample() {
    let filed = on(Milestone::Filed, date(2024, 7, 5));
    let names = |sampled| -> Vec<String> {
        let clocks = new().deadlines(&Anchors { sampled, raw_count: Some(600), ..filed.clone() }).unwrap();
        clocks.into_iter().map(|clock| clock.name).collect()
    };
    assert_eq!(names(Some(false)), ["examination"]);
    assert_eq!(names(Some(true)), ["examination_if_sampled"]);
    assert_eq!(names(None), ["examination", "examination_if_sampled"], "what is not known yet excludes nothing");
}

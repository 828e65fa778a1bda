//! The law: for every built-in pack, the number required, the size of the sample, the projection with its edges, and the clocks, on
//! figures of every size.

use std::{collections::BTreeMap, num::NonZeroU32};

use domain::{Electorate, Milestone, Verdict};
use law::{Anchors, RulePack, SampleFigures};
use serde_json::{Value, json};

use crate::python::{Numbers, answers};

const FIGURES_OF_A_PACK: usize = 50;

/// The figures of one question.
struct Asked {
    electorate: Electorate,
    days: BTreeMap<Milestone, String>,
    raw: u64,
    sampled: bool,
    verdict: Verdict,
    figures: SampleFigures,
    required: u64,
    stage: u32,
}

const VERDICTS: [Verdict; 5] =
    [Verdict::Sufficient, Verdict::Insufficient, Verdict::ExamineAll, Verdict::NextSample, Verdict::EqualReview];

impl Asked {
    fn of(numbers: &mut Numbers) -> Self {
        let most = *numbers.one_of(&[12, 600, 12_000, 800_000]);
        let raw = numbers.between(1, most);
        let sample = numbers.between(1, raw.min(2_000));
        let valid = numbers.between(sample / 2, sample);
        let duplicates = numbers.between(0, (sample / 20).min(sample - 1));
        // Near what the sample says, where the bands are.
        let required = 1 + raw * valid / sample * numbers.between(70, 130) / 100;
        let mut base = || (numbers.between(0, 9) > 0).then(|| numbers.between(0, most * 10));
        let electorate = Electorate { registered_voters: base(), votes_cast: base(), population: base() };
        let mut days = BTreeMap::new();
        for milestone in Milestone::ALL {
            if milestone == Milestone::Filed || numbers.between(0, 2) > 0 {
                let (year, month, day) = (numbers.between(2019, 2028), numbers.between(1, 12), numbers.between(1, 28));
                days.insert(milestone, format!("{year}-{month:02}-{day:02}"));
            }
        }
        Self {
            electorate,
            days,
            raw,
            sampled: numbers.between(0, 1) == 1,
            verdict: *numbers.one_of(&VERDICTS),
            figures: SampleFigures { raw, sample, valid, duplicates },
            required,
            stage: u32::try_from(numbers.between(1, 3)).unwrap(),
        }
    }

    fn question(&self) -> Value {
        let SampleFigures { raw, sample, valid, duplicates } = self.figures;
        json!({
            "electorate": self.electorate, "days": self.days, "raw": raw, "sampled": self.sampled, "verdict": self.verdict,
            "sample": sample, "valid": valid, "duplicates": duplicates, "required": self.required, "stage": self.stage,
        })
    }

    /// What this workspace says. A refusal is null.
    fn answer(&self, pack: &RulePack) -> Value {
        let projection = pack.project(self.figures, self.required, NonZeroU32::new(self.stage).unwrap());
        let projection = projection.map(|found| {
            let mut found = serde_json::to_value(found).unwrap();
            found.as_object_mut().unwrap().remove("steps");
            found
        });
        let anchors = Anchors {
            registered_voters: self.electorate.registered_voters,
            raw_count: Some(self.raw),
            sampled: Some(self.sampled),
            verdict: Some(self.verdict),
            days: serde_json::from_value(json!(self.days)).unwrap(),
        };
        let clocks = pack.deadlines(&anchors).map(|clocks| {
            let row = |clock: &law::Deadline| json!([clock.name, clock.date, clock.done_on, clock.met]);
            Value::from(clocks.iter().map(row).collect::<Vec<_>>())
        });
        json!({
            "required": pack.threshold(&self.electorate).ok().map(|threshold| threshold.required),
            "size": pack.sample_size(self.raw).ok().map(|size| size.size),
            "clocks": clocks.ok(),
            "projection": projection.ok(),
        })
    }
}

#[test]
fn every_pack_comes_to_the_same() {
    let packs: Vec<_> = RulePack::built_in().map(Result::unwrap).collect();
    let mut numbers = Numbers(20_220_815);
    let asked: Vec<Vec<Asked>> =
        packs.iter().map(|_| (0..FIGURES_OF_A_PACK).map(|_| Asked::of(&mut numbers)).collect()).collect();
    let seats = NonZeroU32::new(3).unwrap();
    let questions: Vec<_> = packs
        .iter()
        .zip(&asked)
        .map(|(pack, asked)| {
            let figures: Vec<_> = asked.iter().map(Asked::question).collect();
            json!({ "files": pack.files(), "seats": seats, "figures": figures })
        })
        .collect();
    let mut answered = BTreeMap::from([("required", 0), ("size", 0), ("clocks", 0), ("projection", 0)]);
    for ((pack, asked), answer) in packs.iter().zip(&asked).zip(answers("law", &questions)) {
        let id = pack.id();
        assert_eq!(answer["digest"], pack.digest(), "{id}");
        let mut rules = serde_json::to_value(pack.case_rules(Some(seats)).unwrap()).unwrap();
        rules.as_object_mut().unwrap().entry("circulation_from").or_insert(Value::Null);
        assert_eq!(answer["rules"], rules, "{id}");
        for (asked, second) in asked.iter().zip(answer["figures"].as_array().unwrap()) {
            let first = asked.answer(pack);
            assert_eq!(&first, second, "{id}: {}", asked.question());
            for (name, count) in &mut answered {
                *count += usize::from(!first[name].is_null());
            }
        }
    }
    // Enough of every kind was really answered, and not only refused by both.
    assert!(
        answered["projection"] > 1_000 && answered["required"] > 3_000 && answered["clocks"] > 3_000,
        "{answered:?}"
    );
}

//! The certificate on paper, on the terminal and against its schema.
#![allow(clippy::unwrap_used, reason = "a test that cannot go on fails")]

mod account;
mod events;
mod lines;
mod page;
mod paper;
mod schema;
mod small;
mod totals;

use law::certificate::{Basis, Certificate, SampleStatement};

/// The same petition certified from a sample that found it insufficient: the figures of 2022 with 131 duplicates.
fn by_sample() -> Certificate {
    let pack = law::RulePack::by_id("us/ca/county-recall-2022").unwrap();
    let figures = law::SampleFigures { raw: 715_833, sample: 35_793, valid: 27_983, duplicates: 131 };
    let projection = pack.project(figures, 566_857, std::num::NonZeroU32::MIN).unwrap();
    let mut certificate = published();
    certificate.basis = Basis::Sample;
    certificate.examined = figures.sample;
    certificate.margin = projection.projected_valid.map(|projected| projected - 566_857);
    certificate.sample = Some(SampleStatement {
        root: "a".repeat(64),
        seed: "20237331128159211123".to_owned(),
        void_draws: 1,
        size_steps: pack.sample_size(figures.raw).unwrap().steps,
        projection,
    });
    certificate
}

/// A certificate with the figures published in 2022 and invented names.
fn published() -> Certificate {
    Certificate::from_json(include_str!("certificate.json")).unwrap()
}

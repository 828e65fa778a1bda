//! Random packs and petitions from a seed, the same on every machine.

use domain::Verdict;
use law::RulePack;
use num_bigint::BigInt;

use super::{
    exact::{Formula, Law, Limit, Number, Petition, Rounding, Size, ratio},
    make::{flat, replaced, with_table},
};

/// SplitMix64.
pub(crate) struct Chance(pub(crate) u64);

impl Chance {
    pub(crate) fn next(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut mixed = self.0;
        mixed = (mixed ^ (mixed >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        mixed = (mixed ^ (mixed >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        mixed ^ (mixed >> 31)
    }

    /// A number from the first to the last, both included.
    pub(crate) fn between(&mut self, first: u64, last: u64) -> u64 {
        first + self.next() % (last - first + 1)
    }

    pub(crate) fn one_in(&mut self, n: u64) -> bool {
        self.next().is_multiple_of(n)
    }

    pub(crate) fn pick<T: Clone>(&mut self, of: &[T]) -> T {
        let at = self.between(0, of.len() as u64 - 1);
        of[usize::try_from(at).unwrap()].clone()
    }

    /// A number of a random number of digits.
    pub(crate) fn of_any_size(&mut self, most: u64) -> u64 {
        let bits = self.between(0, u64::from(64 - most.leading_zeros()));
        (self.next() & ((1_u64 << bits) - 1)).clamp(1, most)
    }

    /// A number with up to four decimals: its text in a pack, and itself.
    fn decimal(&mut self, most: u64) -> (String, Number) {
        let units = match self.between(0, 3) {
            0 => self.between(1, most) * 10_000,
            1 => self.between(1, most * 10) * 1_000,
            _ => self.between(1, most * 10_000),
        };
        (format!("\"{}.{:04}\"", units / 10_000, units % 10_000), ratio(units, 10_000))
    }

    fn rounding(&mut self) -> (&'static str, Rounding) {
        self.pick(&[
            ("rounding = \"down\"\n", Rounding::Down),
            ("", Rounding::Down),
            ("rounding = \"up\"\n", Rounding::Up),
            ("rounding = \"half_up\"\n", Rounding::HalfUp),
        ])
    }

    fn formula(&mut self) -> (String, Formula) {
        let (keys, rounding) = self.rounding();
        match self.between(0, 4) {
            0 => {
                let (truncate, after) = (self.one_in(2), self.one_in(2));
                let digits = if truncate { "truncate" } else { "half_up" };
                let correction = if after { "after" } else { "before" };
                let keys = format!("digits = \"{digits}\"\ncorrection = \"{correction}\"\n");
                let keys = if !truncate && !after && self.one_in(2) { String::new() } else { keys };
                (format!("formula = \"rounded_percent\"\n{keys}"), Formula::RoundedPercent { truncate, after })
            }
            1 => (format!("formula = \"proportion\"\n{keys}"), Formula::Proportion(rounding)),
            2 => (format!("formula = \"remainder_rate\"\n{keys}"), Formula::RemainderRate(rounding)),
            3 => (format!("formula = \"at_most_twice\"\n{keys}"), Formula::AtMostTwice(rounding)),
            _ => {
                let (any, other) = (self.decimal(3), self.decimal(3));
                let (allowed, allowance) = self.pick(&[
                    ("\"1.5\"".to_owned(), ratio(3, 2)),
                    ("0".to_owned(), ratio(0, 1)),
                    ("1".to_owned(), ratio(1, 1)),
                    any,
                ]);
                let (confident, confidence) = self.pick(&[
                    ("\"1.65\"".to_owned(), ratio(33, 20)),
                    ("0".to_owned(), ratio(0, 1)),
                    ("1".to_owned(), ratio(1, 1)),
                    other,
                ]);
                let keys = format!("formula = \"pairs_limit\"\nallowance = {allowed}\nconfidence = {confident}\n");
                (keys, Formula::PairsLimit { allowance, confidence })
            }
        }
    }

    /// A band with either end open, closed or missing, as wide as a point or wider.
    fn band(&mut self, law: &mut Law) -> String {
        let mut keys = String::new();
        let (low, high) = self.pick(&[(900_000, 1_100_000), (950_000, 1_100_000), (1_000_000, 1_000_000), (0, 0)]);
        let (low, high) = match low {
            0 => (self.between(800_000, 1_000_000), self.between(1_000_000, 1_200_000)),
            _ => (low, high),
        };
        let ends = self.between(0, 5);
        let closed = (self.one_in(2), self.one_in(2) && low != high);
        let mut limit = |units: u64, included: bool, names: [&str; 2]| {
            let name = names[usize::from(included)];
            keys.push_str(&format!("{name} = \"{}.{:04}\"\n", units / 10_000, units % 10_000));
            Some(Limit { percent: ratio(units, 10_000), included })
        };
        if ends != 1 {
            law.fails = limit(low, closed.0, ["insufficient_below", "insufficient_up_to"]);
        }
        if ends != 2 {
            law.passes = limit(high, closed.1, ["sufficient_above", "sufficient_from"]);
        }
        let seamless = law.fails.is_some() && law.passes.is_some() && low == high && closed.0;
        if !seamless || self.one_in(2) {
            law.between = Some(self.pick(&[Verdict::ExamineAll, Verdict::NextSample]));
        }
        keys
    }

    /// A pack with a random sample, formula and band, and the same law in the other arithmetic.
    pub(crate) fn law(&mut self) -> (RulePack, Law, Size) {
        let (mut projection, formula) = self.formula();
        let pairs = matches!(formula, Formula::PairsLimit { .. });
        let mut law = Law {
            formula,
            duplicates_are_valid: !pairs && self.one_in(2),
            fails: None,
            passes: None,
            between: None,
            rejects_after: self.pick(&[1, 1, 2, 3]),
        };
        if !pairs && (law.duplicates_are_valid || self.one_in(2)) {
            let word = if law.duplicates_are_valid { "valid" } else { "not_valid" };
            projection.push_str(&format!("duplicates = \"{word}\"\n"));
        }
        let mut result = if pairs {
            law.between = Some(self.pick(&[Verdict::ExamineAll, Verdict::NextSample]));
            String::new()
        } else {
            self.band(&mut law)
        };
        if let Some(between) = law.between {
            result.push_str(&format!("between = \"{}\"\n", between.name()));
        }
        if law.rejects_after > 1 || self.one_in(2) {
            result.push_str(&format!("rejects_after = {}\n", law.rejects_after));
        }
        let (bracket, size) = self.size();
        let text = with_table(&flat(), "[projection]", Some(&projection));
        let text = with_table(&text, "[sample_result]", Some(&result));
        let text = replaced(&text, "from = 501, percent = 5, at_least = 500", &bracket);
        (RulePack::parse(&text, "chance.toml").unwrap(), law, size)
    }

    fn size(&mut self) -> (String, Size) {
        match self.between(0, 3) {
            0 => {
                let (text, percent) = self.decimal(99);
                (format!("from = 1, percent = {text}"), Size::Percent(percent, 0))
            }
            1 => {
                let ((text, percent), least) = (self.decimal(9), self.of_any_size(5_000));
                (format!("from = 1, percent = {text}, at_least = {least}"), Size::Percent(percent, least))
            }
            2 => {
                let number = self.of_any_size(10_000);
                (format!("from = 1, number = {number}"), Size::Number(number))
            }
            _ => {
                let ((margin_text, margin), (z_text, z)) = (self.decimal(5), self.decimal(3));
                (format!("from = 1, margin = {margin_text}, z = {z_text}"), Size::Confidence { margin, z })
            }
        }
    }

    /// A petition whose requirement is mostly near what its sample projects, and often exactly on a limit of the band.
    pub(crate) fn petition(&mut self, law: &Law, most: u64) -> Petition {
        let raw = self.of_any_size(most);
        let sample = match self.between(0, 9) {
            0 => raw,
            1 => self.between(1, raw),
            _ => (raw * self.between(1, 10) / 100).clamp(1, raw),
        };
        let valid = if self.one_in(4) { self.between(0, sample) } else { sample * self.between(60, 100) / 100 };
        let room = if law.duplicates_are_valid { valid } else { sample - valid }.min(sample - 1);
        let duplicates = if self.one_in(3) { self.between(0, room) } else { self.of_any_size(1 + room / 8).min(room) };
        let mut petition = Petition { raw, sample, valid, duplicates, required: 1, stage: self.pick(&[1, 1, 2, 3]) };
        petition.required = self.required(law, &petition).clamp(1, 2 * most);
        petition
    }

    fn required(&mut self, law: &Law, petition: &Petition) -> u64 {
        if self.one_in(10) {
            return self.of_any_size(2 * petition.raw);
        }
        let Some(projected) = law.projected(petition) else { return self.required_for_pairs(petition) };
        let after = u64::try_from(projected.after.max(BigInt::from(1))).unwrap();
        if self.between(0, 2) == 0 {
            return (after * self.between(80, 125) / 100).max(1);
        }
        let limit = if self.one_in(2) { &law.fails } else { &law.passes };
        let Some(limit) = limit else { return after };
        let met = ratio(after, 1) * ratio(100, 1) / &limit.percent;
        let met = u64::try_from(met.floor().to_integer()).unwrap();
        (met + self.between(0, 2)).saturating_sub(1)
    }

    /// Near the requirement at which the found pairs are just within the limit, by floating point: only where to look.
    #[allow(clippy::cast_precision_loss, clippy::cast_possible_truncation, clippy::cast_sign_loss)]
    fn required_for_pairs(&mut self, petition: &Petition) -> u64 {
        let Petition { raw, sample, valid, duplicates, .. } = *petition;
        let (k, d) = (sample as f64 / raw as f64, duplicates as f64);
        let invalid = (sample - valid - duplicates) as f64;
        let root = 0.825 + (0.680_625 + d).sqrt();
        let required = raw as f64 - (invalid + 1.5 * invalid.sqrt()) / k - root * root / (k * k);
        (required.max(1.0) as u64 + self.between(0, 40)).saturating_sub(20)
    }
}

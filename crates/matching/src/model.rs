//! The model: how much each kind of agreement or difference between a line and a voter says. All figures are data.

use std::{collections::BTreeMap, fmt::Write as _};

use serde::{Deserialize, Deserializer, Serialize, Serializer, de::Error as _};
use sha2::{Digest, Sha256};

use crate::{estimate::FIELDS, evidence::Level};

const BUILT_IN: &str = include_str!("../models/v1.toml");

/// A Fellegi-Sunter model: for each field of a line, the levels of agreement and their weights.
#[derive(Debug, Clone)]
pub struct Model {
    pub(crate) figures: Figures,
    digest: String,
}

/// Why a text is not a model.
#[derive(Debug, thiserror::Error)]
#[error("the model cannot be read: {0}; compare it with the built-in model")]
pub struct ModelError(#[from] toml::de::Error);

impl Model {
    /// The model that comes with the program.
    ///
    /// # Panics
    /// Never: a test reads the embedded text.
    #[expect(clippy::expect_used, reason = "the text is embedded and a test reads it")]
    pub fn built_in() -> Self {
        Self::from_toml(BUILT_IN).expect("the embedded model is well-formed")
    }

    /// Reads a model in the form of the built-in one; every level must have its figure.
    pub fn from_toml(text: &str) -> Result<Self, ModelError> {
        let mut digest = String::with_capacity(64);
        for byte in Sha256::digest(text.as_bytes()) {
            _ = write!(digest, "{byte:02x}");
        }
        let figures: Figures = toml::from_str(text)?;
        figures.check_shares().map_err(toml::de::Error::custom)?;
        Ok(Self { figures, digest })
    }

    /// The model's name and version, to be stored with every result.
    pub fn id(&self) -> &str {
        &self.figures.id
    }

    /// SHA-256 of the model's text, 64 hexadecimal digits.
    pub fn digest(&self) -> &str {
        &self.digest
    }
}

/// A weight: log2 of how many times likelier the level is for the signer than for another person, in hundredths of a
/// bit. Written in the model as decimal bits: `"-3.25"`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) struct Weight(pub(crate) i32);

impl<'de> Deserialize<'de> for Weight {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let text = String::deserialize(deserializer)?;
        parse_weight(&text).ok_or_else(|| D::Error::custom(format!("{text:?} is not a weight such as \"-3.25\"")))
    }
}

impl Serialize for Weight {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let sign = if self.0 < 0 { "-" } else { "" };
        let (whole, hundredths) = (self.0.unsigned_abs() / 100, self.0.unsigned_abs() % 100);
        serializer.collect_str(&format_args!("{sign}{whole}.{hundredths:02}"))
    }
}

fn parse_weight(text: &str) -> Option<Weight> {
    let (sign, digits) = text.strip_prefix('-').map_or((1, text), |rest| (-1, rest));
    let (whole, hundredths) = digits.split_once('.').unwrap_or((digits, "00"));
    let all_digits = |part: &str| !part.is_empty() && part.bytes().all(|byte| byte.is_ascii_digit());
    if !all_digits(whole) || !all_digits(hundredths) || hundredths.len() != 2 || whole.len() > 4 {
        return None;
    }
    Some(Weight(sign * (whole.parse::<i32>().ok()? * 100 + hundredths.parse::<i32>().ok()?)))
}

/// A level of a name whose weight depends on how common the written text is.
///
/// Let p be the chance that this voter writes this text, f(t) the share of voters with the name t, and s the share of
/// a household that has the voter's name. The weight is log2(p / (s p + max(f(written), p x other_names x f(voter)))):
/// a typing slip that makes another common name says little, one that makes no name at all says much.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Written {
    /// p, in parts per billion: the chance of this kind of writing divided by the number of texts it can lead to.
    pub(crate) ppb: u64,
    /// How many other names, as common as the voter's, lead to the same text.
    pub(crate) other_names: u64,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Figures {
    pub(crate) id: String,
    /// Of a thousand lines, how many signers are on the roll.
    pub(crate) registered_permille: u64,
    /// Of a million people who live with a voter, how many have the voter's surname.
    pub(crate) household_surname_ppm: u64,
    /// Of a million people who live with a voter, how many have the voter's given name.
    pub(crate) household_first_name_ppm: u64,
    /// People in one household; in a building with more, fewer share a surname.
    pub(crate) household_size: u64,
    /// Of a billion people, at most how many have a given name that is nowhere on the roll.
    pub(crate) unseen_name_ppb: u64,
    pub(crate) too_common: TooCommon,
    pub(crate) first_name: FirstName,
    pub(crate) surname: LastName,
    pub(crate) order: Order,
    pub(crate) middle_name: Middle,
    pub(crate) suffix: Suffix,
    pub(crate) place: Place,
    pub(crate) unit: Unit,
    pub(crate) locality_at_home: Locality,
    /// Its `zip` comes on top of log2(voters / voters with that postal code).
    pub(crate) locality_elsewhere: Locality,
    pub(crate) status: StatusWeights,
    pub(crate) proposal: Thresholds,
    /// By field and level: of signers on whom the field bears, the parts with this level for which the figures above
    /// hold. An estimate moves the figures from there.
    pub(crate) shares: BTreeMap<String, BTreeMap<String, u64>>,
}

impl Figures {
    /// Every field that can be estimated has a share for each of its levels and for no other; names what is amiss.
    fn check_shares(&self) -> Result<(), String> {
        let fields = || FIELDS.iter().filter(|field| field.name != "status");
        if let Some(unknown) = self.shares.keys().find(|name| fields().all(|field| field.name != name.as_str())) {
            return Err(format!("shares.{unknown} is no field"));
        }
        for field in fields() {
            let shares = self.shares.get(field.name).ok_or_else(|| format!("shares.{} is missing", field.name))?;
            let unknown = shares.keys().find(|name| field.levels.iter().all(|(level, _)| level != name));
            if let Some(unknown) = unknown {
                return Err(format!("shares.{}.{unknown} is no level", field.name));
            }
            for (level, _) in field.levels {
                if shares.get(*level).is_none_or(|share| !(1..=1_000_000_000).contains(share)) {
                    return Err(format!("shares.{}.{level} is no share from 1 to 1,000,000,000", field.name));
                }
            }
        }
        Ok(())
    }
}

/// From how many voters on a key is too common to look at each: none of them would stand out.
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct TooCommon {
    /// A house number and a street, as written or with a slip.
    pub(crate) residence: usize,
    /// A name with a house number or a street.
    pub(crate) place: usize,
    /// Given name and surname as written.
    pub(crate) name: usize,
    /// Given name and surname with a nickname or a slip.
    pub(crate) similar_name: usize,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct FirstName {
    pub(crate) same: Written,
    pub(crate) nickname: Written,
    pub(crate) one_slip: Written,
    pub(crate) two_slips: Written,
    pub(crate) shortened: Written,
    pub(crate) middle_name: Written,
    pub(crate) initial: Weight,
    pub(crate) unsaid: Weight,
    /// No voter has the name that is written; half of its letters are the voter's or more.
    pub(crate) garbled: Weight,
    /// No voter has the name that is written, nor is it near the voter's.
    pub(crate) unknown: Weight,
    pub(crate) different: Weight,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct LastName {
    pub(crate) same: Written,
    pub(crate) half: Written,
    pub(crate) extended: Written,
    pub(crate) one_slip: Written,
    pub(crate) two_slips: Written,
    pub(crate) shortened: Written,
    pub(crate) unsaid: Weight,
    pub(crate) different: Weight,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Order {
    pub(crate) as_written: Weight,
    /// Of a thousand people, how many write the surname first without a comma. What a swapped reading costs follows from
    /// how common the names are: ORTEGA MARIA is hardly Ms. Maria, JAMES THOMAS may well be Mr. Thomas.
    pub(crate) swapped_permille: u64,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Middle {
    pub(crate) same: Weight,
    pub(crate) initial: Weight,
    pub(crate) unsaid: Weight,
    pub(crate) not_on_roll: Weight,
    pub(crate) different: Weight,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Suffix {
    pub(crate) same: Weight,
    pub(crate) unsaid: Weight,
    pub(crate) left_out: Weight,
    pub(crate) different: Weight,
}

/// Weights of an address level. `same`, `number_slip` and the two street slips come on top of
/// log2(voters / residents at the address as written).
#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Place {
    pub(crate) same: Weight,
    pub(crate) other_type: Weight,
    pub(crate) street_slip: Weight,
    pub(crate) street_slip_inhabited: Weight,
    pub(crate) number_slip: Weight,
    pub(crate) both_slips: Weight,
    pub(crate) same_street: Weight,
    pub(crate) same_number: Weight,
    pub(crate) elsewhere: Weight,
    pub(crate) unsaid: Weight,
    /// Added when the address is the voter's previous one.
    pub(crate) previous: Weight,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Unit {
    pub(crate) same: Weight,
    pub(crate) none: Weight,
    pub(crate) left_out: Weight,
    pub(crate) different: Weight,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Locality {
    pub(crate) zip: Weight,
    pub(crate) zip_slip: Weight,
    pub(crate) city: Weight,
    pub(crate) unsaid: Weight,
    pub(crate) different: Weight,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct StatusWeights {
    pub(crate) active: Weight,
    pub(crate) inactive: Weight,
    pub(crate) pending: Weight,
    pub(crate) canceled: Weight,
}

#[derive(Debug, Clone, Deserialize, Serialize)]
#[serde(deny_unknown_fields)]
pub(crate) struct Thresholds {
    /// From this probability on the best candidate is proposed as the signer.
    pub(crate) signer_ppm: u32,
    /// From this probability on that nobody on the roll signed, the line is proposed as not found.
    pub(crate) nobody_ppm: u32,
    /// Below this weight against "nobody on the roll" the broader search by name alone is made.
    pub(crate) broaden_below: Weight,
}

impl Locality {
    /// The figure of a level by its name in the model.
    pub(crate) fn figure(&mut self, level: &str) -> Option<&mut Weight> {
        match level {
            "zip" => Some(&mut self.zip),
            "zip_slip" => Some(&mut self.zip_slip),
            "city" => Some(&mut self.city),
            "different" => Some(&mut self.different),
            _ => None,
        }
    }

    pub(crate) fn weight(&self, level: Level) -> Weight {
        match level {
            Level::Same => self.zip,
            Level::OneSlip => self.zip_slip,
            Level::City => self.city,
            Level::Unsaid => self.unsaid,
            _ => self.different,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_built_in_model_reads() {
        let model = Model::built_in();
        assert_eq!(model.id(), "v1");
        assert_eq!(model.digest().len(), 64);
    }

    #[test]
    fn weights_are_decimal_bits() {
        assert_eq!(parse_weight("-3.25"), Some(Weight(-325)));
        assert_eq!(parse_weight("7"), Some(Weight(700)));
        for bad in ["", "-", "1.5", "1.555", "a", "1.-5", "+1.00"] {
            assert_eq!(parse_weight(bad), None, "{bad}");
        }
    }

    #[test]
    fn a_missing_or_unknown_figure_is_named() {
        let missing = BUILT_IN.replacen("swapped_permille", "upside_down", 1);
        let message = Model::from_toml(&missing).unwrap_err().to_string();
        assert!(message.contains("upside_down"), "{message}");
    }
}

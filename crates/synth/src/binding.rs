//! How the lines are bound into sections: which section is void, who carried it, between which days.

use crate::calendar::{Day, FILED, FORM_APPROVED};
use crate::county::County;
use crate::random::{Dice, Stream};
use crate::scale::Kind;
use crate::signers::Draft;
use crate::tables::{Group, Sex, Tables};

/// Lines on one page of a section.
pub(crate) const LINES_PER_PAGE: usize = 7;
/// Lines of a full section: six pages.
const LINES_PER_SECTION: usize = 42;
/// Sections carried by one circulator, about.
const SECTIONS_PER_CIRCULATOR: usize = 24;

/// A section of the petition with its lines in order.
pub(crate) struct Section {
    /// Counted from 1.
    pub(crate) number: u64,
    pub(crate) drafts: Vec<Draft>,
    pub(crate) void: Option<Defect>,
    pub(crate) circulator: Circulator,
    pub(crate) signed_from: Day,
    pub(crate) signed_to: Day,
    pub(crate) executed_on: Day,
}

/// What is wrong with the declaration of a void section.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(crate) enum Defect {
    Unsigned,
    NoResidence,
}

impl Defect {
    /// The note of the reviewer who found it.
    pub(crate) const fn note(self) -> &'static str {
        match self {
            Self::Unsigned => "The circulator's declaration is not signed.",
            Self::NoResidence => "The circulator's declaration gives no residence.",
        }
    }
}

/// The person who carried a section.
pub(crate) struct Circulator {
    pub(crate) name: String,
    pub(crate) address: String,
}

/// Binds all lines into sections, numbered from 1 in an order that says nothing about where they were collected.
pub(crate) fn bind(county: &County<'_>, drafts: Vec<Draft>) -> Vec<Section> {
    let mut dice = Dice::new(county.seed, Stream::Binding, 0);
    let (void, sound): (Vec<Draft>, Vec<Draft>) =
        drafts.into_iter().partition(|draft| draft.kind == Kind::SectionFatal);
    let mut bundles = bundle(&mut dice, sound, false);
    bundles.extend(bundle(&mut dice, void, true));
    dice.shuffle(&mut bundles);
    let circulators = u32::try_from(bundles.len().div_ceil(SECTIONS_PER_CIRCULATOR)).unwrap_or(u32::MAX);
    let sections = (1..).zip(bundles);
    sections.map(|(number, bundle)| Section::new(county, number, bundle, circulators)).collect()
}

/// The lines of one section to be.
struct Bundle {
    drafts: Vec<Draft>,
    void: bool,
}

/// Cuts lines that were collected near each other into bundles of one section each.
fn bundle(dice: &mut Dice, mut drafts: Vec<Draft>, void: bool) -> Vec<Bundle> {
    drafts.sort_by_key(|draft| draft.order);
    let mut bundles = Vec::new();
    let mut rest = drafts.into_iter().peekable();
    while rest.peek().is_some() {
        let lines = if dice.chance(450) { LINES_PER_SECTION } else { 5 + dice.index(LINES_PER_SECTION - 5) };
        bundles.push(Bundle { drafts: rest.by_ref().take(lines).collect(), void });
    }
    bundles
}

impl Section {
    fn new(county: &County<'_>, number: u64, bundle: Bundle, circulators: u32) -> Self {
        let mut dice = Dice::new(county.seed, Stream::Section, number);
        let circulator = Circulator::new(county, dice.below(circulators));
        let (first, filed) = (Day::of(FORM_APPROVED).plus(1), Day::of(FILED));
        let registered = |late: bool| {
            let drafts = bundle.drafts.iter().filter(move |draft| (draft.kind == Kind::RegisteredLate) == late);
            drafts.filter_map(|draft| draft.voter).map(|(_, registered)| registered)
        };
        // The section opens after its last timely signer registered, and closes before its first late one did.
        // The timely register by 2022-06-10 and the late from 2022-06-20, so there is always such an interval.
        let last_day = registered(true).map(|day| day.minus(1)).fold(filed.minus(1), Day::min);
        let opened = first.plus(dice.below(155)).min(last_day);
        let signed_from = registered(false).fold(opened, Day::max);
        let signed_to = signed_from.plus(dice.below(21)).min(last_day);
        let executed_on = signed_to.plus(dice.below(4)).min(filed);
        let void = bundle.void.then(|| dice.pick(&[Defect::Unsigned, Defect::NoResidence]));
        let circulator = match void {
            Some(Defect::NoResidence) => Circulator { address: String::new(), ..circulator },
            _ => circulator,
        };
        Self { number, drafts: bundle.drafts, void, circulator, signed_from, signed_to, executed_on }
    }
}

impl Circulator {
    fn new(county: &County<'_>, number: u32) -> Self {
        let mut dice = Dice::new(county.seed, Stream::Circulator, u64::from(number));
        let tables: &Tables = county.tables;
        let sex = dice.pick(&[Sex::Female, Sex::Male]);
        let first = dice.weighted(tables.first_names(sex, 1980, Group::Other));
        let last = dice.weighted(&tables.surnames).text;
        let home = county.anywhere(&mut dice);
        let words = [&home.number.to_string(), home.pre, home.street, home.kind];
        let street: Vec<&str> = words.into_iter().filter(|word| !word.is_empty()).collect();
        let address = format!("{}, {} {}", street.join(" "), home.place.city, home.place.zip.as_str());
        Self { name: format!("{first} {last}"), address }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::scale::{Quotas, Scale};
    use crate::signers::signers;

    #[test]
    fn a_section_is_open_after_the_timely_registered_and_closed_before_the_late() {
        let tables = Tables::load().unwrap();
        let quotas = Quotas::new("1:10".parse::<Scale>().unwrap(), None);
        let county = County::new(&tables, 1, quotas.registered);
        let drafts = (0..county.blocks()).flat_map(|block| signers(&county, &quotas, block).drafts).collect();
        let (mut late, mut close) = (0, 0);
        for section in bind(&county, drafts) {
            assert!(section.signed_from <= section.signed_to && section.signed_to <= section.executed_on);
            assert_eq!(section.void.is_some(), section.drafts[0].kind == Kind::SectionFatal);
            for draft in section.drafts {
                let Some((_, registered)) = draft.voter else { continue };
                if draft.kind == Kind::RegisteredLate {
                    assert!(section.signed_to < registered);
                    late += 1;
                    close += u32::from(section.signed_to == registered.minus(1));
                } else {
                    assert!(registered <= section.signed_from);
                }
            }
        }
        assert_eq!(late, 146);
        assert!(close > 0, "no section was closed early for a late registration: the rule was never put to use");
    }
}

//! Sections that a person is kept away from: those that they circulated, and those on which they may have signed.

use std::{
    collections::{BTreeSet, HashMap},
    hash::{DefaultHasher, Hash, Hasher},
};

use domain::{Case, LineRef, ReviewerId, SectionNo, VoterId};
use roll::normal::{AddressAgreement, NameReading, PrintedName, StreetAddress, VoterAddress, compare_address};

/// Who a person at work is on the roll and to circulators, as far as the office knows.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct Own {
    /// The person's own voter number.
    pub voter: Option<VoterId>,
    /// The full name as on the roll; empty where it is not known.
    pub name: String,
    /// The residence in one line; empty where it is not known.
    pub address: String,
}

/// A person at work.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Worker {
    /// What findings are recorded under.
    pub id: ReviewerId,
    /// What decides on which sections the person does not work.
    pub own: Own,
    /// Whether the person may read which answers are known, as a supervisor may: none of them is put to somebody who can look it up.
    pub knows_answers: bool,
}

impl From<ReviewerId> for Worker {
    /// Somebody of whom the office knows no more than the account.
    fn from(id: ReviewerId) -> Self {
        Self { id, own: Own::default(), knows_answers: false }
    }
}

impl Worker {
    /// What findings are recorded under, as text.
    pub fn as_str(&self) -> &str {
        self.id.as_str()
    }
}

/// The declaration of a section's circulator.
struct Circulator {
    name: PrintedName,
    address: StreetAddress,
    section: SectionNo,
}

/// What ties the sections of a case to people: who circulated them, and who may have signed.
#[derive(Default)]
pub(crate) struct Ties {
    /// By each surname that their names can be read with.
    circulators: HashMap<String, Vec<Circulator>>,
    /// Who may have signed, by a digest of the voter number. In order, so that a voter's sections stand together; two voters of one digest are kept
    /// away from each other's sections, which hurts nobody.
    signers: Vec<(u32, SectionNo)>,
    /// The same of findings and of searches since.
    found: BTreeSet<(u32, SectionNo)>,
}

impl Ties {
    /// Ties by the circulators of sections (name, residence), by voters who may have signed them, and by what was found on the lines of a case.
    pub(crate) fn new(
        case: &Case,
        circulators: impl IntoIterator<Item = (SectionNo, String, String)>,
        mut signers: Vec<(u32, SectionNo)>,
    ) -> Self {
        let mut by_surname: HashMap<String, Vec<Circulator>> = HashMap::new();
        for (section, name, address) in circulators {
            let name = PrintedName::parse(&name);
            let surnames: BTreeSet<String> =
                name.readings.iter().map(|reading| reading.last.whole().to_owned()).collect();
            for surname in surnames {
                let address = StreetAddress::parse_line(&address, "", "");
                by_surname.entry(surname).or_default().push(Circulator { name: name.clone(), address, section });
            }
        }
        signers.sort_unstable();
        signers.dedup();
        let mut ties = Self { circulators: by_surname, signers, found: BTreeSet::new() };
        for (line, _) in case.lines() {
            ties.follow(case, line);
        }
        ties
    }

    /// Takes in which voter was found on a line. Who was found there before may still have signed.
    pub(crate) fn follow(&mut self, case: &Case, line: LineRef) {
        let voter = case.line(line).and_then(|found| found.state.voter());
        self.found.extend(voter.map(|voter| (digest(voter), line.section)));
    }

    /// Takes in who may have signed a section that was searched since.
    pub(crate) fn may_have_signed<'a>(&mut self, section: SectionNo, voters: impl Iterator<Item = &'a VoterId>) {
        self.found.extend(voters.map(|voter| (digest(voter), section)));
    }

    /// The sections that a person does not work on.
    pub(crate) fn kept_from(&self, own: &Own) -> BTreeSet<SectionNo> {
        let mut sections = BTreeSet::new();
        if let Some(voter) = &own.voter {
            let digest = digest(voter);
            let first = self.signers.partition_point(|(other, _)| *other < digest);
            let theirs = self.signers[first..].iter().take_while(|(other, _)| *other == digest);
            let since = self.found.range((digest, SectionNo::FIRST)..).take_while(|(other, _)| *other == digest);
            sections.extend(theirs.chain(since).map(|(_, section)| *section));
        }
        let name = PrintedName::parse(&own.name);
        let address = VoterAddress { current: StreetAddress::parse_line(&own.address, "", ""), previous: None };
        for reading in &name.readings {
            let circulators = self.circulators.get(reading.last.whole()).into_iter().flatten();
            let same = circulators.filter(|circulator| {
                compare_address(&circulator.address, &address) != AddressAgreement::Different
                    && !apart(name.suffix, circulator.name.suffix)
                    && circulator.name.readings.iter().any(|theirs| same_name(reading, theirs))
            });
            sections.extend(same.map(|circulator| circulator.section));
        }
        sections
    }
}

/// What stands for a voter's number in the ties of a case that may have millions.
pub(crate) fn digest(voter: &VoterId) -> u32 {
    let mut hasher = DefaultHasher::new();
    voter.as_str().hash(&mut hasher);
    // The lower half is as good as any.
    u32::try_from(hasher.finish() & u64::from(u32::MAX)).unwrap_or_default()
}

/// Whether two readings are of one name, by the normal forms: an initial stands for every name that begins with it, and a middle name may be left
/// out.
fn same_name(one: &NameReading, other: &NameReading) -> bool {
    let fits = |one: &str, other: &str| {
        let (short, long) = if one.len() <= other.len() { (one, other) } else { (other, one) };
        short == long || (short.len() == 1 && long.starts_with(short))
    };
    let middle = one.middle.is_empty() || other.middle.is_empty() || fits(&one.middle, &other.middle);
    one.last.whole() == other.last.whole() && fits(&one.first, &other.first) && middle
}

/// Whether both are given and differ.
fn apart<T: PartialEq>(one: Option<T>, other: Option<T>) -> bool {
    one.zip(other).is_some_and(|(one, other)| one != other)
}

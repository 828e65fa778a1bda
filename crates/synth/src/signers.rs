//! Who signs: from every block a fixed number of lines of each kind, written but not yet bound into sections.

use crate::calendar::{Day, FILED, FORM_APPROVED};
use crate::county::County;
use crate::person::{Address, Middle, Name, Standing, Voter, VoterId};
use crate::random::{Dice, Stream};
use crate::scale::{Kind, Quotas};
use crate::slips::{Slip, Slips};
use crate::tables::{Group, Sex};
use crate::written::{Signer, Written, box_number, scrawl, write};

/// A line before it has a place in a section.
pub(crate) struct Draft {
    /// What the line is; a duplicate is told from the valid line only once both have their places.
    pub(crate) kind: Kind,
    /// The voter who signed, if on the roll, and the day of registration.
    pub(crate) voter: Option<(VoterId, Day)>,
    /// Where among all lines it roughly belongs: people of one block meet the same circulators.
    pub(crate) order: u64,
    pub(crate) written: Written,
}

/// A request to withdraw.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) struct Withdrawal {
    pub(crate) received: Day,
    pub(crate) voter: VoterId,
    pub(crate) compares: bool,
}

/// The lines and withdrawal requests of one block.
pub(crate) struct BlockSigners {
    pub(crate) drafts: Vec<Draft>,
    pub(crate) withdrawals: Vec<Withdrawal>,
}

/// Lines are put in order by block times this, so that noise of less than a block is possible.
const ORDER_STEP: u64 = 1000;

/// Makes the lines of one block.
pub(crate) fn signers(county: &County<'_>, quotas: &Quotas, block: u64) -> BlockSigners {
    let voters = county.voters(block);
    let mut dice = Dice::new(county.seed, Stream::Signers, block);
    let mut registered: Vec<usize> = (0..voters.len())
        .filter(|&i| matches!(voters[i].standing, Standing::Settled | Standing::During | Standing::Inactive))
        .collect();
    dice.shuffle(&mut registered);
    let mut sheet = Sheet {
        county,
        block,
        dice,
        voters: &voters,
        fresh: registered.into_iter(),
        made: BlockSigners { drafts: Vec::new(), withdrawals: Vec::new() },
    };
    sheet.valid_and_duplicate(quotas);
    for kind in Kind::ALL {
        let count = match kind {
            Kind::Valid | Kind::Duplicate => 0,
            _ => county.share(quotas.count(kind), block),
        };
        for nth in 0..count {
            sheet.invalid(kind, nth);
        }
    }
    sheet.made
}

struct Sheet<'a> {
    county: &'a County<'a>,
    block: u64,
    dice: Dice,
    voters: &'a [Voter],
    /// Registered voters who have not signed yet.
    fresh: std::vec::IntoIter<usize>,
    made: BlockSigners,
}

impl<'a> Sheet<'a> {
    /// The next registered voter who has not signed. A block has about ten times as many as its lines need.
    fn next_fresh(&mut self) -> &'a Voter {
        &self.voters[self.fresh.next().unwrap_or(0)]
    }

    /// The valid lines, and further lines of the same voters: mostly one, now and then two or three.
    fn valid_and_duplicate(&mut self, quotas: &Quotas) {
        let valid = self.county.share(quotas.count(Kind::Valid), self.block);
        let mut further = self.county.share(quotas.count(Kind::Duplicate), self.block);
        let withdrawn = quotas.count(Kind::Withdrawn);
        let mut too_late = self.county.share(withdrawn.div_ceil(2), self.block);
        let mut not_theirs = self.county.share(withdrawn.div_ceil(6), self.block);
        for nth in 0..valid {
            let voter = self.next_fresh();
            // Whatever is left of the duplicates falls to the last voter, so that the count comes out.
            let wanted = if nth + 1 == valid {
                further
            } else if self.dice.chance(150) {
                self.dice.pick(&[1, 1, 1, 1, 1, 1, 1, 2, 2, 3])
            } else {
                0
            };
            let repeats = wanted.min(further);
            further -= repeats;
            for _ in 0..=repeats {
                self.sign(Kind::Valid, voter);
            }
            // Requests that change nothing: received on or after the day of filing, or signed by somebody else.
            if too_late > 0 {
                too_late -= 1;
                let received = Day::of(FILED).plus(self.dice.below(12));
                self.withdraw(voter, received, true);
            } else if not_theirs > 0 {
                not_theirs -= 1;
                self.withdraw_in_time(voter, false);
            }
        }
    }

    fn withdraw_in_time(&mut self, voter: &Voter, compares: bool) {
        let first = Day::of(FORM_APPROVED).plus(20);
        let received = Day(self.dice.between(first.0, Day::of(FILED).minus(1).0));
        self.withdraw(voter, received, compares);
    }

    fn withdraw(&mut self, voter: &Voter, received: Day, compares: bool) {
        self.made.withdrawals.push(Withdrawal { received, voter: voter.id, compares });
    }

    /// One line that does not count.
    fn invalid(&mut self, kind: Kind, nth: u64) {
        match kind {
            Kind::Valid | Kind::Duplicate => {}
            Kind::NotRegistered => self.not_registered(),
            Kind::NotEligible => self.of_standing(kind, Standing::Pending, nth),
            Kind::Canceled => self.of_standing(kind, Standing::Canceled, nth),
            Kind::RegisteredLate => self.of_standing(kind, Standing::Late, nth),
            Kind::DifferentAddress => self.different_address(),
            Kind::OutOfJurisdiction => {
                let mut signer = self.stranger();
                signer.address = self.county.outside(&mut self.dice);
                self.sign_as(kind, None, signer, None);
            }
            Kind::SectionFatal if self.dice.chance(120) => {
                let signer = self.stranger();
                self.sign_as(kind, None, signer, None);
            }
            Kind::SectionFatal | Kind::SignatureMismatch => {
                // Some of these voters have a valid line elsewhere.
                let voter = if self.dice.chance(120) { self.somebody_who_signed() } else { self.next_fresh() };
                self.sign(kind, voter);
            }
            Kind::Withdrawn => {
                let voter = self.next_fresh();
                self.sign(kind, voter);
                self.withdraw_in_time(voter, true);
            }
            Kind::Illegible | Kind::NoAddress | Kind::PoBoxOnly | Kind::NoSignature | Kind::NoPrintedName => {
                let voter = self.next_fresh();
                self.sign(kind, voter);
            }
        }
    }

    /// A line of the block's next voter of a standing. Every block has as many as it needs: see `Composition`.
    fn of_standing(&mut self, kind: Kind, standing: Standing, nth: u64) {
        let nth = usize::try_from(nth).unwrap_or(0);
        if let Some(voter) = self.voters.iter().filter(|voter| voter.standing == standing).nth(nth) {
            self.sign(kind, voter);
        }
    }

    /// A voter of the block with a valid line, if there is one.
    fn somebody_who_signed(&mut self) -> &'a Voter {
        let signed = self.made.drafts.iter().find(|draft| draft.kind == Kind::Valid);
        let voter = signed.and_then(|draft| draft.voter).map(|(id, _)| id);
        match self.voters.iter().find(|other| Some(other.id) == voter) {
            Some(voter) => voter,
            None => self.next_fresh(),
        }
    }

    /// A registered voter at a former address, at a neighbour's or at a new one; never only another apartment.
    fn different_address(&mut self) {
        let voter = if self.dice.chance(100) { self.somebody_who_signed() } else { self.next_fresh() };
        let (mut address, mut slip) = match (voter.previous, self.dice.below(100)) {
            (Some(previous), 0..70) => (previous.address, Slip::FormerAddress),
            (_, 0..40) => (self.voters[self.dice.index(self.voters.len())].address, Slip::NeighboursAddress),
            _ => (self.county.anywhere(&mut self.dice), Slip::NewAddress),
        };
        // On the voter's own street one slip of the pen could turn the address into the registered one.
        while address.street == voter.address.street {
            (address, slip) = (self.county.anywhere(&mut self.dice), Slip::NewAddress);
        }
        let signer = Signer { address, ..as_registered(voter) };
        self.sign_as(Kind::DifferentAddress, Some(voter), signer, Some(slip));
    }

    /// Somebody who is not on the roll: a relative or roommate of a voter, or a stranger to every voter here.
    fn not_registered(&mut self) {
        let mut signer = self.stranger();
        let slip = match self.dice.below(100) {
            0..20 => {
                let voter = &self.voters[self.dice.index(self.voters.len())];
                signer.name.last = voter.name.last;
                signer.name.second = voter.name.second;
                signer.address = voter.address;
                self.rename_apart(&mut signer);
                Some(Slip::Relative)
            }
            20..40 => {
                signer.address = self.voters[self.dice.index(self.voters.len())].address;
                self.rename_apart(&mut signer);
                Some(Slip::Roommate)
            }
            40..55 => {
                // A next-door stranger: an address on the block's own streets where nobody on the roll lives.
                let near = self.voters[self.dice.index(self.voters.len())].address;
                signer.address = Address { number: near.number + 700, unit: None, ..near };
                Some(Slip::Stranger)
            }
            _ => Some(Slip::Stranger),
        };
        self.sign_as(Kind::NotRegistered, None, signer, slip);
    }

    /// Gives a signer a first name whose initial nobody on the roll has in the same building and family.
    fn rename_apart(&mut self, signer: &mut Signer) {
        let taken = |first: &str| {
            self.voters.iter().any(|voter| {
                voter.address.same_building(&signer.address)
                    && voter.name.last == signer.name.last
                    && voter.name.first.get(..1) == first.get(..1)
            })
        };
        for _ in 0..40 {
            if !taken(signer.name.first) {
                return;
            }
            signer.name.first = self.dice.weighted(self.county.tables.first_names(signer.sex, 1975, Group::Other));
        }
    }

    /// A person made up on the spot, who lives somewhere in the county.
    fn stranger(&mut self) -> Signer {
        let dice = &mut self.dice;
        let tables = self.county.tables;
        let sex = if dice.chance(500) { Sex::Female } else { Sex::Male };
        let surname = dice.weighted(&tables.surnames);
        let year = dice.between(1940, 2003);
        let names = tables.first_names(sex, year, surname.group);
        let first = dice.weighted(names);
        let middle = if dice.chance(600) { Middle::Initial(dice.weighted(names)) } else { Middle::None };
        let name = Name { first, middle, last: surname.text, second: None, suffix: "" };
        Signer { name, sex, address: self.county.anywhere(dice), on_roll: false }
    }

    /// A line in which a voter gives the residence on the roll.
    fn sign(&mut self, kind: Kind, voter: &Voter) {
        self.sign_as(kind, Some(voter), as_registered(voter), None);
    }

    fn sign_as(&mut self, kind: Kind, voter: Option<&Voter>, signer: Signer, slip: Option<Slip>) {
        let mut written = write(&mut self.dice, self.county.tables, signer);
        if matches!(kind, Kind::Illegible | Kind::NoAddress | Kind::PoBoxOnly | Kind::NoPrintedName) {
            // The kind says what is wrong with the line; slips in a field that is not there would mislead.
            written.slips = Slips::default();
        }
        match kind {
            Kind::Illegible => scrawl(&mut self.dice, &mut written),
            Kind::NoAddress => written.address.clear(),
            Kind::PoBoxOnly => written.address = box_number(&mut self.dice),
            Kind::NoPrintedName => written.name.clear(),
            _ => {}
        }
        if let Some(slip) = slip {
            written.slips.note(slip);
        }
        let order = self.order();
        self.made.drafts.push(Draft { kind, voter: voter.map(|voter| (voter.id, voter.registered)), order, written });
    }

    /// Most lines are collected near the block, some anywhere in the county.
    fn order(&mut self) -> u64 {
        let step = u32::try_from(ORDER_STEP).unwrap_or(u32::MAX);
        if self.dice.chance(150) {
            let blocks = u32::try_from(self.county.blocks()).unwrap_or(u32::MAX);
            return u64::from(self.dice.below(blocks)) * ORDER_STEP + u64::from(self.dice.below(step));
        }
        self.block * ORDER_STEP + u64::from(self.dice.below(12 * step))
    }
}

/// A voter who writes the name and residence on the roll.
fn as_registered(voter: &Voter) -> Signer {
    Signer { name: voter.name, sex: voter.sex, address: voter.address, on_roll: true }
}

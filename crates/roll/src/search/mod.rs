//! Search for people by whatever of them is known, as one types. The index leads to those who hold the rarest piece of
//! the query; only they are looked at.

mod holders;
mod piece;
mod spellings;
#[cfg(test)]
mod tests;
mod walk;

use holders::{Holders, NONE, RowSet};
use piece::{Piece, Set, Sets, pieces};
use spellings::AllSpellings;
use walk::Walks;

use crate::format::Row;
use crate::index::{Form, Index};
use crate::normal::mark_spellings;
use crate::snapshot::Snapshot;

/// More pieces than anyone types; the rest is ignored.
const MOST_PIECES: usize = 32;

/// How much a search may do, so that it answers within some milliseconds.
#[derive(Debug, Clone, Copy)]
struct Bounds {
    /// Holders of one piece that are listed.
    listed: usize,
    /// Voters that are looked at after the lists are held against each other.
    looked_at: usize,
    /// Voters that are looked at in walks.
    walked: usize,
}

const BOUNDS: Bounds = Bounds { listed: 250_000, looked_at: 20_000, walked: 20_000 };

/// What a search found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Found {
    /// Rows of the voters, the best first.
    pub rows: Vec<u32>,
    /// Whether there are more, or may be: where every piece is very common, not everybody is looked at.
    pub more: bool,
}

/// Searches a snapshot. Making one reads every voter once; it is then shared between threads.
///
/// A query is cut into pieces at spaces, commas and semicolons. A voter fits if each piece, without regard to case,
/// accents and marks, begins
/// - a word of the first, middle or last name, or those of one name joined from some word on (`cruz`, `la cruz` and
///   `delacr` find DE LA CRUZ, `o'bri` and `brien` find O'BRIEN). If a name is written in several words anywhere on the
///   roll, then whoever has the same name in one word is found by these words too;
/// - the same way, a word of the street's name, in the roll's spelling or in [`crate::normal`]'s;
/// - a spelling of the street's type or direction, of the suffix Jr, Sr, III or IV, or of the word before a unit;
/// - the house number, the unit's identifier, the city or a word of it, the first five digits of the postal code;
/// - the voter identifier, as typed or in capitals or in small letters;
///
/// or is the year of birth. Of addresses the present one counts. An empty query fits nobody.
///
/// Order: first those whom fewer pieces only begin (a single letter, a street's type or a suffix always counts as a
/// beginning), then those whose surname and given name begin with two of them, whose surname, whose given name begins with
/// one; then by surname, given name, middle name, street, house number, unit and identifier, in the
/// order of the alphabet. It does not depend on the order of the voter file.
#[derive(Debug)]
pub struct Searcher<'a> {
    snapshot: &'a Snapshot,
    index: Index<'a>,
    spellings: AllSpellings,
    /// Under middle names, several given names as one word, and given names that no order has; under 0 whoever has no
    /// surname.
    names: Holders,
    /// Under house numbers and units.
    numbers: Holders,
    localities: Holders,
    /// Under years of birth, from [`FIRST_YEAR`].
    years: Holders,
    /// Spellings of street types and directions, with their numbers.
    marks: Vec<(&'static str, u8)>,
    bounds: Bounds,
}

/// No roll has earlier years of birth, and none later than [`YEARS`] after it.
const FIRST_YEAR: i16 = 1800;
const YEARS: usize = 400;

fn year_number(year: i16) -> Option<u32> {
    u32::try_from(year.checked_sub(FIRST_YEAR)?).ok()
}

/// Finds people once; see [`Searcher`], which is faster for more than one query.
pub fn search(snapshot: &Snapshot, query: &str, limit: usize) -> Vec<u32> {
    Searcher::new(snapshot).find(query, limit).rows
}

/// The order of results: see [`Searcher`].
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
struct Rank {
    /// Pieces that only begin something.
    begun: usize,
    place: Place,
    numbers: [u32; 6],
}

/// Which names begin with a piece.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
enum Place {
    SurnameAndGiven,
    Surname,
    Given,
    Elsewhere,
}

impl Place {
    fn of(pieces: &[Piece], surname: u32, given: u32) -> Self {
        let [mut in_surname, mut in_given, mut in_both] = [0; 3];
        for piece in pieces {
            let begins = [surname, given].map(|name| name > 0 && piece.names.contains(&name));
            in_surname += usize::from(begins[0]);
            in_given += usize::from(begins[1]);
            in_both += usize::from(begins == [true; 2]);
        }
        match (in_surname, in_given) {
            // One piece alone cannot be both.
            (1.., 1..) if in_surname + in_given - in_both > 1 => Self::SurnameAndGiven,
            (1.., _) => Self::Surname,
            (0, 1..) => Self::Given,
            _ => Self::Elsewhere,
        }
    }
}

impl<'a> Searcher<'a> {
    /// Prepares to search.
    pub fn new(snapshot: &'a Snapshot) -> Self {
        let index = snapshot.index();
        let letters = (b'A'..=b'Z').map(|letter| char::from(letter).to_string());
        let letters = letters.filter_map(|letter| index.names.number(&letter));
        let letters = Set::of(index.names.len(), 0..0, letters);
        let if_any = |number: u32, counts: bool| if counts && number > 0 { number } else { NONE };
        let names = |form: &Form| {
            // What `by_given_number` passes over.
            let in_no_order = form.place.number == 0 || letters.has(form.given);
            let nameless = if form.surname == 0 { 0 } else { NONE };
            let whole = if_any(form.given_whole, form.given_whole != form.given);
            [if_any(form.middle, true), whole, if_any(form.given, in_no_order), nameless]
        };
        let numbers = |form: &Form| [form.place.number, form.place.unit].map(|number| if_any(number, true));
        let years = |row: &Row| {
            // A packed date begins with its year.
            [i16::try_from(row.birth_date.get() >> 9).ok().and_then(year_number).unwrap_or(NONE)]
        };
        let forms = index.forms;
        let ((spellings, years), (names, (numbers, localities))) = rayon::join(
            || {
                let years = || Holders::of(snapshot.rows(), YEARS, years);
                rayon::join(|| AllSpellings::of(snapshot, &index), years)
            },
            || {
                let localities = || Holders::of(forms, index.localities.len(), |form: &Form| [form.place.locality]);
                let numbers = || Holders::of(forms, index.numbers.len(), numbers);
                rayon::join(|| Holders::of(forms, index.names.len(), names), || rayon::join(numbers, localities))
            },
        );
        let marks = (0_u8..=u8::MAX).zip(index.marks).skip(1);
        let marks = marks.flat_map(|(number, mark)| mark_spellings(mark).map(move |spelling| (spelling, number)));
        Self { snapshot, index, spellings, names, numbers, localities, years, marks: marks.collect(), bounds: BOUNDS }
    }

    /// The best `limit` voters who fit.
    pub fn find(&self, query: &str, limit: usize) -> Found {
        let pieces: Vec<Piece> = pieces(query, MOST_PIECES).into_iter().map(|typed| Piece::of(self, typed)).collect();
        if pieces.is_empty() {
            return Found::default();
        }
        let candidates = self.candidates(&pieces);
        match candidates {
            Some(candidates) if candidates.len() <= self.bounds.looked_at => {
                let mut found = self.fitting(&candidates, &pieces);
                self.best(&mut found, limit);
                Found { more: found.len() > limit, rows: rows(&found, limit) }
            }
            candidates => self.find_common(&pieces, candidates.as_ref(), limit),
        }
    }

    /// Whoever may fit: those who hold each piece whose holders can be listed. None if no piece's can.
    fn candidates(&self, pieces: &[Piece]) -> Option<RowSet> {
        let counts = pieces.iter().map(|piece| (self.count(piece, false), piece));
        let mut listed: Vec<(usize, &Piece)> = counts.filter(|(count, _)| *count <= self.bounds.listed).collect();
        listed.sort_by_key(|(count, _)| *count);
        let mut held: Option<RowSet> = None;
        for (_, piece) in listed {
            let mut both = RowSet::none(self.snapshot.len());
            self.each_holder(piece, false, &mut |rows, _| {
                rows.filter(|row| held.as_ref().is_none_or(|held| held.has(*row))).for_each(|row| both.add(row));
                true
            });
            held = Some(both);
        }
        held
    }

    /// The same where many hold every piece: one step of the order after the other, until enough are found.
    fn find_common(&self, pieces: &[Piece], candidates: Option<&RowSet>, limit: usize) -> Found {
        let mut counts: Vec<(usize, &Piece)> = pieces.iter().map(|piece| (self.count(piece, true), piece)).collect();
        counts.sort_by_key(|(count, _)| *count);
        let never_whole = counts.iter().take_while(|(count, _)| *count == 0).count();
        let mut walks = Walks::new(self, pieces, candidates);
        let mut found = Vec::new();
        for begun in never_whole..=pieces.len() {
            let mut step = Vec::new();
            // Whoever has all but so many pieces whole has one of any so many and one more whole.
            let cover = counts.get(..=begun).unwrap_or(&[]);
            let total = cover.iter().fold(0_usize, |total, (count, _)| total.saturating_add(*count));
            if !cover.is_empty() && total <= self.bounds.looked_at {
                let mut rows = RowSet::none(self.snapshot.len());
                for (_, piece) in cover {
                    self.each_holder(piece, true, &mut |more, _| {
                        more.for_each(|row| rows.add(row));
                        true
                    });
                }
                step = self.fitting(&rows, pieces);
                step.retain(|(rank, _)| rank.begun == begun);
                self.best(&mut step, limit.saturating_sub(found.len()));
            } else {
                for place in [Place::SurnameAndGiven, Place::Surname, Place::Given, Place::Elsewhere] {
                    let wanted = limit.saturating_sub(found.len() + step.len());
                    let mut walked = walks.walk(begun, place, wanted);
                    self.best(&mut walked, wanted);
                    step.append(&mut walked);
                    if found.len() + step.len() > limit {
                        break;
                    }
                }
            }
            found.append(&mut step);
            if found.len() > limit {
                break;
            }
        }
        Found { more: found.len() > limit || walks.cut, rows: rows(&found, limit) }
    }

    /// Calls with all rows that may hold what a piece begins, or is; `false` ends it.
    fn each_holder(
        &self,
        piece: &Piece,
        whole: bool,
        found: &mut dyn FnMut(&mut dyn Iterator<Item = u32>, usize) -> bool,
    ) {
        let Sets { names, streets, numbers, localities } = if whole { &piece.whole } else { &piece.begun };
        let mut ordered = |rows: crate::index::Rows<'_>| rows.is_empty() || found(&mut rows.iter(), rows.len());
        let index = &self.index;
        for name in names.iter() {
            if !ordered(index.by_surname_given.all(name)) || !ordered(index.by_given_number.all(name)) {
                return;
            }
        }
        for street in streets.iter() {
            if !ordered(index.by_street_number.all(street)) {
                return;
            }
        }
        let year = piece.year.and_then(year_number).map(|year| self.years.rows(year));
        let names = names.iter().map(|name| self.names.rows(name));
        let numbers = numbers.iter().map(|number| self.numbers.rows(number));
        let localities = localities.iter().map(|locality| self.localities.rows(locality));
        let ids = piece.ids.iter().map(|id| {
            let begun = self.snapshot.ids_beginning(id);
            // An identifier stands before all that it begins.
            let exact = usize::from(begun.first().is_some_and(|row| self.snapshot.voter_id(*row) == id));
            if whole { begun.get(..exact).unwrap_or(&[]) } else { begun }
        });
        for rows in
            year.into_iter().chain(names).chain(numbers).chain(localities).chain(ids).filter(|rows| !rows.is_empty())
        {
            if !found(&mut rows.iter().copied(), rows.len()) {
                return;
            }
        }
    }

    /// At least how many hold what a piece begins, or is; no more is counted than will be listed.
    fn count(&self, piece: &Piece, whole: bool) -> usize {
        if !whole && !piece.can_be_listed() {
            return usize::MAX;
        }
        let mut count = 0;
        self.each_holder(piece, whole, &mut |_, more| {
            count += more;
            count <= self.bounds.listed
        });
        count
    }

    /// Those among some rows who fit all pieces.
    fn fitting(&self, rows: &RowSet, pieces: &[Piece]) -> Vec<(Rank, u32)> {
        rows.iter().filter_map(|row| self.rank(pieces, row).map(|rank| (rank, row))).collect()
    }

    /// The rank of a voter who fits.
    fn rank(&self, pieces: &[Piece], row: u32) -> Option<Rank> {
        let form = self.index.forms.get(row as usize)?;
        let mut begun = 0;
        for piece in pieces {
            begun += usize::from(!piece.is_whole_of(self, form, row)?);
        }
        let place = Place::of(pieces, form.surname, form.given);
        let at = &form.place;
        Some(Rank { begun, place, numbers: [form.surname, form.given, form.middle, at.street, at.number, at.unit] })
    }

    /// Sorts the best `limit` and one more to the front.
    fn best(&self, found: &mut [(Rank, u32)], limit: usize) {
        let order = |(one, row): &(Rank, u32), (other, other_row): &(Rank, u32)| {
            let id = |row: &u32| self.snapshot.voter_id(*row);
            one.cmp(other).then_with(|| id(row).cmp(id(other_row)))
        };
        let wanted = limit.saturating_add(1);
        if wanted < found.len() {
            found.select_nth_unstable_by(wanted, order);
        }
        let front = wanted.min(found.len());
        found[..front].sort_unstable_by(order);
    }
}

fn rows(found: &[(Rank, u32)], limit: usize) -> Vec<u32> {
    found.iter().take(limit).map(|(_, row)| *row).collect()
}

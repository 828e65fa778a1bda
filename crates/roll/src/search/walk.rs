//! The walk through the roll by surname and given name, for queries of which every piece is common: it comes upon
//! voters in the order of the result, and stops when there are enough.

use std::ops::Range;

use super::holders::RowSet;
use super::piece::{Piece, Set};
use super::{Place, Rank, Searcher};

/// So many entries of an order, or given names, are passed over in the time of one look at a voter.
const STEPS_A_LOOK: usize = 16;

/// The walks of one search.
pub(super) struct Walks<'s> {
    searcher: &'s Searcher<'s>,
    pieces: &'s [Piece],
    /// Nobody else can fit.
    candidates: Option<&'s RowSet>,
    /// Names that begin with a piece.
    names: Set,
    /// Steps taken, in all walks together.
    steps: usize,
    /// Whether a walk was cut short, so that somebody who fits may have been missed.
    pub(super) cut: bool,
}

impl<'s> Walks<'s> {
    pub(super) fn new(searcher: &'s Searcher<'s>, pieces: &'s [Piece], candidates: Option<&'s RowSet>) -> Self {
        let ranges = pieces.iter().flat_map(|piece| piece.names.clone());
        let names = Set::of(searcher.index.names.len(), 0..0, ranges);
        Self { searcher, pieces, candidates, names, steps: 0, cut: false }
    }

    /// Voters of one place in the order of results, with so many pieces that only begin something: more than `wanted` if
    /// there are so many and the bounds allow. It stops only between names, so that what is found does not depend on the
    /// order of rows.
    pub(super) fn walk(&mut self, begun: usize, place: Place, wanted: usize) -> Vec<(Rank, u32)> {
        let mut found = Vec::new();
        let has_names = self.pieces.iter().filter(|piece| !piece.names.is_empty()).count();
        let needed = match place {
            Place::SurnameAndGiven => 2,
            Place::Surname | Place::Given => 1,
            Place::Elsewhere => 0,
        };
        if has_names < needed {
            return found;
        }
        let mut keep = |rank: Rank, row| {
            if rank.begun == begun && rank.place == place {
                found.push((rank, row));
            }
            found.len() > wanted
        };
        if matches!(place, Place::SurnameAndGiven | Place::Surname) {
            let names = std::mem::take(&mut self.names);
            self.under(&mut names.iter(), place, &mut keep);
            self.names = names;
        } else {
            let all = u32::try_from(self.searcher.index.names.len()).unwrap_or(u32::MAX);
            self.nameless(&mut keep);
            self.under(&mut (1..all), place, &mut keep);
        }
        found
    }

    fn is_spent(&self) -> bool {
        self.steps > self.searcher.bounds.walked.saturating_mul(STEPS_A_LOOK)
    }

    /// Whoever has no surname comes first, in no order: all or none.
    fn nameless(&mut self, keep: &mut dyn FnMut(Rank, u32) -> bool) {
        let rows = self.searcher.names.rows(0);
        if self.is_spent() || rows.len() > self.searcher.bounds.walked {
            self.cut = true;
            return;
        }
        for row in rows {
            self.look(0, *row, keep);
        }
    }

    /// Looks at the voters with these surnames until `keep` has enough.
    fn under(
        &mut self,
        surnames: &mut dyn Iterator<Item = u32>,
        place: Place,
        keep: &mut dyn FnMut(Rank, u32) -> bool,
    ) {
        let mut enough = false;
        for surname in surnames {
            for range in self.given_names(surname, place) {
                let (mut group, mut is_there) = (None, false);
                for (given, row) in self.searcher.index.by_surname_given.rows_between(surname, &range).with_second() {
                    if group != Some(given) {
                        if enough {
                            return;
                        }
                        if self.is_spent() {
                            self.cut = true;
                            return;
                        }
                        group = Some(given);
                        is_there = Place::of(self.pieces, surname, given) == place;
                    }
                    self.steps += 1;
                    if is_there {
                        enough |= self.look(surname, row, keep);
                    }
                }
                self.steps += 1;
            }
            if enough {
                return;
            }
        }
    }

    /// The given names that may stand with a surname in this place, as ranges without overlap, ascending.
    fn given_names(&self, surname: u32, place: Place) -> Vec<Range<u32>> {
        if matches!(place, Place::Surname | Place::Elsewhere) {
            return std::iter::once(0..u32::MAX).collect();
        }
        let beside = |at: usize| {
            let mut others = self.pieces.iter().enumerate().filter(|(other, _)| *other != at);
            others.any(|(_, piece)| piece.names.contains(&surname))
        };
        let ranges = self
            .pieces
            .iter()
            .enumerate()
            .filter(|(at, piece)| !piece.names.is_empty() && (place == Place::Given || beside(*at)));
        let mut ranges: Vec<Range<u32>> = ranges.map(|(_, piece)| piece.names.clone()).collect();
        ranges.sort_unstable_by_key(|range| range.start);
        ranges.dedup_by(|next, kept| {
            let overlaps = next.start <= kept.end;
            if overlaps {
                kept.end = kept.end.max(next.end);
            }
            overlaps
        });
        ranges
    }

    fn look(&mut self, surname: u32, row: u32, keep: &mut dyn FnMut(Rank, u32) -> bool) -> bool {
        if self.candidates.is_some_and(|candidates| !candidates.has(row)) {
            return false;
        }
        self.steps += STEPS_A_LOOK;
        // A double surname stands under its halves too.
        let stands_here = self.searcher.index.form(row).surname == surname;
        let rank = if stands_here { self.searcher.rank(self.pieces, row) } else { None };
        rank.is_some_and(|rank| keep(rank, row))
    }
}

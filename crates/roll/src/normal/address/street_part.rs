//! The street of an address: directions, name and type, and what may follow them without any mark.

use super::{
    super::{
        city::is_city,
        street::{Word, numbered_highway, push_name},
        unit::{is_alphabetic, is_bare_unit, is_identifier, unit_identifier},
    },
    StreetAddress, city_of,
};

impl StreetAddress {
    pub(super) fn take_street(&mut self, words: &mut Vec<Word<'_>>) {
        let pre = usize::from(words.len() > 1 && words[0].meaning.direction.is_some());
        if let Some((highway, length)) = numbered_highway(&words[pre..])
            && self.take_highway(highway, &words[..pre], &words[pre + length..])
        {
            return;
        }
        self.take_tail(words);
        let mut name = words.as_slice();
        if let [rest @ .., before, last] = name
            && let Some(found) = last.meaning.direction
            // AVENUE S is the street S, and in E AVENUE S too; in E MAIN the direction is the first word.
            && !(before.is_type() && rest.iter().all(|word| word.meaning.direction.is_some()))
            && !(rest.is_empty() && before.meaning.direction.is_some())
        {
            self.post = found;
            name = &name[..name.len() - 1];
        }
        if let [rest @ .., last] = name
            && !rest.is_empty()
            && let Some(found) = last.meaning.street_type.filter(|found| found.can_be_omitted)
        {
            self.street_type = found.short;
            name = rest;
        }
        if let [first, rest @ ..] = name
            && !rest.is_empty()
            && let Some(found) = first.meaning.direction
        {
            self.pre = found;
            name = rest;
        }
        if let [rest @ .., before, last] = name
            && self.street_type.is_empty()
            && self.post.is_empty()
            && is_bare_unit(rest, before, last.text)
        {
            if self.unit.is_empty() {
                self.unit = unit_identifier(&name[name.len() - 1..]);
            }
            name = &name[..name.len() - 1];
        }
        push_name(name, &mut self.street);
    }

    /// HWY 49 with its directions; false if something else follows.
    fn take_highway(&mut self, highway: String, before: &[Word<'_>], after: &[Word<'_>]) -> bool {
        match after {
            [] => {}
            [post] if post.meaning.direction.is_some() => self.post = post.meaning.direction.unwrap_or_default(),
            [unit] if is_identifier(unit.text) => {
                if self.unit.is_empty() {
                    self.unit = unit_identifier(after);
                }
            }
            _ => {
                let city = city_of(after);
                if !is_city(&city) {
                    return false;
                }
                self.city = city;
            }
        }
        self.pre = before.first().and_then(|word| word.meaning.direction).unwrap_or_default();
        self.street = highway;
        true
    }

    /// A unit or a city may follow the type without any mark: 123 MAIN ST 5, 123 MAIN ST PASADENA.
    fn take_tail(&mut self, words: &mut Vec<Word<'_>>) {
        let Some(at) = words.iter().rposition(Word::is_type).filter(|at| (1..words.len() - 1).contains(at)) else {
            return;
        };
        let tail = &words[at + 1..];
        // In E CT PASADENA the street is E.
        if at == 1 && words[0].meaning.direction.is_some() {
            return;
        }
        match tail {
            [unit] if is_identifier(unit.text) && unit.meaning.direction.is_none() => {
                if self.unit.is_empty() {
                    self.unit = unit_identifier(tail);
                }
                words.truncate(at + 1);
            }
            [.., last] if tail.iter().all(|word| is_alphabetic(word.text)) => {
                let whole = city_of(tail);
                if is_city(&whole) {
                    if self.city.is_empty() {
                        self.city = whole;
                    }
                    words.truncate(at + 1);
                } else if last.text.len() > 3 && last.meaning.direction.is_none() && !is_spanish_direction(last.text) {
                    let first_is_direction = tail.len() > 1 && tail[0].meaning.direction.is_some();
                    let directions = usize::from(first_is_direction && tail[0].text.len() < 6);
                    if self.city.is_empty() {
                        self.city = city_of(&tail[directions..]);
                    }
                    words.truncate(at + 1 + directions);
                }
            }
            _ => {}
        }
    }
}

fn is_spanish_direction(word: &str) -> bool {
    matches!(word, "NORTE" | "SUR" | "ESTE" | "OESTE")
}

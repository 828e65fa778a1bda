//! The verdict on one number: what it speaks of, whether it holds, and why.

use crate::{
    about::Reference,
    exact::grouped,
    figures::{About, Figure, Figures},
    judge::{Fit, How, fit},
    numbers::{Bound, Measure, Number},
    report::Verdict,
    slips::{Slip, explain},
};

/// What is said of a number.
pub(crate) struct Ruling {
    pub(crate) about: Option<About>,
    pub(crate) verdict: Verdict,
    pub(crate) explanation: String,
}

/// A number with all that is known of it.
pub(crate) struct Question<'a> {
    pub(crate) figures: &'a Figures,
    pub(crate) number: &'a Number,
    pub(crate) reference: &'a Reference,
    /// Why it probably is no claim.
    pub(crate) likely: Option<&'static str>,
    /// Figures that other words of the sentence point to.
    pub(crate) others: &'a [Figure],
    /// Whether signatures are named right after the number.
    pub(crate) signatures: bool,
}

pub(crate) fn unrelated(about: Option<About>, why: impl Into<String>) -> Ruling {
    Ruling { about, verdict: Verdict::Unrelated, explanation: why.into() }
}

impl Question<'_> {
    /// Rules on the number.
    pub(crate) fn rule(&self) -> Ruling {
        let known: Vec<About> =
            self.reference.subjects.iter().copied().filter(|about| self.figures.truth(*about).is_some()).collect();
        let Some(first) = known.first().copied() else {
            return match self.reference.subjects.first() {
                Some(about) => {
                    unrelated(None, format!("It seems to speak of {about}, which the certificate does not give."))
                }
                None => self.without_cue(),
            };
        };
        let fits: Vec<(About, Fit)> = known
            .iter()
            .filter_map(|about| {
                self.figures
                    .truth(*about)
                    .map(|truth| (*about, self.share_of_law(*about).unwrap_or_else(|| fit(self.number, truth))))
            })
            .collect();
        let holds = |wanted: fn(Fit) -> bool| fits.iter().find(|(_, fit)| wanted(*fit)).copied();
        let found = holds(|fit| fit == Fit::Exact).or_else(|| holds(|fit| matches!(fit, Fit::Rounded(_))));
        if let Some(why) = self.likely {
            return match found {
                Some((about, Fit::Exact)) if self.precise() && self.right_side(about) => self.exact(about),
                _ => unrelated(None, format!("Not held against the certificate: {why}.")),
            };
        }
        match found {
            Some((about, _)) if !self.right_side(about) => self.wrong_side(about),
            Some((about, Fit::Exact)) => self.exact(about),
            Some((about, Fit::Rounded(how))) => self.rounded(about, how),
            _ if self.surplus_of_raw() => unrelated(
                None,
                "It is the raw count less the signatures required, which is no figure of the certificate.",
            ),
            _ if fits.iter().any(|(_, fit)| *fit == Fit::Loose) || self.other_report(first) => unrelated(
                None,
                format!("Too coarse to be held against the certificate ({}).", self.figures.told(first)),
            ),
            _ => self.off(first, &fits),
        }
    }

    /// Whether so many digits are given that the agreement is no accident.
    fn precise(&self) -> bool {
        self.number.measure == Measure::Count && self.number.value.num >= self.number.place.num.saturating_mul(1000)
    }

    /// "10 percent of registered voters" is the law's share where the requirement is that share, rounded up.
    fn share_of_law(&self, about: About) -> Option<Fit> {
        let About::Share(Figure::Required, Figure::RegisteredVoters) = about else { return None };
        let (required, registered) =
            (self.figures.count(Figure::Required)?, self.figures.count(Figure::RegisteredVoters)?);
        let value = self.number.value;
        let law = (registered * value.num).div_ceil(value.den * 100);
        (law == required && self.number.measure == Measure::Percent).then_some(Fit::Exact)
    }

    /// Whether "short" and "more than" agree with the certificate.
    fn right_side(&self, about: About) -> bool {
        !matches!(about, About::Count(Figure::Margin))
            || self.reference.short.is_none()
            || self.figures.short().is_none()
            || self.reference.short == self.figures.short()
    }

    /// "5.6 million registered voters": reports of registration differ, and the press cuts digits off.
    fn other_report(&self, about: About) -> bool {
        let Some(truth) = self.figures.truth(about).filter(|_| about == About::Count(Figure::RegisteredVoters)) else {
            return false;
        };
        let number = self.number;
        number.place.num > number.place.den && number.value.apart(truth) <= number.place && number.bound == Bound::None
    }

    fn surplus_of_raw(&self) -> bool {
        let difference = self.figures.count(Figure::RawCount).zip(self.figures.count(Figure::Required));
        let Some((raw, required)) = difference else { return false };
        let apart = crate::exact::Ratio::whole(raw.abs_diff(required));
        self.reference.short == Some(raw < required) && matches!(fit(self.number, apart), Fit::Exact | Fit::Rounded(_))
    }

    fn exact(&self, about: About) -> Ruling {
        let explanation = format!("The certificate says the same: {}.", self.figures.told(about));
        Ruling { about: Some(about), verdict: Verdict::Exact, explanation }
    }

    fn rounded(&self, about: About, how: How) -> Ruling {
        let how = match how {
            How::Nearest => "rounded to the nearest",
            How::Cut => "cut off after the digits printed rather than rounded",
            How::Bounded => match self.number.bound {
                Bound::Above | Bound::AtLeast => "the figure is greater, and near",
                _ => "the figure is smaller, and near",
            },
            How::Part => "a simple part near the true share",
        };
        let explanation = format!("Consistent with the certificate ({how}): {}.", self.figures.told(about));
        Ruling { about: Some(about), verdict: Verdict::Rounded, explanation }
    }

    fn wrong_side(&self, about: About) -> Ruling {
        if !self.reference.firm {
            return unrelated(None, "The words do not say plainly what it speaks of.");
        }
        let explanation = format!("The number is right and the direction is not: {}.", self.figures.told(about));
        Ruling { about: Some(about), verdict: Verdict::Contradicted, explanation }
    }

    /// A number that is none of the figures it may speak of: contradicted where the words are plain, else left alone.
    fn off(&self, about: About, fits: &[(About, Fit)]) -> Ruling {
        // Of several figures that may be meant, the one that a slip of the pen explains.
        let slipped = fits
            .iter()
            .map(|(about, _)| *about)
            .find(|about| self.slip(*about).is_some_and(|slip| slip.known && slip.neighbour.is_none()));
        let about = slipped.unwrap_or(about);
        let Some(truth) = self.figures.truth(about) else { return self.without_cue() };
        let value = self.number.value;
        let printed = value.as_whole().filter(|_| self.number.measure == Measure::Count);
        let printed = printed.map_or_else(|| format!("{}%", value.decimal(2)), grouped);
        let slip = self.slip(about).unwrap_or_default();
        let doubt =
            |why: &str| unrelated(None, format!("It may speak of {about} ({}), but {why}.", self.figures.told(about)));
        let small = self.number.measure == Measure::Count && value.num < 100 * value.den;
        let side = fits.iter().any(|(_, fit)| *fit == Fit::WrongSide);
        let near = value.scaled(4, 1) >= truth && value <= truth.scaled(4, 1);
        // "They needed 46,807 restored": what is needed yet is what was missing.
        let missing = about == About::Count(Figure::Required) && slip.neighbour == Some(Figure::Margin);
        if missing && self.figures.short() == Some(true) {
            return self.exact(About::Count(Figure::Margin));
        }
        if let Some(neighbour) = slip.neighbour {
            // That it has another figure's value speaks against a slip of the writer and for one of this reading.
            if !self.reference.tight || self.others.contains(&neighbour) && !self.reference.touches {
                return doubt(
                    "it is another figure of the certificate, and the words do not rule out that this one is meant",
                );
            }
        } else if !self.reference.firm && !slip.known {
            return doubt("the words do not say so plainly");
        } else if !near && !slip.known {
            return doubt("it is too far from it to be an error of the same number");
        } else if small && !self.reference.tight {
            return doubt("it is a small number, and the words do not say so plainly");
        }
        let mut words =
            vec![format!("The text says {printed}; the certificate says otherwise: {}.", self.figures.told(about))];
        if side {
            words.push(match self.number.bound {
                Bound::Above | Bound::AtLeast => {
                    format!("The figure is below {printed}, and the text says it is above.")
                }
                _ => format!("The figure is above {printed}, and the text says it is below."),
            });
        }
        words.extend(slip.words);
        Ruling { about: Some(about), verdict: Verdict::Contradicted, explanation: words.join(" ") }
    }

    /// What may have gone wrong where a whole number should be another.
    fn slip(&self, about: About) -> Option<Slip> {
        match (about, self.number.value.as_whole()) {
            (About::Count(figure), Some(whole)) => {
                Some(explain(self.figures, figure, whole, self.figures.count(figure)?))
            }
            _ => None,
        }
    }

    /// A number without a cue: only the very figure is recognised, or one slip of the pen in a long number of signatures.
    fn without_cue(&self) -> Ruling {
        const LONG: u128 = 10_000;
        let none = "Nothing near it says that it speaks of a figure of the certificate.";
        let Some(whole) = self.number.value.as_whole().filter(|_| self.number.measure == Measure::Count) else {
            return unrelated(None, self.likely.unwrap_or(none));
        };
        let same = Figure::all().find(|figure| self.figures.count(*figure) == Some(whole));
        if let Some(figure) = same.filter(|_| whole >= 1000 && self.precise()) {
            return self.exact(About::Count(figure));
        }
        if self.likely.is_some() || !self.signatures || whole < LONG || !self.precise() {
            return unrelated(
                None,
                self.likely.map_or_else(|| none.to_owned(), |why| format!("Not held against the certificate: {why}.")),
            );
        }
        for figure in Figure::all() {
            let Some(truth) = self.figures.count(figure).filter(|truth| *truth >= LONG) else { continue };
            let single = crate::slips::digits(&whole.to_string(), &truth.to_string())
                .is_some_and(|(how, sure)| sure && how != "two digits differ" && !how.starts_with("the same"));
            if single {
                let slip = explain(self.figures, figure, whole, truth);
                let mut words = vec![format!("No figure of the certificate is {}.", grouped(whole))];
                words.extend(slip.words);
                return Ruling {
                    about: Some(About::Count(figure)),
                    verdict: Verdict::Contradicted,
                    explanation: words.join(" "),
                };
            }
        }
        unrelated(None, none)
    }
}

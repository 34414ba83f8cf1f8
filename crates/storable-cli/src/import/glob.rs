//! Patterns of site files as sets of texts: what two of them have in common, and whether one has all
//! of another.

use std::collections::HashMap;
use std::fmt;

use super::decision::TooMany;

/// A pattern: `*` is any text, `?` any byte, from `(?i)` on letters have no case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Glob(Vec<Unit>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    /// Any text.
    Star,
    /// Any byte.
    One,
    Byte(u8),
    /// A letter, here in lower case, in any case.
    Letter(u8),
}

/// More patterns than this are not made of two.
const MOST: usize = 64;

impl Glob {
    /// Reads a pattern as site files have it.
    pub(super) fn parse(pattern: &str) -> Self {
        let (mut units, mut any_case, mut rest) = (Vec::new(), false, pattern.as_bytes());
        loop {
            if let Some(behind) = rest.strip_prefix(b"(?i)") {
                (any_case, rest) = (true, behind);
            } else if let Some(behind) = rest.strip_prefix(b"(?-i)") {
                (any_case, rest) = (false, behind);
            } else if let [byte, behind @ ..] = rest {
                units.push(match byte {
                    b'*' => Unit::Star,
                    b'?' => Unit::One,
                    letter if any_case && letter.is_ascii_alphabetic() => {
                        Unit::Letter(letter.to_ascii_lowercase())
                    }
                    byte => Unit::Byte(*byte),
                });
                rest = behind;
            } else {
                break;
            }
        }
        units.dedup_by(|one, before| (*one, *before) == (Unit::Star, Unit::Star));
        Self(units)
    }

    /// The patterns that together stand for the texts that both stand for.
    pub(super) fn meet(&self, other: &Self) -> Result<Vec<Self>, TooMany> {
        let tails = Meeting::default().tails(&self.0, &other.0)?;
        Ok(without_covered(tails.into_iter().map(Self::of_tail).collect()))
    }

    /// The units of a tail stand in reverse.
    fn of_tail(mut tail: Vec<Unit>) -> Self {
        tail.reverse();
        tail.dedup_by(|one, before| (*one, *before) == (Unit::Star, Unit::Star));
        Self(tail)
    }

    /// Whether it stands for every text that the other one stands for, as far as their units tell.
    pub(super) fn covers(&self, other: &Self) -> bool {
        let (mut own, mut text) = (self.0.as_slice(), other.0.as_slice());
        let mut star: Option<(&[Unit], &[Unit])> = None;
        loop {
            match (own, text) {
                ([Unit::Star, rest @ ..], _) => {
                    star = Some((rest, text));
                    own = rest;
                }
                ([unit, rest @ ..], [first, behind @ ..]) if unit.covers(*first) => {
                    (own, text) = (rest, behind);
                }
                ([], []) => return true,
                _ => {
                    let Some((rest, [_, wider @ ..])) = star else { return false };
                    (own, text) = (rest, wider);
                    star = Some((rest, wider));
                }
            }
        }
    }
}

impl Unit {
    fn covers(self, other: Self) -> bool {
        match (self, other) {
            (_, Self::Star) => false,
            (Self::One, _) => true,
            (Self::Letter(own), Self::Byte(byte)) => own == byte.to_ascii_lowercase(),
            (own, other) => own == other,
        }
    }

    /// What two units that stand for one byte have in common.
    fn meet(self, other: Self) -> Option<Self> {
        match (self, other) {
            (one, other) if one.covers(other) => Some(other),
            (one, other) if other.covers(one) => Some(one),
            _ => None,
        }
    }
}

/// The common texts of every two tails, worked out once.
#[derive(Default)]
struct Meeting(HashMap<(usize, usize), Vec<Vec<Unit>>>);

impl Meeting {
    /// The patterns for what two tails have in common, their units in reverse.
    fn tails(&mut self, one: &[Unit], other: &[Unit]) -> Result<Vec<Vec<Unit>>, TooMany> {
        let place = (one.len(), other.len());
        if let Some(known) = self.0.get(&place) {
            return Ok(known.clone());
        }
        let mut tails = match (one, other) {
            ([], []) => vec![Vec::new()],
            ([Unit::Star, rest @ ..], []) => self.tails(rest, &[])?,
            ([], [Unit::Star, rest @ ..]) => self.tails(&[], rest)?,
            ([], _) | (_, []) => Vec::new(),
            // One star takes a text, and the other one that text and more.
            ([Unit::Star, rest @ ..], [Unit::Star, others @ ..]) => {
                let (longer, shorter) = (self.tails(rest, other)?, self.tails(one, others)?);
                begun(Unit::Star, [longer, shorter].concat())
            }
            // The star takes nothing, or the other one's first unit.
            ([Unit::Star, rest @ ..], [unit, others @ ..])
            | ([unit, others @ ..], [Unit::Star, rest @ ..]) => {
                let is_first = matches!(one, [Unit::Star, ..]);
                let (nothing, taken) = match is_first {
                    true => (self.tails(rest, other)?, self.tails(one, others)?),
                    false => (self.tails(one, rest)?, self.tails(others, other)?),
                };
                [nothing, begun(*unit, taken)].concat()
            }
            ([unit, rest @ ..], [own, others @ ..]) => match unit.meet(*own) {
                Some(unit) => begun(unit, self.tails(rest, others)?),
                None => Vec::new(),
            },
        };
        tails.sort();
        tails.dedup();
        if tails.len() > MOST {
            tails = without_covered(tails.into_iter().map(Glob::of_tail).collect())
                .into_iter()
                .map(|Glob(mut units)| {
                    units.reverse();
                    units
                })
                .collect();
        }
        if tails.len() > MOST {
            return Err(TooMany);
        }
        self.0.insert(place, tails.clone());
        Ok(tails)
    }
}

/// The tails behind a unit; a star before a star is one.
fn begun(unit: Unit, mut tails: Vec<Vec<Unit>>) -> Vec<Vec<Unit>> {
    for tail in &mut tails {
        if !(unit == Unit::Star && tail.last() == Some(&Unit::Star)) {
            tail.push(unit);
        }
    }
    tails
}

/// The patterns without those that others have all of.
pub(super) fn without_covered(patterns: Vec<Glob>) -> Vec<Glob> {
    let mut kept: Vec<Glob> = Vec::new();
    for pattern in patterns {
        if !kept.iter().any(|other| other.covers(&pattern)) {
            kept.retain(|other| !pattern.covers(other));
            kept.push(pattern);
        }
    }
    kept
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_letter = |unit: &Unit| matches!(unit, Unit::Letter(_));
        let has_case = |unit: &Unit| matches!(unit, Unit::Byte(byte) if byte.is_ascii_alphabetic());
        // Where no letter has case, that is said at the begin.
        let mut any_case = self.0.iter().any(is_letter) && !self.0.iter().any(has_case);
        let mut text = if any_case { b"(?i)".to_vec() } else { Vec::new() };
        for unit in &self.0 {
            let byte = match *unit {
                Unit::Star => b'*',
                Unit::One => b'?',
                Unit::Byte(byte) => {
                    if any_case && byte.is_ascii_alphabetic() {
                        text.extend(b"(?-i)");
                        any_case = false;
                    }
                    byte
                }
                Unit::Letter(letter) => {
                    if !any_case {
                        text.extend(b"(?i)");
                        any_case = true;
                    }
                    letter
                }
            };
            text.push(byte);
        }
        f.write_str(&String::from_utf8_lossy(&text))
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn what_two_patterns_have_in_common() {
        for (one, other, common) in [
            ("/api/*", "*.css", &["/api/*.css"][..]),
            ("/a.*", "*.css", &["/a.*.css", "/a.css"]),
            ("/api/*", "/app/*", &[]),
            ("/api/*", "/api/v1", &["/api/v1"]),
            ("*a*", "*b*", &["*a*b*", "*b*a*"]),
            ("*ab*", "*bc*", &["*ab*bc*", "*abc*", "*bc*ab*"]),
            ("/?", "/x", &["/x"]),
            ("(?i)*.css", "/Api/*", &["/Api/*.(?i)css"]),
            ("(?i)/a", "/A", &["/A"]),
            ("*", "", &[""]),
        ] {
            for (one, other) in [(one, other), (other, one)] {
                let met = Glob::parse(one).meet(&Glob::parse(other)).unwrap();
                let mut met: Vec<_> = met.iter().map(Glob::to_string).collect();
                met.sort();
                assert_eq!(met, common, "{one} and {other}");
            }
        }
    }

    #[test]
    fn one_pattern_has_all_of_another() {
        for (one, other, expected) in [
            ("*", "(?i)*.css", true),
            ("/a/*", "/a/b/*", true),
            ("/a/*", "*", false),
            ("*.css", "(?i)*.css", false),
            ("(?i)*.css", "*.CSS", true),
            ("/?/*", "/a/*", true),
        ] {
            assert_eq!(Glob::parse(one).covers(&Glob::parse(other)), expected, "{one} {other}");
        }
    }

    proptest! {
        #[test]
        fn a_text_is_of_both_where_it_is_of_what_they_have_in_common(
            one in "(\\(\\?i\\))?[abA*?]{0,6}",
            other in "[abA*?]{0,3}(\\(\\?i\\))?[abA*?]{0,3}",
            text in "[abAB]{0,6}",
        ) {
            let [one, other] = [one, other].map(|pattern| Glob::parse(&pattern));
            let is_of = |glob: &Glob| {
                glob.covers(&Glob(text.bytes().map(Unit::Byte).collect()))
            };
            let common = one.meet(&other).unwrap();
            prop_assert_eq!(is_of(&one) && is_of(&other), common.iter().any(is_of));
            prop_assert_eq!(Glob::parse(&one.to_string()), one);
        }
    }
}

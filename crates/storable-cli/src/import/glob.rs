//! Patterns of site files as sets of texts: what two of them have in common, and whether one has all
//! of another.

use std::collections::HashMap;
use std::fmt;

use regex_syntax::hir::{ClassBytes, ClassBytesRange};

use super::byte_set::ByteSet;
use super::decision::TooMany;
use super::pattern;

/// A pattern: `*` is any text, `?` any byte, `<a-z>` a byte of a set and `<a-z>+` some of them; from
/// `(?i)` on letters have no case.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(super) struct Glob(Vec<Unit>);

#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
enum Unit {
    /// One byte of a set.
    One(ByteSet),
    /// Any number of bytes of a set, none too.
    Many(ByteSet),
}

const STAR: Unit = Unit::Many(ByteSet::ALL);

/// More patterns than this are not made of two.
const MOST: usize = 64;

impl Glob {
    /// Reads a pattern as site files have it.
    pub(super) fn parse(pattern: &str) -> Self {
        let (mut units, mut any_case, mut rest) = (Vec::new(), false, pattern.as_bytes());
        while let [first, behind @ ..] = rest {
            let cased = |set: ByteSet| if any_case { set.in_any_case() } else { set };
            if let Some(behind) = rest.strip_prefix(b"(?i)") {
                (any_case, rest) = (true, behind);
            } else if let Some(behind) = rest.strip_prefix(b"(?-i)") {
                (any_case, rest) = (false, behind);
            } else if let Some((set, behind)) = ByteSet::read(rest) {
                let set =
                    if set.is_of_others { cased(set.listed).others() } else { cased(set.listed) };
                units.push(Unit::One(set));
                rest = behind;
                if let [b'+', behind @ ..] = rest {
                    units.push(Unit::Many(set));
                    rest = behind;
                }
            } else {
                units.push(match first {
                    b'*' => STAR,
                    b'?' => Unit::One(ByteSet::ALL),
                    byte => Unit::One(cased(ByteSet::of(*byte))),
                });
                rest = behind;
            }
        }
        Self(without_doubles(units))
    }

    /// The patterns that together stand for the texts that both stand for.
    pub(super) fn meet(&self, other: &Self) -> Result<Vec<Self>, TooMany> {
        let mut met = Vec::new();
        for mut tail in Meeting::default().tails(&self.0, &other.0)? {
            tail.reverse();
            written(&[], &without_doubles(tail), &mut met)?;
        }
        Ok(without_covered(met))
    }

    /// Whether it stands for every text that the other one stands for, as far as their units tell.
    pub(super) fn covers(&self, other: &Self) -> bool {
        if *self == *other {
            return true;
        }
        let is_last = |own: &Unit, last: &Unit| match (own, last) {
            (Unit::One(own), Unit::One(set)) => own.covers(*set),
            (own, _) => matches!(own, Unit::Many(_)),
        };
        if let (Some(own), Some(last)) = (self.0.last(), other.0.last())
            && !is_last(own, last)
        {
            return false;
        }
        let Some(mut places) = self.passed(1) else { return false };
        for unit in &other.0 {
            let mut next = 0_u128;
            for (place, own) in self.0.iter().enumerate() {
                let Some(bit) = bit(place).filter(|bit| places & bit != 0) else { continue };
                next |= match (own, unit) {
                    (Unit::Many(own), Unit::One(set) | Unit::Many(set)) if own.covers(*set) => bit,
                    (Unit::One(own), Unit::One(set)) if own.covers(*set) => bit << 1,
                    _ => 0,
                };
            }
            if next == 0 {
                return false;
            }
            places = self.passed(next).unwrap_or_default();
        }
        bit(self.0.len()).is_some_and(|end| places & end != 0)
    }

    /// The places, and those behind what may stand for nothing; `None` for too long a pattern.
    fn passed(&self, mut places: u128) -> Option<u128> {
        bit(self.0.len())?;
        for (place, unit) in self.0.iter().enumerate() {
            let bit = bit(place)?;
            if places & bit != 0 && matches!(unit, Unit::Many(_)) {
                places |= bit << 1;
            }
        }
        Some(places)
    }

    /// Whether site files can spell it.
    fn is_spelt(&self) -> bool {
        let mut before = None;
        self.0.iter().all(|unit| {
            let spelt = match (unit, before) {
                (Unit::Many(ByteSet::ALL), _) => true,
                (Unit::Many(set), Some(Unit::One(first))) => first == *set,
                (Unit::Many(_), _) => false,
                (Unit::One(set), _) => {
                    *set == ByteSet::ALL || set.letter().is_some() || set_text(*set).is_some()
                }
            };
            before = Some(*unit);
            spelt
        })
    }
}

fn bit(place: usize) -> Option<u128> {
    1_u128.checked_shl(u32::try_from(place).ok()?).filter(|_| place < 127)
}

/// The patterns that a row of units is: where none of a set may stand, some stand or none.
fn written(before: &[Unit], units: &[Unit], all: &mut Vec<Glob>) -> Result<(), TooMany> {
    let Some((unit, rest)) = units.split_first() else {
        let glob = Glob(without_doubles(before.to_vec()));
        if all.len() >= MOST || !glob.is_spelt() {
            return Err(TooMany);
        }
        all.push(glob);
        return Ok(());
    };
    match unit {
        Unit::Many(set) if *set != ByteSet::ALL && before.last() != Some(&Unit::One(*set)) => {
            written(before, rest, all)?;
            written(&[before, &[Unit::One(*set), Unit::Many(*set)]].concat(), rest, all)
        }
        unit => written(&[before, &[*unit]].concat(), rest, all),
    }
}

/// Any number and again any number of one set is once any number.
fn without_doubles(mut units: Vec<Unit>) -> Vec<Unit> {
    units.dedup_by(|one, before| one == before && matches!(one, Unit::Many(_)));
    units
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
            ([Unit::Many(_), rest @ ..], []) => self.tails(rest, &[])?,
            ([], [Unit::Many(_), rest @ ..]) => self.tails(&[], rest)?,
            ([], _) | (_, []) => Vec::new(),
            // What both take, and then one of the two goes on.
            ([Unit::Many(set), rest @ ..], [Unit::Many(own), others @ ..]) => {
                let ends = [self.tails(rest, other)?, self.tails(one, others)?].concat();
                match set.meet(*own) {
                    ByteSet::NONE => ends,
                    both => begun(Unit::Many(both), ends),
                }
            }
            // It takes nothing, or the other one's first byte.
            ([Unit::Many(set), rest @ ..], [Unit::One(own), others @ ..]) => {
                let nothing = self.tails(rest, other)?;
                match set.meet(*own) {
                    ByteSet::NONE => nothing,
                    both => [nothing, begun(Unit::One(both), self.tails(one, others)?)].concat(),
                }
            }
            ([Unit::One(set), rest @ ..], [Unit::Many(own), others @ ..]) => {
                let nothing = self.tails(one, others)?;
                match set.meet(*own) {
                    ByteSet::NONE => nothing,
                    both => [nothing, begun(Unit::One(both), self.tails(rest, other)?)].concat(),
                }
            }
            ([Unit::One(set), rest @ ..], [Unit::One(own), others @ ..]) => match set.meet(*own) {
                ByteSet::NONE => Vec::new(),
                both => begun(Unit::One(both), self.tails(rest, others)?),
            },
        };
        tails.sort();
        tails.dedup();
        if tails.len() > MOST {
            return Err(TooMany);
        }
        self.0.insert(place, tails.clone());
        Ok(tails)
    }
}

/// The tails behind a unit.
fn begun(unit: Unit, mut tails: Vec<Vec<Unit>>) -> Vec<Vec<Unit>> {
    for tail in &mut tails {
        if !(matches!(unit, Unit::Many(_)) && tail.last() == Some(&unit)) {
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

/// How site files spell a set, but for the letters of no case.
fn set_text(set: ByteSet) -> Option<String> {
    if let Some(byte) = set.only() {
        let byte = char::from(byte);
        return (!matches!(byte, '*' | '?' | '<')).then(|| byte.to_string());
    }
    let ranges = set.bytes().map(|byte| ClassBytesRange::new(byte, byte));
    pattern::set(&ClassBytes::new(ranges))
}

impl fmt::Display for Glob {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let is_caseless = |unit: &Unit| matches!(unit, Unit::One(set) if set.letter().is_some());
        let has_case = |unit: &Unit| match unit {
            Unit::One(set) | Unit::Many(set) => *set != set.in_any_case(),
        };
        // Where no letter has case, that is said at the begin.
        let mut any_case = self.0.iter().any(is_caseless) && !self.0.iter().any(has_case);
        if any_case {
            f.write_str("(?i)")?;
        }
        let mut bytes = Vec::new();
        for (at, unit) in self.0.iter().enumerate() {
            let behind = at.checked_add(1).and_then(|next| self.0.get(next));
            match unit {
                Unit::Many(ByteSet::ALL) => bytes.push(b'*'),
                Unit::Many(_) => bytes.push(b'+'),
                Unit::One(ByteSet::ALL) => bytes.push(b'?'),
                Unit::One(set) => {
                    let is_some = behind == Some(&Unit::Many(*set));
                    let letter = set.letter().filter(|_| !is_some);
                    if any_case != (letter.is_some() || (any_case && *set == set.in_any_case())) {
                        bytes.extend(if any_case { &b"(?-i)"[..] } else { b"(?i)" });
                        any_case = !any_case;
                    }
                    match (letter, set.only().filter(|_| !is_some)) {
                        (Some(byte), _) | (None, Some(byte)) => bytes.push(byte),
                        (None, None) => {
                            let ranges = set.bytes().map(|byte| ClassBytesRange::new(byte, byte));
                            let text = pattern::set(&ClassBytes::new(ranges)).unwrap_or_default();
                            bytes.extend(text.bytes());
                        }
                    }
                }
            }
        }
        f.write_str(&String::from_utf8_lossy(&bytes))
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
            ("/<^/>+", "*.css", &["/.css", "/<^/>+.css"]),
            ("/blog/<^/>+", "/blog/a/b", &[]),
            ("/<0-9>*", "/<a-f5>*", &["/5*"]),
            ("<a-z>+", "<a-f0-9>+", &["<a-f>+"]),
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
            one in "(\\(\\?i\\))?([abA*?]|<a>\\+|<\\^a>|<aB>\\+){0,5}",
            other in "[abA*?]{0,3}(\\(\\?i\\))?[abA*?]{0,3}",
            text in "[abAB]{0,6}",
        ) {
            let [one, other] = [one, other].map(|pattern| Glob::parse(&pattern));
            let is_of = |glob: &Glob| {
                glob.covers(&Glob(text.bytes().map(|byte| Unit::One(ByteSet::of(byte))).collect()))
            };
            let common = one.meet(&other).unwrap();
            prop_assert_eq!(is_of(&one) && is_of(&other), common.iter().any(is_of));
            prop_assert_eq!(Glob::parse(&one.to_string()), one);
        }
    }
}

//! The reasons of a judgement, in the order in which the rules fired; no allocation.

use std::fmt;

use super::Rule;
use crate::answer::Waiting;
use crate::field::Field;

/// Why: one rule that fired, what it did, and the bytes that made it fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Reason<'a> {
    /// The rule.
    pub rule: Rule,
    /// What it did.
    pub effect: RuleEffect,
    /// What made it fire.
    pub evidence: Evidence<'a>,
}

/// What a rule did.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum RuleEffect {
    /// The response is not stored.
    ForbidsStoring,
    /// The request bypasses the cache: nothing is looked up or stored.
    Bypasses,
    /// Storing is allowed by this.
    PermitsStoring,
    /// The lifetime is so many seconds.
    SetsLifetime(u64),
    /// The lifetime is a setting of the cache's operator, which has no fixed value.
    Configured,
    /// The lifetime is changed to so many seconds.
    LimitsLifetime(u64),
    /// So many seconds of the lifetime are over on arrival.
    Ages(u64),
    /// Every use is validated at the origin.
    Validates,
    /// No use is made of it without the origin; whether it is stored for that is not known.
    NeverReused,
    /// Fields are removed before storing.
    Strips,
    /// No later request matches.
    NeverMatches,
    /// Cancels what another rule forbids: must-understand cancels no-store.
    Lifts,
    /// The cache does not look at it.
    Ignored,
    /// No public source says what this cache does with it.
    Unknown,
    /// Waiting requests get the response.
    Shares,
    /// Waiting requests get an answer of their own, or one that the origin confirmed.
    KeepsApart,
    /// Worth knowing; the rule changed nothing.
    Notes,
}

/// The bytes that made a rule fire.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Evidence<'a> {
    /// The field they stand in; empty for the method, the status and the like.
    pub field: &'static str,
    /// The bytes.
    pub text: &'a [u8],
}

impl<'a> Evidence<'a> {
    /// Nothing in particular.
    pub const NONE: Self = Self { field: "", text: b"" };

    pub(crate) const fn in_field(field: Field, text: &'a [u8]) -> Self {
        Self { field: field.name(), text }
    }

    pub(crate) const fn of(field: &'static str, text: &'a [u8]) -> Self {
        Self { field, text }
    }
}

impl fmt::Display for Evidence<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match (self.field, self.text) {
            ("", text) => write!(f, "{}", text.escape_ascii()),
            (field, b"") => f.write_str(field),
            (field, text) => write!(f, "{field}: {}", text.escape_ascii()),
        }
    }
}

impl Reason<'_> {
    /// The stable code: the rule's, with `-ignored` or `-unknown` where that is what became of it.
    #[must_use]
    pub const fn code(&self) -> &'static str {
        match self.effect {
            RuleEffect::Ignored => self.rule.ignored_code(),
            RuleEffect::Unknown => self.rule.unknown_code(),
            _ => self.rule.code(),
        }
    }
}

impl fmt::Display for Reason<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.rule.says())?;
        match self.effect {
            RuleEffect::ForbidsStoring => f.write_str(": not stored"),
            RuleEffect::Bypasses => f.write_str(": bypasses the cache"),
            RuleEffect::PermitsStoring => f.write_str(": may be stored"),
            RuleEffect::SetsLifetime(seconds) => write!(f, ": {seconds} s"),
            RuleEffect::Configured => f.write_str(": for as long as the operator has set"),
            RuleEffect::LimitsLifetime(seconds) => write!(f, ": now {seconds} s"),
            RuleEffect::Ages(seconds) => write!(f, ": {seconds} s are over"),
            RuleEffect::Validates => f.write_str(": every use is validated at the origin"),
            RuleEffect::NeverReused => f.write_str(
                ": no use without asking the origin; whether it is stored is not documented",
            ),
            RuleEffect::Strips => f.write_str(": stored without it"),
            RuleEffect::NeverMatches => f.write_str(": matches no later request"),
            RuleEffect::Lifts => f.write_str(": this lifts no-store"),
            RuleEffect::Ignored => f.write_str(": this cache does not look at that"),
            RuleEffect::Unknown => f.write_str(": no public source says what this cache does then"),
            RuleEffect::Shares => f.write_str(": THEY ALL GET IT"),
            RuleEffect::KeepsApart => f.write_str(": nobody gets another user's answer"),
            RuleEffect::Notes => Ok(()),
        }
    }
}

/// What stands in the last slot where there is no room for all reasons.
const NO_REASON: Reason<'_> =
    Reason { rule: Rule::Overflow, effect: RuleEffect::Notes, evidence: Evidence::NONE };

/// How many reasons are kept: more than any judgement of the shipped profiles needs.
const SLOTS: usize = 16;

const _: () = assert!(size_of::<Option<Reason<'_>>>() <= 56 && size_of::<Trace<'_>>() <= 904);

/// Reasons in fixed slots. An empty one costs a byte to write, so that a judgement pays for the
/// reasons it has.
#[derive(Clone, Copy)]
pub(crate) struct Trace<'a> {
    slots: [Option<Reason<'a>>; SLOTS],
    length: usize,
}

impl<'a> Trace<'a> {
    /// No constant: that would be copied whole, empty slots and all.
    #[inline(always)]
    pub(crate) fn empty() -> Self {
        Self { slots: std::array::from_fn(|_| None), length: 0 }
    }

    /// Adds a reason. Where there is no room the last slot says so.
    pub(crate) fn push(&mut self, rule: Rule, effect: RuleEffect, evidence: Evidence<'a>) {
        if let Some(slot) = self.slots.get_mut(self.length) {
            *slot = Some(Reason { rule, effect, evidence });
            self.length = self.length.saturating_add(1);
        } else {
            let [.., last] = &mut self.slots;
            *last = Some(NO_REASON);
        }
    }

    pub(crate) fn reasons(&self) -> Reasons<'_, 'a> {
        Reasons(self.slots.get(..self.length).unwrap_or_default().iter())
    }
}

impl fmt::Debug for Trace<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_list().entries(self.reasons()).finish()
    }
}

/// The reasons of a judgement, in the order in which the rules fired; made by
/// [`Verdict::reasons`](crate::Verdict::reasons).
#[derive(Clone, Debug)]
pub struct Reasons<'v, 'a>(std::slice::Iter<'v, Option<Reason<'a>>>);

impl Reasons<'_, '_> {
    /// The same ones again, from here on.
    #[must_use]
    pub fn iter(&self) -> Self {
        self.clone()
    }

    /// Whether there are none.
    #[must_use]
    pub fn is_empty(&self) -> bool {
        self.len() == 0
    }
}

impl<'v, 'a> Iterator for Reasons<'v, 'a> {
    type Item = &'v Reason<'a>;

    fn next(&mut self) -> Option<Self::Item> {
        self.0.next()?.as_ref()
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        self.0.size_hint()
    }
}

impl DoubleEndedIterator for Reasons<'_, '_> {
    fn next_back(&mut self) -> Option<Self::Item> {
        self.0.next_back()?.as_ref()
    }
}

impl ExactSizeIterator for Reasons<'_, '_> {}

impl std::iter::FusedIterator for Reasons<'_, '_> {}
impl Waiting {
    /// The answer with the rule that gave it.
    pub(crate) const fn because<'a>(
        self,
        rule: Rule,
        evidence: Evidence<'a>,
    ) -> (Self, Reason<'a>) {
        let effect = match self {
            Self::Shared => RuleEffect::Shares,
            Self::Validated | Self::OwnFetch => RuleEffect::KeepsApart,
            Self::Unknown => RuleEffect::Unknown,
        };
        (self, Reason { rule, effect, evidence })
    }
}

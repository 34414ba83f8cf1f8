//! The answer while it is being made, in three-valued logic.
//!
//! An unknown fact raises a [`Tri`] to `Maybe`; only a `Maybe` that is left at the end, after
//! every certain bar, makes an answer unknown. Each fact is read once, so this is exact: an answer
//! is unknown where the possible values of the unknown facts lead to different answers.

use super::{Evidence, Rule, RuleEffect, Trace};
use crate::field::Field;
use crate::policy::Presence;
use crate::profile::{Axis, Fact, Facts, Treatment};

/// Yes, no, or not known.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Tri {
    #[default]
    No,
    Maybe,
    Yes,
}

impl Tri {
    pub(crate) fn raise(&mut self, to: Self) {
        *self = (*self).max(to);
    }

    pub(crate) const fn not(self) -> Self {
        match self {
            Self::No => Self::Yes,
            Self::Maybe => Self::Maybe,
            Self::Yes => Self::No,
        }
    }

    pub(crate) fn and(self, other: Self) -> Self {
        self.min(other)
    }
}

impl From<Fact<bool>> for Tri {
    fn from(value: Fact<bool>) -> Self {
        value.known().map_or(Self::Maybe, Self::from)
    }
}

impl From<bool> for Tri {
    fn from(value: bool) -> Self {
        if value { Self::Yes } else { Self::No }
    }
}

/// A number of seconds that lies between two bounds; known where they are equal.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Interval {
    pub(crate) least: u64,
    pub(crate) most: u64,
}

impl Interval {
    pub(crate) const ZERO: Self = Self::exactly(0);
    pub(crate) const UNKNOWN: Self = Self { least: 0, most: u64::MAX };

    pub(crate) const fn exactly(seconds: u64) -> Self {
        Self { least: seconds, most: seconds }
    }

    pub(crate) fn known(self) -> Option<u64> {
        (self.least == self.most).then_some(self.least)
    }

    pub(crate) fn minus(self, other: Self) -> Self {
        Self {
            least: self.least.saturating_sub(other.most),
            most: self.most.saturating_sub(other.least),
        }
    }

    pub(crate) fn map(self, change: impl Fn(u64) -> u64) -> Self {
        Self { least: change(self.least), most: change(self.most) }
    }

    /// The interval that holds both.
    pub(crate) fn or(self, other: Self) -> Self {
        Self { least: self.least.min(other.least), most: self.most.max(other.most) }
    }

    pub(crate) fn is_positive(self) -> Tri {
        match self {
            Self { most: 0, .. } => Tri::No,
            Self { least: 0, .. } => Tri::Maybe,
            _ => Tri::Yes,
        }
    }
}

/// What a server decides beside what every cache does, a bit each; their meaning is its own.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, Hash)]
pub(crate) struct OwnFlags(pub(crate) u8);

/// The fields of a response that are not stored with it.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(crate) struct Stripped {
    /// Set-Cookie.
    pub(crate) cookies: bool,
    /// The fields that `private` names.
    pub(crate) private_fields: bool,
    /// The fields that `no-cache` names.
    pub(crate) no_cache_fields: bool,
}

/// What a cache does with a response, as far as the rules have got.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Draft<'a> {
    pub(crate) trace: Trace<'a>,
    /// The request bypasses the cache.
    pub(crate) bypassed: Tri,
    /// The response is not stored.
    pub(crate) not_stored: Tri,
    /// Every use is validated.
    pub(crate) validated: Tri,
    /// No later request matches.
    pub(crate) matches_nothing: Tri,
    /// It lives for the minimum TTL and no longer.
    pub(crate) minimum_only: Tri,
    /// The freshness lifetime in seconds.
    pub(crate) lifetime: Interval,
    /// The age on arrival in seconds.
    pub(crate) age: Interval,
    /// Seconds after that in which a stale answer is given while the origin is asked.
    pub(crate) stale_window: Interval,
    /// An identical request may be answered with it.
    pub(crate) repeatable: Tri,
    /// The lifetime runs from a clock that counts fractions of a second, which an exchange does not
    /// tell: what is left is up to a second less.
    pub(crate) up_to_a_second_less: bool,
    /// The lifetime is over because of an Expires.
    pub(crate) past_expires: bool,
    /// Seconds by which the lifetime was over when the response was made, where that counts.
    pub(crate) overdue: u64,
    /// A field that steers some caches is there, and nothing says whether this one reads it.
    pub(crate) doubtful_control: bool,
    /// A field other than Cache-Control steers the cache.
    pub(crate) targeted: bool,
    pub(crate) stripped: Stripped,
    pub(crate) own: OwnFlags,
}

impl OwnFlags {
    pub(crate) const fn has(self, flag: Self) -> bool {
        self.0 & flag.0 != 0
    }

    pub(crate) const fn set(&mut self, flag: Self, when: bool) {
        self.0 = if when { self.0 | flag.0 } else { self.0 & !flag.0 };
    }
}

impl Treatment {
    /// What it comes to with this field and this minimum TTL; unknown where the latter is missing.
    fn settled(self, field: &str, minimum_ttl: Fact<u64>) -> Fact<Self> {
        Fact::Known(match (self, minimum_ttl) {
            (Self::NotStoredUnlessTargeted, _) if field == Field::CacheControl.name() => {
                Self::NotStored
            }
            (Self::NotStoredUnlessTargeted | Self::ValidatedWhereNamed, _) => Self::Validated,
            (Self::NotStoredUnlessNamed, _) | (Self::MinimumTtl, Fact::Known(0)) => Self::NotStored,
            (Self::ValidatedOrMinimumTtl, Fact::Known(0)) => Self::Validated,
            (Self::NotReusedOrMinimumTtl, Fact::Known(0)) => Self::NotReused,
            (Self::NeverMatchesOrIgnored, Fact::Known(0)) => Self::NeverMatches,
            (Self::NeverMatchesOrIgnored, Fact::Known(_)) => Self::Ignored,
            (
                Self::MinimumTtl
                | Self::ValidatedOrMinimumTtl
                | Self::NotReusedOrMinimumTtl
                | Self::NeverMatchesOrIgnored,
                Fact::Unknown,
            ) => return Fact::Unknown,
            (treatment, _) => treatment,
        })
    }
}

impl<'a> Draft<'a> {
    #[inline(always)]
    pub(crate) fn new() -> Self {
        Self {
            trace: Trace::empty(),
            bypassed: Tri::No,
            not_stored: Tri::No,
            validated: Tri::No,
            matches_nothing: Tri::No,
            minimum_only: Tri::No,
            lifetime: Interval::ZERO,
            age: Interval::ZERO,
            stale_window: Interval::ZERO,
            repeatable: Tri::Yes,
            up_to_a_second_less: false,
            past_expires: false,
            overdue: 0,
            doubtful_control: false,
            targeted: false,
            stripped: Stripped { cookies: false, private_fields: false, no_cache_fields: false },
            own: OwnFlags(0),
        }
    }

    /// Seconds of freshness left on arrival. C13: an age equal to the lifetime leaves nothing.
    pub(crate) fn remaining(&self) -> Interval {
        self.lifetime.minus(self.age)
    }

    /// The rule that tells why waiting requests find it stale.
    pub(crate) fn staleness_rule(&self) -> Rule {
        match (self.validated, self.past_expires) {
            (Tri::Yes, _) => Rule::WaitingNoCache,
            (_, true) => Rule::WaitingPastExpires,
            (_, false) => Rule::WaitingZero,
        }
    }

    /// The response is stored.
    pub(crate) fn stored(&self) -> Tri {
        self.bypassed.max(self.not_stored).not()
    }

    pub(crate) fn note(&mut self, rule: Rule, effect: RuleEffect, evidence: Evidence<'a>) {
        self.trace.push(rule, effect, evidence);
    }

    pub(crate) fn forbid(&mut self, rule: Rule, evidence: Evidence<'a>) {
        self.not_stored = Tri::Yes;
        self.note(rule, RuleEffect::ForbidsStoring, evidence);
    }

    pub(crate) fn bypass(&mut self, rule: Rule, evidence: Evidence<'a>) {
        self.bypassed = Tri::Yes;
        self.note(rule, RuleEffect::Bypasses, evidence);
    }

    /// A bar may or may not be there.
    pub(crate) fn doubt(&mut self, rule: Rule, evidence: Evidence<'a>) {
        self.not_stored.raise(Tri::Maybe);
        self.note(rule, RuleEffect::Unknown, evidence);
    }

    /// Applies what a profile does with one thing in a response, where that is there.
    #[inline]
    pub(crate) fn treat(
        &mut self,
        rule: Rule,
        presence: Presence<'a>,
        field: &'static str,
        treatment: Fact<Treatment>,
        facts: &Facts,
    ) {
        match presence {
            Presence::Absent => {}
            Presence::Present(text) => {
                self.treat_seen(rule, (Tri::Yes, text), field, treatment, facts);
            }
            Presence::Doubtful(text) => {
                self.treat_seen(rule, (Tri::Maybe, text), field, treatment, facts);
            }
        }
    }

    fn treat_seen(
        &mut self,
        rule: Rule,
        (certainty, text): (Tri, &'a [u8]),
        field: &'static str,
        treatment: Fact<Treatment>,
        facts: &Facts,
    ) {
        let evidence = Evidence::of(field, text);
        let Fact::Known(treatment) = treatment else {
            self.validated.raise(Tri::Maybe);
            return self.doubt(rule, evidence);
        };
        let Fact::Known(treatment) = treatment.settled(field, facts.minimum_ttl) else {
            self.not_stored.raise(Tri::Maybe);
            self.validated.raise(Tri::Maybe);
            return self.note(Rule::MinimumTtl, RuleEffect::Unknown, evidence);
        };
        if treatment == Treatment::Ignored {
            return self.note(rule, RuleEffect::Ignored, evidence);
        }
        if certainty == Tri::Maybe && !self.doubtful_control {
            self.note(Rule::Dialect, RuleEffect::Unknown, evidence);
        }
        let effect = match treatment {
            Treatment::Ignored => RuleEffect::Ignored,
            Treatment::NotStored
            | Treatment::NotStoredWith(_)
            | Treatment::NotStoredUnlessNamed
            | Treatment::NotStoredUnlessTargeted => {
                self.not_stored.raise(certainty);
                RuleEffect::ForbidsStoring
            }
            Treatment::Validated | Treatment::ValidatedWhereNamed => {
                self.validated.raise(certainty);
                RuleEffect::Validates
            }
            Treatment::NotReused => {
                self.validated.raise(certainty);
                self.not_stored.raise(Tri::Maybe);
                RuleEffect::NeverReused
            }
            Treatment::Stripped | Treatment::StrippedOfCookies => {
                // What may have to go does not stay.
                match rule {
                    Rule::SetCookie => self.stripped.cookies = true,
                    Rule::NoCacheFields => self.stripped.no_cache_fields = true,
                    _ => self.stripped.private_fields = true,
                }
                RuleEffect::Strips
            }
            Treatment::NeverMatches | Treatment::NeverMatchesOrIgnored => {
                self.matches_nothing.raise(certainty);
                RuleEffect::NeverMatches
            }
            Treatment::MinimumTtl
            | Treatment::ValidatedOrMinimumTtl
            | Treatment::NotReusedOrMinimumTtl => {
                self.minimum_only.raise(certainty);
                RuleEffect::LimitsLifetime(facts.minimum_ttl.known().unwrap_or(0))
            }
        };
        if certainty == Tri::Yes {
            self.note(rule, effect, evidence);
        }
    }

    /// What the request is, where the cache does not look at it or nothing is known.
    pub(crate) fn request_rule_unknown(&mut self, rule: Rule, evidence: Evidence<'a>) {
        debug_assert!(rule.axis() != Some(Axis::Dialect));
        self.bypassed.raise(Tri::Maybe);
        self.doubt(rule, evidence);
    }
}

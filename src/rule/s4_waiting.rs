//! RFC 9111 §4: what requests get that wait while the response is being fetched.
//!
//! To let requests wait is to reuse the response for each of them, so by the RFC a waiting request
//! is served like a later one at that instant. Real caches differ, and that is how the 2017 leak
//! came about.

use super::s4_reuse::{Stored, answers_where, looked_up, same_key, selected};
use super::{Evidence, Reason, Rule, RuleEffect, Tri};
use crate::policy::RequestPolicy;
use crate::profile::{Collapsing, Fact, Facts, ForWaiting, RequestRule};

/// The worst that can happen to requests that wait.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Waiting {
    /// One of them gets another user's response without the origin being asked for it.
    Shared,
    /// They wait, then the origin is asked with a condition.
    Validated,
    /// Each is fetched on its own.
    OwnFetch,
    /// No public source decides it.
    Unknown,
}

impl Waiting {
    /// The answer in a word or two, as the examples print it.
    #[must_use]
    pub const fn name(self) -> &'static str {
        match self {
            Self::Shared => "shared",
            Self::Validated => "validated",
            Self::OwnFetch => "own-fetch",
            Self::Unknown => "unknown",
        }
    }
}

/// What may happen to a waiting request, as far as facts are known.
#[derive(Clone, Copy, Debug, Default)]
struct Outcomes {
    shared: bool,
    validated: bool,
    own_fetch: bool,
}

impl Outcomes {
    const fn settle(self) -> Waiting {
        match (self.shared, self.validated, self.own_fetch) {
            (true, false, false) => Waiting::Shared,
            (false, true, false) => Waiting::Validated,
            (false, false, true) => Waiting::OwnFetch,
            _ => Waiting::Unknown,
        }
    }

    /// Adds what a rule for waiting requests gives; `again` is what looking up again would give.
    fn add(&mut self, rule: Fact<ForWaiting>, again: Self) {
        let rules: &[ForWaiting] = match rule {
            Fact::Known(ref rule) => std::slice::from_ref(rule),
            Fact::Unknown => &[ForWaiting::LookedUpAgain, ForWaiting::OwnFetch, ForWaiting::Shared],
        };
        for rule in rules {
            match rule {
                ForWaiting::Shared | ForWaiting::SharedUnlessBarred => self.shared = true,
                ForWaiting::OwnFetch | ForWaiting::OwnFetchWhereSaid => self.own_fetch = true,
                ForWaiting::LookedUpAgain => {
                    self.validated |= again.validated;
                    self.own_fetch |= again.own_fetch;
                }
            }
        }
    }
}

/// What a waiting request gets, and the rule that says so.
pub(crate) fn waiting<'a>(
    stored: Stored<'_, 'a>,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let mut outcomes = Outcomes::default();
    let collapses = match stored.facts.collapsing {
        Fact::Known(Collapsing::Off) => Tri::No,
        Fact::Known(Collapsing::On) => Tri::Yes,
        Fact::Unknown => Tri::Maybe,
    };
    let waits = collapses
        .and(stored.draft.bypassed.not())
        .and(looked_up(follower, stored.facts))
        .and(same_key(stored, follower));
    if waits != Tri::Yes {
        outcomes.own_fetch = true;
    }
    let mut rule = if collapses == Tri::Yes { Rule::WaitingFresh } else { Rule::NoCollapsing };
    if waits != Tri::No {
        let is_stored = stored.draft.stored();
        if is_stored != Tri::Yes {
            rule = Rule::WaitingNotStored;
            let apart = Outcomes { own_fetch: true, ..Outcomes::default() };
            outcomes.add(settled(stored.facts.waiting_not_stored, stored.draft), apart);
        }
        if is_stored != Tri::No {
            let decided = of_stored(stored, follower, &mut outcomes);
            if is_stored == Tri::Yes {
                rule = decided;
            }
        }
    }
    let settled = outcomes.settle();
    // An answer may be unknown where no possible one shares.
    let effect = match settled {
        Waiting::Shared => RuleEffect::Shares,
        _ if outcomes.shared => RuleEffect::Unknown,
        _ => RuleEffect::KeepsApart,
    };
    (settled, Reason { rule, effect, evidence: evidence(rule, stored.draft) })
}

/// What made the rule fire: for a lifetime that is over, what gave it.
fn evidence<'a>(rule: Rule, draft: &super::Draft<'a>) -> Evidence<'a> {
    let wanted = |effect| match rule {
        Rule::WaitingPastExpires | Rule::WaitingZero => {
            matches!(effect, RuleEffect::SetsLifetime(_))
        }
        Rule::WaitingNoCache => {
            matches!(effect, RuleEffect::Validates | RuleEffect::NeverReused)
        }
        _ => false,
    };
    let reason = draft.trace.reasons().find(|reason| wanted(reason.effect));
    reason.map_or(Evidence::NONE, |reason| reason.evidence)
}

/// The part of a response that is stored.
fn of_stored(
    stored: Stored<'_, '_>,
    follower: &RequestPolicy<'_>,
    outcomes: &mut Outcomes,
) -> Rule {
    let draft = stored.draft;
    let selected = selected(stored, follower);
    let answers = answers_where(selected, stored, follower);
    outcomes.shared |= answers.hit;
    if !(answers.validated || answers.miss) {
        return Rule::WaitingFresh;
    }
    let again = Outcomes { shared: false, validated: answers.validated, own_fetch: answers.miss };
    let facts = stored.facts;
    if draft.matches_nothing == Tri::Yes {
        // For those who wait it is as good as not stored.
        outcomes.add(settled(facts.waiting_not_stored, draft), again);
        return Rule::WaitingNotStored;
    }
    if selected != Tri::Yes {
        outcomes.own_fetch = true;
    }
    if selected == Tri::No {
        return Rule::WaitingFresh;
    }
    let (rule, fact) = if draft.validated != Tri::No || wants_validation(follower, facts) {
        (Rule::WaitingNoCache, facts.waiting_no_cache)
    } else if draft.past_expires {
        (Rule::WaitingPastExpires, facts.waiting_past_expires)
    } else {
        (Rule::WaitingZero, facts.waiting_zero)
    };
    outcomes.add(settled(fact, draft), again);
    rule
}

/// The rule, with its condition tried on what fired.
fn settled(rule: Fact<ForWaiting>, draft: &super::Draft<'_>) -> Fact<ForWaiting> {
    let said = |reason: &Reason<'_>| match (reason.rule, reason.effect) {
        (Rule::NoStore | Rule::Private | Rule::NoCache, effect) => {
            matches!(
                effect,
                RuleEffect::ForbidsStoring | RuleEffect::Validates | RuleEffect::NeverReused
            )
        }
        (Rule::MaxAge | Rule::SMaxage, effect) => effect == RuleEffect::SetsLifetime(0),
        _ => false,
    };
    match rule {
        Fact::Known(ForWaiting::OwnFetchWhereSaid) if !draft.trace.reasons().any(said) => {
            Fact::Unknown
        }
        rule => rule,
    }
}

/// §5.2.1.4, where the cache does as a request asks.
fn wants_validation(follower: &RequestPolicy<'_>, facts: &Facts) -> bool {
    !follower.no_cache.is_absent() && facts.request_no_cache != Fact::Known(RequestRule::Ignored)
}

#[cfg(test)]
mod tests {
    use super::super::fixture::{request, stored, with};
    use super::*;

    /// Whoever waits for what is not stored finds nothing when the cache looks again.
    #[test]
    fn what_is_not_stored_is_not_found_again() {
        for (rule, expected) in [
            (Fact::Known(ForWaiting::LookedUpAgain), Waiting::OwnFetch),
            (Fact::Known(ForWaiting::OwnFetch), Waiting::OwnFetch),
            (Fact::Known(ForWaiting::Shared), Waiting::Shared),
            (Fact::Unknown, Waiting::Unknown),
        ] {
            let facts = Facts {
                collapsing: Fact::Known(Collapsing::On),
                waiting_not_stored: rule,
                ..Facts::UNKNOWN
            };
            with(&facts, 200, &[], |draft, subject| {
                draft.not_stored = Tri::Yes;
                let request = request("GET", &[]);
                let told = waiting(stored(draft, &request, subject), &request).0;
                assert_eq!(told, expected, "{rule:?}");
            });
        }
    }
}

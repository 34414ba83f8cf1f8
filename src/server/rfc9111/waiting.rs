//! RFC 9111 §4: what requests get that wait while the response is being fetched.
//!
//! To let requests wait is to reuse the response for each of them, so by the RFC a waiting request
//! is served like a later one at that instant. Real caches differ, and that is how the 2017 leak
//! came about.

use crate::answer::Waiting;
use crate::kept::{Lookup, StoredPolicy};
use crate::policy::RequestPolicy;
use crate::profile::{Axis, Fact, Facts, ForWaiting, RequestRule};
use crate::rule::s4_reuse::looked_up;
use crate::rule::{Draft, Evidence, Reason, Rule, RuleEffect, Tri};
use crate::server::Case;
use crate::server::kit::collapses;

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
pub(in crate::server) fn waiting<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    kept: &StoredPolicy,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let facts = case.profile.facts();
    let mut outcomes = Outcomes::default();
    let collapses = collapses(facts.collapsing);
    let waits = collapses
        .and(draft.bypassed.not())
        .and(looked_up(follower, facts))
        .and(case.same_key(kept, follower));
    if waits != Tri::Yes {
        outcomes.own_fetch = true;
    }
    let mut rule = if collapses == Tri::Yes { Rule::WaitingFresh } else { Rule::NoCollapsing };
    if waits != Tri::No {
        let is_stored = draft.stored();
        if is_stored != Tri::Yes {
            rule = Rule::WaitingNotStored;
            let apart = Outcomes { own_fetch: true, ..Outcomes::default() };
            outcomes.add(settled(facts.waiting_not_stored, draft), apart);
        }
        if is_stored != Tri::No {
            let lookup = case.reach(kept, follower);
            let decided = of_stored(facts, draft, lookup, follower, &mut outcomes);
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
    // A rule for what is not stored gives no answer where that is not known.
    let open = effect == RuleEffect::Unknown && waits != Tri::No && draft.stored() == Tri::Maybe;
    let rule =
        if open && facts.says(Axis::WaitingNotStored) { Rule::WaitingStorageOpen } else { rule };
    (settled, Reason { rule, effect, evidence: evidence(rule, draft) })
}

/// What made the rule fire: for a lifetime that is over, what gave it.
fn evidence<'a>(rule: Rule, draft: &Draft<'a>) -> Evidence<'a> {
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
    facts: &Facts,
    draft: &Draft<'_>,
    lookup: Lookup,
    follower: &RequestPolicy<'_>,
    outcomes: &mut Outcomes,
) -> Rule {
    outcomes.shared |= lookup.may_hit();
    let again = Outcomes {
        shared: false,
        validated: lookup.may_be_validated(),
        own_fetch: lookup.may_miss(),
    };
    if !(again.validated || again.own_fetch) {
        return Rule::WaitingFresh;
    }
    if draft.matches_nothing == Tri::Yes {
        // For those who wait it is as good as not stored.
        outcomes.add(settled(facts.waiting_not_stored, draft), again);
        return Rule::WaitingNotStored;
    }
    if lookup.found != Tri::Yes {
        outcomes.own_fetch = true;
    }
    if lookup.found == Tri::No {
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
fn settled(rule: Fact<ForWaiting>, draft: &Draft<'_>) -> Fact<ForWaiting> {
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

//! Squid as an accelerator (reverse proxy).
//!
//! Its answer on a response is four-valued: cache it, cache it as an error, do not cache it but
//! share it with the requests that wait for it, neither (`reply`). What is stored may be stale on
//! arrival (`entry`), and is validated then. File and function names are those of Squid's source.
//!
//! Not modelled: user information in the URL (counts as Authorization), `cache deny` lists, and
//! what an older stored response changes (`Date` going back).

mod entry;
mod lookup;
mod reply;
mod surrogate;
mod wishes;

use super::Case;
use crate::policy::RequestPolicy;
use crate::policy::squid::LetterCase;
use crate::profile::{Collapsing, Dialect, Fact};
use crate::rule::s4_reuse::Answers;
use crate::rule::s4_waiting::Waiting;
use crate::rule::{Draft, Evidence, Reason, Rule, RuleEffect, Tri};
use lookup::{Found, Use};
use reply::{Reply, Reuse};

/// What of this cache is a value and no algorithm, and has no axis of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Settings {
    /// `httpd_accel_surrogate_id`: the name under which a part of Surrogate-Control is meant for
    /// this cache; the host's name by default.
    pub(crate) surrogate_id: &'static str,
    /// Whether a `refresh_pattern` takes the heuristic lifetime from some URLs.
    pub(crate) dynamic_urls: DynamicUrls,
    /// `minimum_expiry_time`, in seconds.
    pub(crate) minimum_expiry: i64,
    /// What a request is given that has waited.
    pub(crate) collapsed: Collapsed,
}

/// URLs with `?` or `/cgi-bin/` in them.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum DynamicUrls {
    /// The shipped configuration: `refresh_pattern -i (/cgi-bin/|\?) 0 0% 0`.
    NoHeuristic,
}

/// What a request is given that has waited for the response to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Collapsed {
    /// The response if it is fresh; else it is validated, and all but the first one that finds it
    /// stale wait once more, for that validation.
    Checked,
    /// The response, fresh or stale.
    TakenAsFresh,
}

/// What the cache does with the response.
pub(super) fn judge<'a>(case: &Case<'a>, settings: &Settings) -> Draft<'a> {
    Reply::judge(case, settings).draft
}

/// How a later request is answered (src/client_side_reply.cc, cacheHit).
pub(super) fn answers<'a>(
    case: &Case<'a>,
    settings: &Settings,
    draft: &Draft<'a>,
    later: &RequestPolicy<'_>,
) -> Answers {
    let reply = Reply::judge(case, settings);
    let stored = draft.stored();
    let mut answers = Answers { miss: stored != Tri::Yes, ..Answers::default() };
    if stored != Tri::No {
        match lookup::find(case, draft, later) {
            Found::No => answers.miss = true,
            Found::Yes if reply.is_negative_hit() => answers.hit = true,
            Found::Yes => match lookup::usable(case, &reply, draft, later) {
                Use::AsItIs => answers.hit = true,
                Use::Validated => answers.validated = true,
                Use::NotAtAll => answers.miss = true,
                Use::NeedsClock => (answers.hit, answers.validated) = (true, true),
            },
        }
    }
    answers
}

/// What requests get that wait: collapsed forwarding, then collapsed revalidation
/// (src/client_side_reply.cc, createStoreEntry, cacheHit, processExpired).
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    settings: &Settings,
    draft: &Draft<'a>,
    follower: &RequestPolicy<'_>,
    count: usize,
) -> (Waiting, Reason<'a>) {
    let facts = case.profile.facts();
    if facts.collapsing == Fact::Known(Collapsing::Off) {
        return decided(Waiting::OwnFetch, Rule::NoCollapsing);
    }
    let reply = Reply::judge(case, settings);
    if draft.bypassed == Tri::Yes || !reply.leads() {
        return decided(Waiting::OwnFetch, Rule::NoCollapsing);
    }
    let shareable = match reply.reuse {
        Reuse::Never => return decided(Waiting::OwnFetch, Rule::WaitingNotStored),
        Reuse::SharedOnly => Rule::WaitingNotStored,
        Reuse::Cached | Reuse::CachedAsError => Rule::WaitingFresh,
    };
    if lookup::find(case, draft, follower) == Found::No {
        return decided(Waiting::OwnFetch, shareable);
    }
    let usable = match (settings.collapsed, lookup::usable(case, &reply, draft, follower)) {
        (Collapsed::TakenAsFresh, Use::Validated | Use::NeedsClock) => Use::AsItIs,
        (_, usable) => usable,
    };
    let stale = stale_because(draft);
    match usable {
        Use::AsItIs if lookup::is_fresh(draft) => decided(Waiting::Shared, shareable),
        Use::AsItIs => decided(Waiting::Shared, stale),
        Use::NotAtAll => decided(Waiting::OwnFetch, shareable),
        Use::NeedsClock => decided(Waiting::Unknown, shareable),
        // The first one that finds it stale asks the origin, the others wait for that answer, which
        // nobody tests for freshness; not for a response that varies.
        Use::Validated if count > 1 && reply.variance.is_none() => decided(Waiting::Shared, stale),
        Use::Validated => decided(Waiting::Validated, stale),
    }
}

/// The rule that tells why a shareable response is not fresh.
fn stale_because(draft: &Draft<'_>) -> Rule {
    if draft.validated == Tri::Yes {
        Rule::WaitingNoCache
    } else if draft.past_expires {
        Rule::WaitingPastExpires
    } else {
        Rule::WaitingZero
    }
}

fn decided<'a>(waiting: Waiting, rule: Rule) -> (Waiting, Reason<'a>) {
    let effect = match waiting {
        Waiting::Shared => RuleEffect::Shares,
        Waiting::Validated | Waiting::OwnFetch => RuleEffect::KeepsApart,
        Waiting::Unknown => RuleEffect::Unknown,
    };
    (waiting, Reason { rule, effect, evidence: Evidence::NONE })
}

/// How this version compares the names of directives.
fn letter_case(case: &Case<'_>) -> LetterCase {
    match case.profile.facts().dialect {
        Fact::Known(Dialect::Squid5) => LetterCase::Counts,
        _ => LetterCase::Ignored,
    }
}

//! `HandleCacheOpenReadHit`, and the reading of an object that is still being written.

use super::Case;
use super::alternates::{self, NEGOTIATED};
use super::freshness::{self, Expires, limit_of, seconds_of_freshness};
use super::integer::first_integer;
use super::list::quoted_elements;
use crate::answer::Waiting;
use crate::calendar::Timestamp;
use crate::field::{Field, FieldLines, Known, elements};
use crate::kept::{Flags, Forwarded, Hit, Lookup, Stored, StoredPolicy};
use crate::message::RequestHead;
use crate::policy::{DeltaSeconds, RequestPolicy, named_element};
use crate::profile::{
    Collapsing, Fact, Facts, ForWaiting, Profile, RequestRule, TrafficServer, Validation,
    VaryFields,
};
use crate::rule::s4_1_vary::lines_of;
use crate::rule::s4_reuse::{answers_method, looked_up};
use crate::rule::{Draft, Evidence, Interval, OwnFlags, Reason, Rule, Tri};

/// must-revalidate or proxy-revalidate: a request's max-stale is not granted.
const STALE_BARRED: OwnFlags = OwnFlags(1);

/// The parts of a response on which its reuse depends.
pub(in crate::server) fn keep(case: &Case<'_>, policy: &mut StoredPolicy) {
    let control = &case.response.control;
    let barred = control.must_revalidate.is_present() || control.proxy_revalidate.is_present();
    policy.own.set(STALE_BARRED, barred);
    // `is_stale_cache_response_returnable`
    policy.flags.set(Flags::NEVER_STALE, barred || control.s_maxage != DeltaSeconds::Absent);
    policy.flags.decide(Flags::CONDITIONAL, Tri::from(is_conditional(case)));
}

/// `HandleCacheOpenReadHit`: how a later request is answered.
pub(in crate::server) fn look_up(
    profile: &Profile,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    match select(profile.facts(), stored, later) {
        Err(why) => Lookup::elsewhere(why),
        Ok(found) => Lookup {
            found: Tri::Yes,
            reusable: reusable(
                profile.facts(),
                stored.policy,
                later,
                stored.policy.lifetimes(),
                at,
            ),
            conditional: stored.policy.decided(Flags::CONDITIONAL),
            hit: Hit::AsItIs,
            why: Forwarded::Stale,
        }
        .if_found(found, Forwarded::Bypass),
    }
}

/// Whether a request finds the object, and may get it.
fn select(facts: &Facts, stored: &Stored<'_>, later: &RequestPolicy<'_>) -> Result<Tri, Forwarded> {
    let policy = stored.policy;
    let is_looked_up = if validates_cookies(facts) { Tri::Yes } else { looked_up(later, facts) };
    if is_looked_up == Tri::No {
        return Err(Forwarded::Bypass);
    }
    if answers_method(policy.method, later.method) == Tri::No {
        return Err(Forwarded::Method);
    }
    if policy.status() == 206 && !stored.variant.has_range_of(later) {
        return Err(Forwarded::Partial);
    }
    if policy.flags.has(Flags::REFUSE_AUTHORIZED) && later.has_authorization() {
        return Err(Forwarded::Miss);
    }
    let matches_nothing = policy.decided(Flags::MATCHES_NOTHING);
    if !same_variant(facts, stored, later) || matches_nothing == Tri::Yes {
        return Err(Forwarded::VaryMiss);
    }
    Ok(is_looked_up.and(matches_nothing.not()))
}

/// `CalcVariability` (HttpTransactCache.cc): the values of every field that Vary names are equal,
/// but for Accept-Encoding; and the alternate suits what the request accepts.
fn same_variant(facts: &Facts, stored: &Stored<'_>, later: &RequestPolicy<'_>) -> bool {
    let (one, other) = (stored.variant.request(), later.head());
    let response = stored.scan();
    facts.vary_fields == Fact::Known(VaryFields::Ignored)
        || !response.has(Field::Vary)
        || named(response.all(Field::Vary))
            .filter(|name| !name.eq_ignore_ascii_case(b"accept-encoding"))
            .all(|name| same_values(name, one, other))
            && alternates::suits(one, &response, later)
}

/// The members of the first Vary line, and what alternates are chosen by as well.
pub(in crate::server) fn vary_names(vary: FieldLines<'_>) -> impl Iterator<Item = &[u8]> {
    let is_there = vary.clone().next().is_some();
    named(vary).chain(NEGOTIATED.into_iter().filter(move |_| is_there))
}

/// The members of the first Vary line.
pub(super) fn named(mut vary: FieldLines<'_>) -> impl Iterator<Item = &[u8]> {
    elements(vary.next().into_iter())
}

/// `HttpCompat::do_vary_header_values_match`: element by element, in any letter case.
fn same_values(name: &[u8], one: RequestHead<'_>, other: RequestHead<'_>) -> bool {
    if one.has_lines_of(&other, name) {
        return true;
    }
    let is_there = |head: RequestHead<'_>| lines_of(head, name).next().is_some();
    let (mut ours, mut theirs) =
        (quoted_elements(lines_of(one, name)), quoted_elements(lines_of(other, name)));
    is_there(one) == is_there(other)
        && loop {
            match (ours.next(), theirs.next()) {
                (None, None) => break true,
                (Some(one), Some(other)) if one.eq_ignore_ascii_case(other) => {}
                _ => break false,
            }
        }
}

/// Whether the object answers as it is: fresh, and nothing asks for validation.
fn reusable(
    facts: &Facts,
    policy: &StoredPolicy,
    later: &RequestPolicy<'_>,
    lifetime: Interval,
    at: Option<Timestamp>,
) -> Tri {
    let directives = match freshness::ttl_in_cache(facts) {
        Some(_) => RequestDirectives::default(),
        None => RequestDirectives::of(later, facts, policy),
    };
    let lasting = lifetime.map(|seconds| seconds_of_freshness(directives.apply(limit_of(seconds))));
    let asked = directives.no_cache
        || later.has_cookie() && validates_cookies(facts)
        || later.has_authorization() && policy.flags.has(Flags::VALIDATE_AUTHORIZED);
    lasting
        .minus(policy.ages(at))
        .is_positive()
        .and(policy.decided(Flags::VALIDATED).not())
        .and(Tri::from(!asked))
}

/// `do_cookies_prevent_caching`
fn validates_cookies(facts: &Facts) -> bool {
    facts.request_cookie == Fact::Known(RequestRule::Honoured)
}

/// What a request asks of the freshness of its answer.
#[derive(Clone, Copy, Debug, Default)]
struct RequestDirectives {
    no_cache: bool,
    max_age: Option<i64>,
    min_fresh: Option<i64>,
    max_stale: Option<i64>,
}

impl RequestDirectives {
    /// `what_is_document_freshness`: max-stale, unless the response says must-revalidate or
    /// proxy-revalidate, and min-fresh always; no-cache and max-age where the operator lets
    /// clients have their way (`ignore_client_no_cache`, `ignore_client_cc_max_age`).
    fn of(later: &RequestPolicy<'_>, facts: &Facts, policy: &StoredPolicy) -> Self {
        let mut directives = Self::default();
        let scan = later.scan();
        let granted = facts.request_no_cache != Fact::Known(RequestRule::Ignored);
        let stale_barred = policy.own.has(STALE_BARRED);
        for element in quoted_elements(scan.all(Field::CacheControl)) {
            let Some((known, value)) = named_element(element) else { continue };
            let number = first_integer(value).map(i64::from);
            match known {
                Known::NoCache => directives.no_cache = granted,
                Known::MaxAge if granted => directives.max_age = Some(number.unwrap_or(0)),
                Known::MinFresh => directives.min_fresh = Some(number.unwrap_or(0)),
                Known::MaxStale if !stale_barred => {
                    directives.max_stale = Some(number.unwrap_or(i64::MAX));
                }
                _ => {}
            }
        }
        directives.no_cache |= granted
            && quoted_elements(scan.all(Field::Pragma))
                .filter_map(named_element)
                .any(|(known, _)| known == Known::NoCache);
        directives
    }

    /// The limit that a request sets in the place of the object's own.
    fn apply(self, limit: u64) -> u64 {
        let limit = i64::try_from(limit).unwrap_or(i64::MAX);
        let mut own = limit.saturating_add(self.max_stale.unwrap_or(0));
        if let Some(seconds) = self.min_fresh {
            own = own.min(limit.saturating_sub(seconds));
        }
        if let Some(seconds) = self.max_age {
            own = own.min(seconds);
        }
        u64::try_from(own).unwrap_or(0)
    }
}

/// `issue_revalidate`: the origin is asked with a condition for a 200 with an ETag of any form or a
/// Last-Modified that is a date; for anything else plainly.
fn is_conditional(case: &Case<'_>) -> bool {
    case.profile.facts().validation != Fact::Known(Validation::Plain)
        && case.response.status() == 200
        && (case.response.scan().has(Field::Etag) || freshness::last_modified(case).is_some())
}

/// Read-while-writer: a request for an object that is being written waits for its head and then
/// reads it, where it is fresh. Expires is skipped then (`is_readwhilewrite_inprogress`), so that
/// the heuristic makes a response fresh whose Expires is past.
pub(in crate::server) fn waiting<'a>(
    case: &Case<'a>,
    settings: &TrafficServer,
    draft: &Draft<'a>,
    kept: &StoredPolicy,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let facts = case.profile.facts();
    let apart = |rule| Waiting::OwnFetch.because(rule, Evidence::NONE);
    if facts.collapsing != Fact::Known(Collapsing::On) {
        return apart(Rule::NoCollapsing);
    }
    if draft.stored() == Tri::No {
        return apart(Rule::WaitingNotStored);
    }
    let found = case.reach(kept, follower).found;
    if found == Tri::No {
        return apart(Rule::WaitingFresh);
    }
    if found.and(draft.stored()) == Tri::Maybe {
        return Waiting::Unknown.because(Rule::WaitingStorageOpen, Evidence::NONE);
    }
    let lifetime = match facts.waiting_past_expires {
        Fact::Known(ForWaiting::Shared) => {
            freshness::limit(&mut Draft::new(), case, settings, Expires::Skipped)
                .map(seconds_of_freshness)
        }
        _ => draft.lifetime,
    };
    let reusable = |lifetime| reusable(facts, kept, follower, lifetime, None);
    match reusable(lifetime) {
        Tri::Yes if reusable(draft.lifetime) == Tri::Yes => {
            Waiting::Shared.because(Rule::WaitingFresh, Evidence::NONE)
        }
        Tri::Yes => {
            let text = freshness::expires(case).unwrap_or_default();
            Waiting::Shared.because(why_shared(draft), Evidence::in_field(Field::Expires, text))
        }
        Tri::No if is_conditional(case) => {
            Waiting::Validated.because(why_apart(draft), Evidence::NONE)
        }
        Tri::No => apart(why_apart(draft)),
        Tri::Maybe => Waiting::Unknown.because(Rule::NoClock, Evidence::NONE),
    }
}

/// Why a response is shared that a later request would not get.
fn why_shared(draft: &Draft<'_>) -> Rule {
    if draft.past_expires { Rule::WaitingPastExpires } else { Rule::WaitingExpiresSkipped }
}

fn why_apart(draft: &Draft<'_>) -> Rule {
    if draft.validated == Tri::No { Rule::WaitingZero } else { Rule::WaitingNoCache }
}

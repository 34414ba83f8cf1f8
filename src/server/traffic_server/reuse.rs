//! `HandleCacheOpenReadHit`, and the reading of an object that is still being written.

use super::Case;
use super::freshness::{self, Expires, limit_of, seconds_of_freshness};
use super::integer::first_integer;
use super::list::quoted_elements;
use crate::field::{Field, Known, elements};
use crate::message::RequestHead;
use crate::policy::{RequestPolicy, named_element};
use crate::profile::{Collapsing, Fact, ForWaiting, RequestRule, Validation, VaryFields};
use crate::rule::s4_reuse::{Answers, Authorized, authorized, looked_up, same_key};
use crate::rule::s4_waiting::Waiting;
use crate::rule::{Draft, Evidence, Interval, Reason, Rule, RuleEffect, Tri};

/// `HandleCacheOpenReadHit`: how a later request is answered.
pub(in crate::server) fn answers<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    later: &RequestPolicy<'_>,
) -> Answers {
    let found = draft.stored().and(selected(case, draft, later));
    let mut answers = Answers { miss: found != Tri::Yes, ..Answers::default() };
    if found != Tri::No {
        let reusable = reusable(case, draft, later, draft.lifetime);
        answers.hit = reusable != Tri::No;
        if reusable != Tri::Yes {
            answers.validated = is_conditional(case);
            answers.miss |= !answers.validated;
        }
    }
    answers
}

/// Whether a request finds the object, and may get it.
fn selected<'a>(case: &Case<'a>, draft: &Draft<'a>, later: &RequestPolicy<'_>) -> Tri {
    let stored = case.stored(draft);
    looked_up(later, stored.facts)
        .and(same_key(stored, later))
        .and((authorized(stored, later) != Authorized::Never).into())
        .and(same_variant(case, later))
        .and(draft.matches_nothing.not())
}

/// `CalcVariability` (HttpTransactCache.cc): the values of every field that Vary names are equal.
fn same_variant(case: &Case<'_>, later: &RequestPolicy<'_>) -> Tri {
    match case.profile.facts().vary_fields {
        Fact::Known(VaryFields::Ignored) => Tri::Yes,
        _ => Tri::from(
            vary_names(case).all(|name| same_values(name, case.request.head(), later.head())),
        ),
    }
}

/// The members of the first Vary line.
pub(super) fn vary_names<'a>(case: &Case<'a>) -> impl Iterator<Item = &'a [u8]> + use<'a> {
    elements(case.response.scan().first(Field::Vary).into_iter())
}

/// `HttpCompat::do_vary_header_values_match`: element by element, in any letter case.
fn same_values(name: &[u8], one: RequestHead<'_>, other: RequestHead<'_>) -> bool {
    if one.has_lines_of(&other, name) {
        return true;
    }
    let is_there = |head: RequestHead<'_>| values(name, head).next().is_some();
    let (mut ours, mut theirs) =
        (quoted_elements(values(name, one)), quoted_elements(values(name, other)));
    is_there(one) == is_there(other)
        && loop {
            match (ours.next(), theirs.next()) {
                (None, None) => break true,
                (Some(one), Some(other)) if one.eq_ignore_ascii_case(other) => {}
                _ => break false,
            }
        }
}

fn values<'a, 'n>(
    name: &'n [u8],
    request: RequestHead<'a>,
) -> impl Iterator<Item = &'a [u8]> + use<'a, 'n> {
    request
        .lines()
        .filter(move |(own, _)| own.as_bytes().eq_ignore_ascii_case(name))
        .map(|(_, value)| value)
}

/// Whether the object answers as it is: fresh, and nothing asks for validation.
fn reusable<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    later: &RequestPolicy<'_>,
    lifetime: Interval,
) -> Tri {
    let wishes = match freshness::ttl_in_cache(case) {
        Some(_) => Wishes::default(),
        None => Wishes::of(later, case),
    };
    let lasting = lifetime.map(|seconds| seconds_of_freshness(wishes.apply(limit_of(seconds))));
    let unasked = authorized(case.stored(draft), later) == Authorized::AsAny && !wishes.no_cache;
    lasting.minus(draft.age).is_positive().and(draft.validated.not()).and(unasked.into())
}

/// What a request asks of the freshness of its answer.
#[derive(Clone, Copy, Debug, Default)]
struct Wishes {
    no_cache: bool,
    max_age: Option<i64>,
    min_fresh: Option<i64>,
    max_stale: Option<i64>,
}

impl Wishes {
    /// `what_is_document_freshness`: max-stale, unless the response says must-revalidate or
    /// proxy-revalidate, and min-fresh always; no-cache and max-age where the operator lets
    /// clients have their way (`ignore_client_no_cache`, `ignore_client_cc_max_age`).
    fn of(later: &RequestPolicy<'_>, case: &Case<'_>) -> Self {
        let mut wishes = Self::default();
        let (scan, control) = (later.scan(), &case.response.control);
        let granted = case.profile.facts().request_no_cache != Fact::Known(RequestRule::Ignored);
        let stale_barred =
            control.must_revalidate.is_present() || control.proxy_revalidate.is_present();
        for element in quoted_elements(scan.all(Field::CacheControl)) {
            let Some((known, value)) = named_element(element) else { continue };
            let number = first_integer(value).map(i64::from);
            match known {
                Known::NoCache => wishes.no_cache = granted,
                Known::MaxAge if granted => wishes.max_age = Some(number.unwrap_or(0)),
                Known::MinFresh => wishes.min_fresh = Some(number.unwrap_or(0)),
                Known::MaxStale if !stale_barred => {
                    wishes.max_stale = Some(number.unwrap_or(i64::MAX));
                }
                _ => {}
            }
        }
        wishes.no_cache |= granted
            && quoted_elements(scan.all(Field::Pragma))
                .filter_map(named_element)
                .any(|(known, _)| known == Known::NoCache);
        wishes
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
    draft: &Draft<'a>,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let facts = case.profile.facts();
    if facts.collapsing != Fact::Known(Collapsing::On) {
        return told(Waiting::OwnFetch, Rule::NoCollapsing, Evidence::NONE);
    }
    if draft.stored() == Tri::No {
        return told(Waiting::OwnFetch, Rule::WaitingNotStored, Evidence::NONE);
    }
    if selected(case, draft, follower) == Tri::No {
        return told(Waiting::OwnFetch, Rule::WaitingFresh, Evidence::NONE);
    }
    let lifetime = match facts.waiting_past_expires {
        Fact::Known(ForWaiting::Shared) => {
            freshness::limit(&mut Draft::new(), case, Expires::Skipped).map(seconds_of_freshness)
        }
        _ => draft.lifetime,
    };
    match reusable(case, draft, follower, lifetime) {
        Tri::Yes if reusable(case, draft, follower, draft.lifetime) == Tri::Yes => {
            told(Waiting::Shared, Rule::WaitingFresh, Evidence::NONE)
        }
        Tri::Yes => {
            let text = freshness::expires(case).unwrap_or_default();
            let evidence = Evidence::in_field(Field::Expires, text);
            told(Waiting::Shared, why_shared(draft), evidence)
        }
        Tri::No if is_conditional(case) => {
            told(Waiting::Validated, why_apart(draft), Evidence::NONE)
        }
        Tri::No => told(Waiting::OwnFetch, why_apart(draft), Evidence::NONE),
        Tri::Maybe => told(Waiting::Unknown, Rule::NoClock, Evidence::NONE),
    }
}

/// Why a response is shared that a later request would not get.
fn why_shared(draft: &Draft<'_>) -> Rule {
    if draft.past_expires { Rule::WaitingPastExpires } else { Rule::WaitingExpiresSkipped }
}

fn why_apart(draft: &Draft<'_>) -> Rule {
    if draft.validated == Tri::No { Rule::WaitingZero } else { Rule::WaitingNoCache }
}

fn told<'a>(waiting: Waiting, rule: Rule, evidence: Evidence<'a>) -> (Waiting, Reason<'a>) {
    let effect = match waiting {
        Waiting::Shared => RuleEffect::Shares,
        Waiting::Validated | Waiting::OwnFetch => RuleEffect::KeepsApart,
        Waiting::Unknown => RuleEffect::Unknown,
    };
    (waiting, Reason { rule, effect, evidence })
}

//! Nginx: `proxy_cache` of ngx_http_upstream and ngx_http_file_cache.
//!
//! Names in comments are those of functions in the source that the profiles cite. Not modelled: `proxy_no_cache` and `proxy_cache_bypass`, `proxy_cache_min_uses`,
//! `proxy_cache_max_range_offset`, `inactive` (entries that nobody asks for vanish, by default
//! after 10 minutes), bodies that break off, and hosts that share one key (`Host` is not in it).

mod date;
mod directives;
mod fold;
mod precondition;
mod raw_line;
mod vary;

pub(super) use vary::names as vary_names;

use super::Case;
use crate::answer::{Answer, Waiting};
use crate::calendar::Timestamp;
use crate::field::Field;
use crate::kept::{Flags, Forwarded, Hit, Lookup, Stored, StoredPolicy};
use crate::message::ArrivalOrder;
use crate::policy::{InView, RequestPolicy, ResponsePolicy};
use crate::profile::Overflow;
use crate::profile::{Buffering, Nginx};
use crate::profile::{Collapsing, Dialect, Fact, Facts, Profile, StaleWindow, Validation};
use crate::rule::s4_2_freshness::{self, Subject};
use crate::rule::s4_reuse;
use crate::rule::{
    Draft, Evidence, Interval, Reason, Rule, RuleEffect, Tri, bypass, s3_5_authorization,
    s3_storing, s4_2_2_heuristic, s5_2_1_request, s5_2_2_response, vendor,
};
use fold::{Fold, Folded, Valid};

/// The time of receipt, in seconds since 1970.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Now {
    At(i64),
    Unknown(Guess),
}

/// Where nothing tells the time, both are tried.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Guess {
    BeforeEveryDate,
    AfterEveryDate,
}

impl Now {
    fn left_until(self, time: i64) -> i64 {
        match self {
            Self::At(now) => time.saturating_sub(now),
            Self::Unknown(Guess::BeforeEveryDate) => i64::MAX,
            Self::Unknown(Guess::AfterEveryDate) => -1,
        }
    }

    /// `None` where the sum wraps to 0, which stands for no time at all.
    fn left_for(self, seconds: i64, overflow: Overflow) -> Option<i64> {
        let Self::At(now) = self else { return Some(seconds) };
        let until = match overflow {
            Overflow::Wraps => now.wrapping_add(seconds),
            Overflow::Saturates => now.saturating_add(seconds),
        };
        (until != 0).then(|| until.saturating_sub(now))
    }
}

/// The lines whose order matters, in every order that can have been the one of arrival.
const ORDERS: [[Field; 3]; 6] = {
    use Field::{CacheControl as C, Expires as E, XAccelExpires as X};
    [[C, E, X], [C, X, E], [E, C, X], [E, X, C], [X, C, E], [X, E, C]]
};

/// What the cache does with the response.
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, settings: &Nginx, draft: &mut Draft<'a>) {
    let Case { request, response, profile, .. } = case;
    let facts = profile.facts();
    s3_storing::method(draft, request, facts);
    if draft.bypassed == Tri::Yes {
        return;
    }
    s5_2_1_request::request_cookie(draft, request, facts);
    s5_2_1_request::request_no_store(draft, request, facts);
    s3_5_authorization::authorization(draft, request, response, facts);
    vendor::ignored_fields(draft, response, facts);
    s5_2_2_response::set_cookie(draft, response, facts);
    s5_2_2_response::pragma(draft, response, facts);
    vary::judge(draft, response, facts, settings.header_logic);
    delivery(draft, response, settings.buffering);
    precondition::judge(draft, request, response);
    let subject = &case.subject(facts);
    if let Some(age) = response.scan().first(Field::Age) {
        draft.note(Rule::Age, RuleEffect::Ignored, Evidence::in_field(Field::Age, age));
    }
    match s4_2_freshness::clock(subject) {
        Some(now) => in_arrival_order(subject, settings, draft, Now::At(now.unix())),
        None => {
            let mut late = *draft;
            in_arrival_order(subject, settings, draft, Now::Unknown(Guess::BeforeEveryDate));
            in_arrival_order(subject, settings, &mut late, Now::Unknown(Guess::AfterEveryDate));
            either(case, draft, &late);
        }
    }
}

/// Two fields by which the origin tells nginx how to answer; both keep the response out of the
/// cache (`ngx_http_upstream_send_response`, `ngx_http_upstream_process_headers`).
fn delivery<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, usual: Buffering) {
    let scan = response.scan();
    let buffering = scan
        .all(Field::XAccelBuffering)
        .filter(|value| value.eq_ignore_ascii_case(b"no") || value.eq_ignore_ascii_case(b"yes"))
        .last();
    match buffering {
        Some(value) if value.eq_ignore_ascii_case(b"no") => {
            draft.forbid(Rule::AccelBuffering, Evidence::in_field(Field::XAccelBuffering, value));
        }
        None if usual == Buffering::Off => draft.forbid(Rule::AccelBuffering, Evidence::NONE),
        _ => {}
    }
    if let Some(value) = scan.first(Field::XAccelRedirect) {
        draft.forbid(Rule::AccelRedirect, Evidence::in_field(Field::XAccelRedirect, value));
    }
}

/// The lines in the order in which they came; where that is lost, the order that stores least.
fn in_arrival_order<'a>(
    subject: &Subject<'_, 'a>,
    settings: &Nginx,
    draft: &mut Draft<'a>,
    now: Now,
) {
    let response = subject.response;
    let lines = response.head().lines();
    if lines.arrival_order() == ArrivalOrder::Kept {
        let named = lines.iter().filter_map(|(name, value)| Some((Field::of(name)?, value)));
        return in_order(subject, settings, draft, now, named);
    }
    let lines_of = |field: Field| response.sent(field).map(move |line| (field, line));
    let in_turn = |order: [Field; 3]| order.into_iter().flat_map(lines_of);
    let [first, ..] = ORDERS;
    let absent = first.map(|field| !response.is_sent(field));
    let mut orders = ORDERS.iter().filter(|order| makes_a_difference(**order, absent));
    let Some(first) = orders.next() else { return };
    let before = orders.clone().next().map(|_| *draft);
    in_order(subject, settings, draft, now, in_turn(*first));
    let Some(before) = before else { return };
    let of_first = looseness(draft);
    let mut alike = true;
    for order in orders {
        let mut other = before;
        in_order(subject, settings, &mut other, now, in_turn(*order));
        alike &= looseness(&other) == of_first;
        if looseness(&other) < looseness(draft) {
            *draft = other;
        }
    }
    if !alike {
        draft.note(Rule::ArrivalOrder, RuleEffect::Notes, Evidence::NONE);
    }
}

/// Of the orders that differ in absent fields alone, the one where those come last, in the order
/// of the first of [`ORDERS`].
fn makes_a_difference(order: [Field; 3], absent: [bool; 3]) -> bool {
    let [[first, second, _], ..] = ORDERS;
    let [no_first, no_second, no_third] = absent;
    // A field that is there may come in any place before those that are not.
    order.is_sorted_by_key(|&field| match field {
        _ if field == first => no_first.then_some(1),
        _ if field == second => no_second.then_some(2),
        _ => no_third.then_some(3),
    })
}

/// Whether and how long a response is kept, as numbers that grow with what is shared.
fn looseness(draft: &Draft<'_>) -> (Tri, u64, u64) {
    (draft.stored(), draft.lifetime.most, draft.stale_window.most)
}

/// The lines in one order, and the lifetime that they come to; else `proxy_cache_valid`.
fn in_order<'a>(
    subject: &Subject<'_, 'a>,
    settings: &Nginx,
    draft: &mut Draft<'a>,
    now: Now,
    lines: impl Iterator<Item = (Field, &'a [u8])>,
) {
    let Subject { response, facts, .. } = *subject;
    let mut fold = Fold::new(draft, facts, settings.header_logic, overflow(facts), now);
    for (field, value) in lines {
        let view = if response.scan().has(field) { InView::Yes } else { InView::No };
        fold.line(field, value, view);
    }
    let Folded { valid, updating } = fold.finish();
    if draft.not_stored == Tri::Yes {
        return;
    }
    let left = valid.map_or(0, |valid| valid.left);
    if let Some(seconds) = lifetime(draft, subject, valid) {
        draft.lifetime = s4_2_freshness::bounds(draft, subject, seconds).map(with_last_second);
        draft.note(Rule::LastSecond, RuleEffect::Notes, Evidence::NONE);
    }
    // Nginx counts whole seconds, and an exchange does not tell the fraction.
    draft.up_to_a_second_less = true;
    draft.stale_window = stale_window(facts, left, updating);
}

/// Stale is what ended before this second (`ngx_http_file_cache_read`: `valid_sec < now`).
fn with_last_second(seconds: u64) -> u64 {
    seconds.saturating_add(1)
}

fn overflow(facts: &Facts) -> Overflow {
    match facts.dialect {
        Fact::Known(Dialect::RawLine(overflow)) => overflow,
        _ => Overflow::Saturates,
    }
}

/// `ngx_http_upstream_send_response`. `None`: stale on arrival, or not stored for want of a lifetime.
fn lifetime<'a>(
    draft: &mut Draft<'a>,
    subject: &Subject<'_, 'a>,
    valid: Option<Valid<'a>>,
) -> Option<Interval> {
    if let Some(fixed) = s4_2_freshness::fixed(draft, subject) {
        return Some(fixed);
    }
    if let Some(valid) = valid {
        return u64::try_from(valid.left).ok().map(Interval::exactly);
    }
    let default = s4_2_2_heuristic::unstated(draft, subject)?;
    if default == Interval::ZERO {
        draft.forbid(Rule::ZeroLifetime, Evidence::NONE);
    }
    Some(default)
}

/// Seconds from the end of freshness, or from now where that is over, in which a stale answer may
/// be given (`ngx_http_file_cache_read`: `valid_sec + updating_sec >= now`).
fn stale_window(facts: &Facts, left: i64, updating: i64) -> Interval {
    let least = match facts.stale_while_revalidate {
        Fact::Known(StaleWindow::Default(seconds) | StaleWindow::WhileRenewed(seconds)) => {
            i64::try_from(seconds).unwrap_or(i64::MAX)
        }
        Fact::Known(StaleWindow::None) => return Interval::ZERO,
        _ => 0,
    };
    let window = updating.max(least).saturating_add(left.min(0));
    match u64::try_from(window) {
        Ok(seconds) if left < 0 => Interval::exactly(with_last_second(seconds)),
        Ok(seconds) => Interval::exactly(seconds),
        Err(_) => Interval::ZERO,
    }
}

/// What holds at whatever time it is, written over what holds early.
fn either<'a>(case: &Case<'a>, draft: &mut Draft<'a>, late: &Draft<'a>) {
    if looseness(draft) == looseness(late) {
        return;
    }
    let scan = case.response.scan();
    let evidence = match scan.first(Field::Expires) {
        Some(text) => Evidence::in_field(Field::Expires, text),
        None => Evidence::of(
            Field::XAccelExpires.name(),
            scan.first(Field::XAccelExpires).unwrap_or_default(),
        ),
    };
    draft.note(Rule::NoClock, RuleEffect::Unknown, evidence);
    if draft.not_stored != late.not_stored {
        draft.not_stored = Tri::Maybe;
    }
    if draft.lifetime != late.lifetime {
        draft.lifetime = Interval::UNKNOWN;
    }
    draft.stale_window = draft.stale_window.or(late.stale_window);
}

/// The parts of a response on which its reuse depends.
pub(super) fn keep(case: &Case<'_>, policy: &mut StoredPolicy) {
    policy.flags.decide(Flags::CONDITIONAL, Tri::from(conditional(case)));
}

/// How a later request is answered: nginx looks at nothing in it but method, key and the fields
/// that Vary names.
pub(super) fn look_up(
    profile: &Profile,
    settings: &Nginx,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    let (facts, policy) = (profile.facts(), stored.policy);
    let is_looked_up = s4_reuse::looked_up(later, facts);
    if is_looked_up == Tri::No {
        return Lookup::elsewhere(Forwarded::Bypass);
    }
    if !vary::matches(facts, settings.header_logic, stored, later.head())
        || policy.decided(Flags::MATCHES_NOTHING) == Tri::Yes
    {
        return Lookup::elsewhere(Forwarded::VaryMiss);
    }
    if is_looked_up == Tri::Yes && policy.plain_hit(at).is_some() {
        return Lookup::HIT;
    }
    let (age, lifetime) = (policy.ages(at), policy.lifetimes());
    let fresh = lifetime.minus(age).is_positive();
    let lookup = Lookup {
        found: Tri::Yes,
        reusable: fresh
            .max(renewed_behind(facts, age.minus(lifetime), policy.stale_window.interval()))
            .and(policy.decided(Flags::VALIDATED).not()),
        conditional: policy.decided(Flags::CONDITIONAL),
        hit: if fresh == Tri::Yes { Hit::AsItIs } else { Hit::RenewedBehind },
        why: Forwarded::Stale,
    };
    lookup.if_found(is_looked_up, Forwarded::Bypass)
}

/// `proxy_cache_background_update`: the stale answer is given at once, and renewed behind it.
fn renewed_behind(facts: &Facts, staleness: Interval, window: Interval) -> Tri {
    match facts.stale_while_revalidate {
        Fact::Known(StaleWindow::None | StaleWindow::WhileRenewed(_)) => Tri::No,
        _ => window.minus(staleness).is_positive(),
    }
}

/// `proxy_cache_revalidate`: with whatever the response of 200 or 206 had for a validator.
fn conditional(case: &Case<'_>) -> bool {
    let Case { response, profile, .. } = case;
    let dated = || response.scan().first(Field::LastModified).and_then(date::read).is_some();
    profile.facts().validation == Fact::Known(Validation::Conditional)
        && matches!(response.status(), 200 | 206)
        && (response.scan().has(Field::Etag) || dated())
}

/// What requests get that wait (`ngx_http_file_cache_lock`): they look again when the
/// first is done, one after the other. The one that finds nothing, or what is stale, asks the
/// origin while the others go on waiting.
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    kept: &StoredPolicy,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let facts = case.profile.facts();
    let (answer, rule) = if facts.collapsing == Fact::Known(Collapsing::Off) {
        (Answer::Miss, Rule::NoCollapsing)
    } else if bypass::looked_up(&case.request, facts) == Tri::No {
        // Who does not look up takes no lock.
        (Answer::Miss, Rule::OperatorBypass)
    } else if draft.stored() == Tri::No {
        (Answer::Miss, Rule::WaitingNotStored)
    } else {
        let lookup = case.look_up(kept, follower);
        match lookup.settle() {
            stale @ (Answer::Miss | Answer::Validated) if lookup.found == Tri::Yes => {
                (stale, Rule::WaitingZero)
            }
            answer => (answer, Rule::WaitingFresh),
        }
    };
    let waiting = match answer {
        Answer::Hit => Waiting::Shared,
        Answer::Validated => Waiting::Validated,
        Answer::Miss | Answer::GatewayTimeout => Waiting::OwnFetch,
        Answer::Unknown => Waiting::Unknown,
    };
    waiting.because(rule, Evidence::NONE)
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use std::time::{Duration, SystemTime};

    use crate::answer::{Answer, Waiting};
    use crate::answer::{FreshFor, Storage};
    use crate::message::Exchange;
    use crate::message::{HeaderLines, RequestHead, ResponseHead};
    use crate::profile::{Collapsing, Methods, Profile, StaleWindow, Validation};
    use crate::rule::{Reason, Rule};
    use crate::server::Algorithm;

    const NOW: u64 = 1_800_000_000;
    const PAST: &str = "Fri, 01 Jan 2021 00:00:00 GMT";

    #[track_caller]
    fn with_map(profile: &Profile, lines: &[(&str, &str)], expected: Storage, tells: bool) {
        let mut response = http::Response::builder();
        for (name, value) in lines {
            response = response.header(*name, *value);
        }
        let (request, response) = (http::Request::new(()), response.body(()).unwrap());
        let now = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(NOW)).unwrap();
        let verdict = Exchange::new(&request, &response).received_at(now).judge(profile);
        assert_eq!(verdict.storage(), expected, "{lines:?}");
        let told = |reason: &Reason<'_>| reason.rule == Rule::ArrivalOrder;
        assert_eq!(verdict.reasons().any(told), tells, "{lines:?}");
    }

    #[test]
    fn a_stale_window_ends_so_long_after_the_lifetime_or_after_now() {
        use super::{Facts, Interval, stale_window};
        for (left, updating, expected) in
            [(10, 9, 9), (0, 9, 9), (-1, 9, 9), (-9, 9, 1), (-10, 9, 0)]
        {
            let window = stale_window(&Facts::UNKNOWN, left, updating);
            assert_eq!(window, Interval::exactly(expected), "{left}");
        }
    }

    #[test]
    fn a_lost_order_is_told_where_it_matters() {
        let (old, new) = (&Profile::NGINX_1_22, &Profile::NGINX);
        let accel = [("x-accel-expires", "60"), ("cache-control", "private")];
        with_map(old, &accel, Storage::NotStored, true);
        with_map(new, &accel, Storage::Stored, false);
        let expires = [("cache-control", "max-age=60"), ("expires", PAST)];
        with_map(old, &expires, Storage::NotStored, true);
        with_map(new, &expires, Storage::Stored, false);
        let malformed = [("x-accel-expires", "60"), ("cache-control", "max-age=x")];
        with_map(new, &malformed, Storage::NotStored, true);
        for lines in [&[("cache-control", "max-age=60")][..], &[("cache-control", "private")], &[]]
        {
            let stored = lines.iter().any(|(_, value)| value.starts_with("max-age"));
            let expected = if stored { Storage::Stored } else { Storage::NotStored };
            with_map(old, lines, expected, false);
            with_map(new, lines, expected, false);
        }
    }

    /// Storage, lifetime, what an identical request gets and four that wait.
    fn answers(profile: &Profile, lines: &[(&str, &[u8])]) -> (Storage, FreshFor, Answer, Waiting) {
        let request = RequestHead::new("GET", "http://shop.example/", HeaderLines::from_pairs(&[]));
        let response = ResponseHead::new(200, HeaderLines::from_pairs(lines));
        let now = SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(NOW)).unwrap();
        let verdict = Exchange::new(&request, &response).received_at(now).judge(profile);
        let same = verdict.same_request();
        (verdict.storage(), verdict.fresh_for(), same, verdict.for_waiting(&request, 4))
    }

    #[test]
    fn ignored_fields_bar_nothing() {
        let profile = Profile::NGINX_1_22
            .with_ignored_fields(&["cache-control", "expires", "set-cookie", "vary"])
            .with_default_ttl(600);
        let lines: [(&str, &[u8]); 4] = [
            ("Set-Cookie", b"sid=alice"),
            ("Cache-Control", b"private"),
            ("Expires", b"0"),
            ("Vary", b"*"),
        ];
        let (storage, fresh_for, ..) = answers(&profile, &lines);
        assert_eq!((storage, fresh_for), (Storage::Stored, FreshFor::Between(600, 601)));
    }

    #[test]
    fn an_ignored_x_accel_expires_silences_cache_control_all_the_same() {
        let profile = Profile::NGINX.with_ignored_fields(&["x-accel-expires"]);
        let lines: [(&str, &[u8]); 3] = [
            ("X-Accel-Expires", b"0"),
            ("Expires", b"Fri, 01 Jan 2038 00:00:00 GMT"),
            ("Cache-Control", b"private"),
        ];
        assert_eq!(answers(&profile, &lines).0, Storage::Stored);
        let [accel, expires, control] = lines;
        assert_eq!(answers(&profile, &[accel, control, expires]).0, Storage::NotStored);
    }

    #[test]
    fn a_default_of_0_is_none() {
        let profile = Profile::NGINX.with_default_ttl(0);
        assert_eq!(answers(&profile, &[]).0, Storage::NotStored);
    }

    #[test]
    fn a_stale_answer_is_given_where_it_is_renewed_behind() {
        let stale: [(&str, &[u8]); 2] = [
            ("Cache-Control", b"stale-while-revalidate=1000"),
            ("X-Accel-Expires", b"@1799999940"),
        ];
        let locked = Profile::NGINX.with_collapsing(Collapsing::On);
        let behind = locked.with_stale_while_revalidate(StaleWindow::Default(0));
        let (storage, fresh_for, same, waiting) = answers(&locked, &stale);
        assert_eq!((storage, fresh_for), (Storage::Stored, FreshFor::Seconds(0)));
        assert_eq!((same, waiting), (Answer::Miss, Waiting::OwnFetch));
        let (.., same, waiting) = answers(&behind, &stale);
        assert_eq!((same, waiting), (Answer::Hit, Waiting::Shared));
        let [_, without_window] = stale;
        assert_eq!(answers(&behind, &[without_window]).2, Answer::Miss);
    }

    #[test]
    fn revalidation_is_a_setting() {
        let profile = Profile::NGINX.with_validation(Validation::Conditional);
        let stale: [(&str, &[u8]); 2] = [("X-Accel-Expires", b"@1799999940"), ("ETag", b"v1")];
        assert_eq!(answers(&Profile::NGINX, &stale).2, Answer::Miss);
        assert_eq!(answers(&profile, &stale).2, Answer::Validated);
    }

    #[test]
    fn methods_are_a_setting() {
        let profile = Profile::NGINX.with_methods(Methods::Only(&["GET", "HEAD", "POST"]));
        let request =
            RequestHead::new("POST", "http://shop.example/", HeaderLines::from_pairs(&[]));
        let lines: [(&str, &[u8]); 1] = [("Cache-Control", b"max-age=60")];
        let response = ResponseHead::new(200, HeaderLines::from_pairs(&lines));
        let exchange = Exchange::new(&request, &response);
        assert_eq!(exchange.judge(&profile).same_request(), Answer::Hit);
        assert_eq!(exchange.judge(&Profile::NGINX).storage(), Storage::Bypass);
    }

    #[test]
    fn every_profile_of_this_name_is_judged_here() {
        for profile in Profile::ALL.iter().filter(|profile| profile.id().starts_with("nginx")) {
            assert!(matches!(profile.algorithm(), Algorithm::Nginx(_)), "{}", profile.id());
        }
    }
}

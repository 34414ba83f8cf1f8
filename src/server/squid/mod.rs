//! Squid as an accelerator (reverse proxy).
//!
//! Its answer on a response is four-valued: cache it, cache it as an error, do not cache it but
//! share it with the requests that wait for it, neither (`reply`). What is stored may be stale on
//! arrival (`entry`), and is validated then. File and function names are those of Squid's source.
//!
//! Not modelled: user information in the URL (counts as Authorization), and what an older stored
//! response changes (`Date` going back).

mod atoi;
mod date;
mod directives;
mod entry;
mod list;
mod lookup;
mod reply;
mod request_directives;
mod surrogate;

use super::Case;
use crate::answer::Waiting;
use crate::calendar::Timestamp;
use crate::kept::{Flags, Lookup, Stored, StoredPolicy};
use crate::policy::RequestPolicy;
use crate::profile::Collapsed;
use crate::profile::Squid;
use crate::profile::{Collapsing, Dialect, Fact, Profile};
use crate::rule::{Draft, Evidence, Reason, Rule, Tri};
use crate::server::kit::LetterCase;
use lookup::Use;
pub(super) use lookup::vary_names;
use reply::{Reply, Reuse, Variance};
use request_directives::RequestDirectives;

/// What the cache does with the response.
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, settings: &Squid, draft: &mut Draft<'a>) {
    let reply = Reply::judge(case, settings, draft);
    let own = &mut draft.own;
    own.set(own::NEGATIVE, reply.is_negative_hit());
    own.set(own::VARIES_BY_EVERYTHING, reply.variance == Some(Variance::Everything));
    own.set(own::VARIES, reply.variance.is_some());
    own.set(own::SHARED_ONLY, reply.reuse == Reuse::SharedOnly);
    own.set(own::NEVER_REUSED, reply.reuse == Reuse::Never);
    own.set(own::FETCHED_ALONE, !reply.leads());
    own.set(own::BARS_STALE, lookup::bars_stale(case, &reply));
}

/// What Squid decides of a response beside what every cache does, a bit each.
mod own {
    use crate::rule::OwnFlags;

    /// An error that is kept, and is answered with whatever a request asks (checkNegativeHit).
    pub(super) const NEGATIVE: OwnFlags = OwnFlags(1 << 0);
    /// RFC 8246: an immutable response makes a request's max-age moot.
    pub(super) const IMMUTABLE: OwnFlags = OwnFlags(1 << 1);
    /// A `*` in Vary, which ends the list and matches.
    pub(super) const VARIES_BY_EVERYTHING: OwnFlags = OwnFlags(1 << 2);
    /// It has a Vary field.
    pub(super) const VARIES: OwnFlags = OwnFlags(1 << 3);
    /// It is not stored, and given to requests that wait for it.
    pub(super) const SHARED_ONLY: OwnFlags = OwnFlags(1 << 4);
    /// It is neither stored nor shared.
    pub(super) const NEVER_REUSED: OwnFlags = OwnFlags(1 << 5);
    /// No request can wait for it (createStoreEntry): its own said no-store.
    pub(super) const FETCHED_ALONE: OwnFlags = OwnFlags(1 << 6);
    /// Nothing has it used beyond its lifetime (ENTRY_REVALIDATE_STALE).
    pub(super) const BARS_STALE: OwnFlags = OwnFlags(1 << 7);
}

/// The parts of a response on which its reuse depends.
pub(super) fn keep(case: &Case<'_>, policy: &mut StoredPolicy) {
    policy.own.set(own::IMMUTABLE, lookup::says_immutable(case));
    policy.flags.set(Flags::NEVER_STALE, policy.own.has(own::BARS_STALE));
    // The origin is asked, always with an If-Modified-Since (processExpired).
    policy.flags.decide(Flags::CONDITIONAL, Tri::Yes);
}

/// How a later request is answered (src/client_side_reply.cc, cacheHit).
pub(super) fn look_up(
    profile: &Profile,
    settings: &Squid,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    let directives = RequestDirectives::of(later, letter_case(profile), &settings.options);
    if let Err(why) = lookup::find(profile, stored, later, &directives) {
        return Lookup::elsewhere(why);
    }
    if lookup::is_negative_hit(stored.policy, at) && directives.reload.is_none() {
        return Lookup::HIT;
    }
    let checked = lookup::refresh_check(stored.policy, &directives, at);
    lookup::answer_condition(stored.policy, later, checked).into()
}

/// What requests get that wait: collapsed forwarding, then collapsed revalidation
/// (src/client_side_reply.cc, createStoreEntry, cacheHit, processExpired).
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    settings: &Squid,
    draft: &Draft<'a>,
    kept: &StoredPolicy,
    follower: &RequestPolicy<'_>,
    count: usize,
) -> (Waiting, Reason<'a>) {
    let apart = |rule| Waiting::OwnFetch.because(rule, Evidence::NONE);
    let own = kept.own;
    if case.profile.facts().collapsing == Fact::Known(Collapsing::Off)
        || draft.bypassed == Tri::Yes
        || own.has(own::FETCHED_ALONE)
    {
        return apart(Rule::NoCollapsing);
    }
    if own.has(own::NEVER_REUSED) {
        return apart(Rule::WaitingNotStored);
    }
    let shared_only = own.has(own::SHARED_ONLY);
    let shareable = if shared_only { Rule::WaitingNotStored } else { Rule::WaitingFresh };
    let lookup = case.reach(kept, follower);
    if lookup.found == Tri::No {
        return apart(shareable);
    }
    let directives = RequestDirectives::of(follower, letter_case(case.profile), &settings.options);
    let checked = match settings.collapsed {
        Collapsed::Checked => lookup::refresh_check(kept, &directives, None),
        Collapsed::TakenAsFresh => Use::AsItIs,
    };
    let stale = draft.staleness_rule();
    let (waiting, rule) = match lookup::answer_condition(kept, follower, checked) {
        Use::AsItIs if lookup::is_fresh(draft) => (Waiting::Shared, shareable),
        Use::AsItIs => (Waiting::Shared, stale),
        Use::NotAtAll => (Waiting::OwnFetch, shareable),
        Use::NeedsClock => (Waiting::Unknown, shareable),
        // The first one that finds it stale asks the origin, the others wait for that answer, which
        // nobody tests for freshness: processExpired makes one validation of several.
        Use::Validated if count > 1 && !own.has(own::VARIES) && directives.no_store.is_absent() => {
            (Waiting::Shared, stale)
        }
        Use::Validated => (Waiting::Validated, stale),
    };
    waiting.because(rule, Evidence::NONE)
}

/// How this version compares the names of directives.
fn letter_case(profile: &Profile) -> LetterCase {
    match profile.facts().dialect {
        Fact::Known(Dialect::Squid5) => LetterCase::Counts,
        _ => LetterCase::Ignored,
    }
}

#[cfg(test)]
#[allow(clippy::unwrap_used)]
mod tests {
    use crate::profile::{Heuristic, Treatment};
    use crate::{Answer, FreshFor, Profile, Storage, storable};

    #[track_caller]
    fn check(
        profile: &Profile,
        status: u16,
        header: (&str, &str),
        answers: (Storage, FreshFor, Answer),
    ) {
        let request = http::Request::get("http://trap.test/").body(()).unwrap();
        let response = http::Response::builder()
            .status(status)
            .header("Date", "Mon, 19 Oct 2026 12:00:00 GMT")
            .header(header.0, header.1)
            .body(())
            .unwrap();
        let verdict = storable(&request, &response, profile);
        assert_eq!((verdict.storage(), verdict.fresh_for(), verdict.same_request()), answers);
    }

    #[test]
    fn a_negative_ttl_keeps_errors() {
        const KEPT: Profile = Profile::SQUID_5.with_default_ttl(5);
        let stored = |seconds, answer| (Storage::Stored, FreshFor::Seconds(seconds), answer);
        check(&KEPT, 404, ("ETag", "\"a\""), stored(5, Answer::Hit));
        check(&KEPT, 404, ("Cache-Control", "max-age=60"), stored(60, Answer::Hit));
        check(&KEPT, 404, ("Cache-Control", "max-age=0"), stored(0, Answer::Validated));
        check(&KEPT, 404, ("Cache-Control", "no-cache, max-age=60"), stored(60, Answer::Hit));
        check(&KEPT, 400, ("ETag", "\"a\""), stored(5, Answer::Hit));
        check(&KEPT, 200, ("ETag", "\"a\""), stored(5, Answer::Hit));
        check(
            &KEPT,
            404,
            ("Cache-Control", "no-store"),
            (Storage::NotStored, FreshFor::NotStored, Answer::Miss),
        );
    }

    #[test]
    fn a_refresh_pattern_is_the_heuristic() {
        const PATTERN: Profile = Profile::SQUID_5
            .with_heuristic(Heuristic::Fraction { percent: 50, minimum: 60, maximum: 1800 })
            .with_no_store(Treatment::Ignored);
        let stored = |seconds, answer| (Storage::Stored, FreshFor::Seconds(seconds), answer);
        check(&PATTERN, 200, ("ETag", "\"a\""), stored(60, Answer::Hit));
        check(&PATTERN, 200, ("Cache-Control", "no-store"), stored(60, Answer::Hit));
        check(
            &PATTERN,
            200,
            ("Last-Modified", "Mon, 19 Oct 2026 11:59:00 GMT"),
            stored(30, Answer::Hit),
        );
        check(
            &PATTERN,
            200,
            ("Last-Modified", "Mon, 19 Oct 2026 02:00:00 GMT"),
            stored(1801, Answer::Hit),
        );
        check(&PATTERN, 200, ("Cache-Control", "max-age=0"), stored(0, Answer::Validated));
    }
}

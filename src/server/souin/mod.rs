//! Souin, in strict mode: what it stores, and what it hands to requests that wait.

mod directives;

use super::kit::governing_expires;
use super::{Case, rfc9111};
use crate::answer::Waiting;
use crate::bytes::{find, find_ignore_case};
use crate::calendar::Timestamp;
use crate::field::{Field, elements};
use crate::kept::{Forwarded, Lookup, Stored};
use crate::message::RequestHead;
use crate::policy::{RequestPolicy, ResponsePolicy};
use crate::profile::{Authorization, Fact, Facts, Profile, Treatment};
use crate::rule::s4_reuse::looked_up;
use crate::rule::{Draft, Evidence, Reason, Rule, Tri, s5_2_2_response};

/// `Store` in middleware.go.
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, draft: &mut Draft<'a>) {
    let response = &case.response;
    let mut facts = *case.profile.facts();
    lift(&mut facts, response);
    rfc9111::judge_by(case, &facts, draft);
    s5_2_2_response::malformed_control(draft, response);
    if let Some(text) = stated_expires(response).filter(|text| !is_rfc1123(text)) {
        draft.forbid(Rule::InvalidExpires, Evidence::in_field(Field::Expires, text));
    }
}

/// A Vary with `authorization` in it lifts what private and Authorization bar; a lifetime from
/// Expires lifts no-store. A fresh copy with an entity-tag is served before anything looks for its
/// no-cache.
fn lift(facts: &mut Facts, response: &ResponsePolicy<'_>) {
    let vary = response.scan().first(Field::Vary).unwrap_or_default();
    if find_ignore_case(vary, Field::Authorization.name().as_bytes()).is_some() {
        facts.authorization = Fact::Known(Authorization::Ignored);
        facts.private = Fact::Known(Treatment::Ignored);
        facts.private_fields = Fact::Known(Treatment::Ignored);
    }
    if stated_expires(response).is_some() {
        facts.no_store = Fact::Known(Treatment::Ignored);
    }
    if response.scan().first(Field::Etag).is_some_and(|tag| !tag.is_empty()) {
        facts.no_cache = Fact::Known(Treatment::Ignored);
        facts.no_cache_fields = Fact::Known(Treatment::Ignored);
    }
}

/// An empty one is none.
fn stated_expires<'a>(response: &ResponsePolicy<'a>) -> Option<&'a [u8]> {
    governing_expires(response).filter(|text| !text.is_empty())
}

/// Go's `time.RFC1123` knows the one form with a day name of three letters and a four-digit year.
fn is_rfc1123(text: &[u8]) -> bool {
    text.len() == b"Mon, 19 Oct 2026 12:00:00 GMT".len() && text.get(3) == Some(&b',')
}

/// The method is in the key.
pub(super) fn look_up(
    profile: &Profile,
    stored: &Stored<'_>,
    later: &RequestPolicy<'_>,
    at: Option<Timestamp>,
) -> Lookup {
    if later.method != stored.policy.method {
        return Lookup::elsewhere(Forwarded::UriMiss);
    }
    rfc9111::look_up(profile, stored, later, at)
}

/// `Upstream` in middleware.go: one request fetches, and all that wait get what it got, stored or
/// not. Its own answer they ask for where that says `private`, in this letter case and anywhere in
/// the control field, where it has Set-Cookie, and where a field that Vary names is another one.
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    let response = &case.response;
    let waits = draft.bypassed == Tri::No
        && follower.method == case.request.method
        && looked_up(follower, case.profile.facts()) != Tri::No
        && case.in_key(follower) != Tri::No;
    let kept_apart = is_guarded(response)
        || is_error(response.status())
        || !same_varied(response, case.request.head(), follower.head());
    let answer = if waits && !kept_apart { Waiting::Shared } else { Waiting::OwnFetch };
    let rule = match (waits, draft.not_stored) {
        (false, _) => Rule::NoCollapsing,
        (true, Tri::Yes) => Rule::WaitingNotStored,
        (true, _) if draft.validated == Tri::Yes => Rule::WaitingNoCache,
        (true, _) if draft.remaining().most == 0 => Rule::WaitingZero,
        (true, _) => Rule::WaitingFresh,
    };
    answer.because(rule, Evidence::NONE)
}

fn is_guarded(response: &ResponsePolicy<'_>) -> bool {
    let says_private =
        response.scan().named(response.control_field).any(|line| find(line, b"private").is_some());
    says_private || response.scan().has(Field::SetCookie)
}

/// These become an error, which all requests get that wait.
fn is_error(status: u16) -> bool {
    matches!(status, 500 | 502 | 503 | 504)
}

/// The first line of each field that Vary names is compared; a `*` switches that off.
fn same_varied(
    response: &ResponsePolicy<'_>,
    fetched: RequestHead<'_>,
    waiting: RequestHead<'_>,
) -> bool {
    let mut names = elements(response.scan().all(Field::Vary));
    names.clone().any(|name| name == b"*")
        || names.all(|name| {
            fetched.has_lines_of(&waiting, name)
                || first_line(fetched, name) == first_line(waiting, name)
        })
}

/// An absent field is like an empty one.
fn first_line<'a>(request: RequestHead<'a>, name: &[u8]) -> &'a [u8] {
    request
        .lines()
        .find(|(own, _)| own.as_bytes().eq_ignore_ascii_case(name))
        .map_or(b"", |(_, value)| value)
}

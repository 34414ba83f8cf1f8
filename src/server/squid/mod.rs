//! Squid as an accelerator (reverse proxy).
//!
//! Its answer on a response is four-valued: cache it, cache it as an error, do not cache it but
//! share it with the requests that wait for it, neither (`reply`). What is stored may be stale on
//! arrival (`entry`), and is validated then. File and function names are those of Squid's source.
//!
//! Not modelled: user information in the URL (counts as Authorization), `cache deny` lists, and
//! what an older stored response changes (`Date` going back).

mod atoi;
mod date;
mod directives;
mod entry;
mod list;
mod lookup;
mod reply;
mod surrogate;
mod wishes;

use super::Case;
use crate::policy::RequestPolicy;
use crate::profile::Collapsed;
use crate::profile::Squid;
use crate::profile::{Collapsing, Dialect, Fact};
use crate::rule::s4_reuse::Answers;
use crate::rule::s4_waiting::Waiting;
use crate::rule::{Draft, Evidence, Reason, Rule, RuleEffect, Tri};
use crate::server::kit::LetterCase;
use lookup::{Found, Use};
use reply::{Reply, Reuse};
use wishes::Wishes;

/// What the cache does with the response.
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, settings: &Squid, draft: &mut Draft<'a>) {
    Reply::judge(case, settings, draft);
}

/// How a later request is answered (src/client_side_reply.cc, cacheHit).
pub(super) fn answers<'a>(
    case: &Case<'a>,
    settings: &Squid,
    draft: &Draft<'a>,
    later: &RequestPolicy<'_>,
) -> Answers {
    let reply = Reply::judge(case, settings, &mut Draft::new());
    let stored = draft.stored();
    let mut answers = Answers { miss: stored != Tri::Yes, ..Answers::default() };
    if stored != Tri::No {
        match lookup::find(case, draft, later) {
            Found::No => answers.miss = true,
            Found::Yes if reply.is_negative_hit() => answers.hit = true,
            Found::Yes => {
                let checked = lookup::refresh_check(case, &reply, draft, later);
                match lookup::answer_condition(case, later, checked) {
                    Use::AsItIs => answers.hit = true,
                    Use::Validated => answers.validated = true,
                    Use::NotAtAll => answers.miss = true,
                    Use::NeedsClock => (answers.hit, answers.validated) = (true, true),
                }
            }
        }
    }
    answers
}

/// What requests get that wait: collapsed forwarding, then collapsed revalidation
/// (src/client_side_reply.cc, createStoreEntry, cacheHit, processExpired).
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    settings: &Squid,
    draft: &Draft<'a>,
    follower: &RequestPolicy<'_>,
    count: usize,
) -> (Waiting, Reason<'a>) {
    let facts = case.profile.facts();
    if facts.collapsing == Fact::Known(Collapsing::Off) {
        return decided(Waiting::OwnFetch, Rule::NoCollapsing);
    }
    let reply = Reply::judge(case, settings, &mut Draft::new());
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
    let checked = match settings.collapsed {
        Collapsed::Checked => lookup::refresh_check(case, &reply, draft, follower),
        Collapsed::TakenAsFresh => Use::AsItIs,
    };
    let stale = stale_because(draft);
    match lookup::answer_condition(case, follower, checked) {
        Use::AsItIs if lookup::is_fresh(draft) => decided(Waiting::Shared, shareable),
        Use::AsItIs => decided(Waiting::Shared, stale),
        Use::NotAtAll => decided(Waiting::OwnFetch, shareable),
        Use::NeedsClock => decided(Waiting::Unknown, shareable),
        // The first one that finds it stale asks the origin, the others wait for that answer, which
        // nobody tests for freshness.
        Use::Validated if count > 1 && share_validation(case, &reply, follower) => {
            decided(Waiting::Shared, stale)
        }
        Use::Validated => decided(Waiting::Validated, stale),
    }
}

/// processExpired: whether several requests that find it stale make one validation.
fn share_validation(case: &Case<'_>, reply: &Reply<'_>, follower: &RequestPolicy<'_>) -> bool {
    reply.variance.is_none() && Wishes::of(follower, letter_case(case)).no_store.is_absent()
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

//! Apache Traffic Server: `is_response_cacheable`, `what_is_document_freshness` and the sharing of
//! objects while they are written.
//!
//! Functions are cited as they stand in proxy/http/HttpTransact.cc of 9.2.9 unless another file is
//! named.

mod alternates;
mod date;
mod directives;
mod freshness;
mod integer;
mod list;
mod reuse;
mod storing;

pub(super) use alternates::quality;
pub(super) use list::quoted_elements;
pub(super) use reuse::{keep, look_up, vary_names, waiting};

use super::Case;
use crate::profile::TrafficServer;
use crate::rule::{Draft, Tri};

/// What the cache does with the response.
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, settings: &TrafficServer, draft: &mut Draft<'a>) {
    storing::request(draft, case);
    if draft.bypassed == Tri::Yes {
        return;
    }
    storing::response(draft, case, settings);
    freshness::lifetime_and_age(draft, case, settings);
    draft.repeatable = Tri::from(case.look_up(&case.keep(draft), &case.request).may_hit());
}

#[cfg(test)]
mod tests {
    use crate::answer::{Answer, Waiting};
    use crate::profile::{
        Authorization, Collapsing, ControlField, Heuristic, Permits, RequestRule, Treatment,
    };
    use crate::{FreshFor, HeaderLines, Profile, RequestHead, ResponseHead, Storage, storable};

    type Lines<'a> = &'a [(&'a str, &'a [u8])];

    const DATE: (&str, &[u8]) = ("Date", b"Sun, 06 Nov 1994 08:49:37 GMT");
    const PAST: (&str, &[u8]) = ("Expires", b"Sun, 06 Nov 1994 08:49:36 GMT");
    const MINUTE: (&str, &[u8]) = ("Cache-Control", b"max-age=60");

    #[track_caller]
    fn check(
        profile: &Profile,
        request: Lines<'_>,
        response: Lines<'_>,
        expected: (Storage, FreshFor, Answer, Waiting),
    ) {
        let request = RequestHead::new("GET", "/", HeaderLines::from_pairs(request));
        let response = ResponseHead::new(200, HeaderLines::from_pairs(response));
        let answers = storable(&request, &response, profile).answers();
        let found =
            (answers.storage, answers.fresh_for, answers.same_request, answers.waiting_user);
        assert_eq!(found, expected);
    }

    const NEVER: (Storage, FreshFor, Answer, Waiting) =
        (Storage::NotStored, FreshFor::NotStored, Answer::Miss, Waiting::OwnFetch);

    const fn fresh_for(seconds: u64) -> (Storage, FreshFor, Answer, Waiting) {
        let fresh_for = FreshFor::Between(seconds, seconds.saturating_add(1));
        (Storage::Stored, fresh_for, Answer::Hit, Waiting::Shared)
    }

    #[test]
    fn required_headers() {
        const ONE: Profile = Profile::ATS_9.with_permits(Permits::LifetimeOrLastModifiedIfOk);
        const NONE: Profile = Profile::ATS_9.with_permits(Permits::Nothing);
        let modified = ("Last-Modified", &b"Sun, 06 Nov 1994 08:49:36 GMT"[..]);
        let never_modified = ("Last-Modified", &b"never"[..]);
        check(&Profile::ATS_9, &[], &[DATE, modified], NEVER);
        check(&ONE, &[], &[DATE, modified], fresh_for(3600));
        check(&ONE, &[], &[DATE, never_modified], NEVER);
        check(&ONE, &[], &[DATE, MINUTE], fresh_for(60));
        check(&NONE, &[], &[DATE], fresh_for(3600));
    }

    #[test]
    fn bounds_and_heuristic() {
        const AT_MOST: Profile = Profile::ATS_9.with_maximum_ttl(30);
        const AT_LEAST: Profile = Profile::ATS_9.with_minimum_ttl(90);
        const HALF: Profile = Profile::ATS_9_HEURISTIC.with_heuristic(Heuristic::Fraction {
            percent: 50,
            minimum: 10,
            maximum: 7200,
        });
        let hour_ago = ("Last-Modified", &b"Sun, 06 Nov 1994 07:49:37 GMT"[..]);
        check(&AT_MOST, &[], &[DATE, MINUTE], fresh_for(30));
        check(&AT_LEAST, &[], &[DATE, MINUTE], fresh_for(90));
        check(&HALF, &[], &[DATE, hour_ago], fresh_for(1800));
    }

    #[test]
    fn read_while_writer() {
        const OFF: Profile = Profile::ATS_9.with_collapsing(Collapsing::Off);
        let stale = (Storage::Stored, FreshFor::Seconds(0), Answer::Miss, Waiting::Shared);
        check(&Profile::ATS_9, &[], &[DATE, PAST], stale);
        check(&OFF, &[], &[DATE, PAST], (stale.0, stale.1, stale.2, Waiting::OwnFetch));
    }

    #[test]
    fn cookies() {
        const NONE: Profile = Profile::ATS_9.with_set_cookie(Treatment::NotStored);
        const NOT_ANSWERED: Profile = Profile::ATS_9.with_request_cookie(RequestRule::Honoured);
        check(&NOT_ANSWERED, &[], &[DATE, MINUTE], fresh_for(60));
        check(&NOT_ANSWERED, &[("Cookie", b"sid=alice")], &[DATE, MINUTE], NEVER);
        let cookie = ("Set-Cookie", &b"sid=alice"[..]);
        check(&Profile::ATS_9, &[], &[DATE, MINUTE, cookie], fresh_for(60));
        check(&NONE, &[], &[DATE, MINUTE, cookie], NEVER);
    }

    #[test]
    fn wishes_of_clients() {
        const HONOURED: Profile = Profile::ATS_9.with_request_no_cache(RequestRule::Honoured);
        const NO_STORE: Profile = Profile::ATS_9.with_request_no_store(RequestRule::Honoured);
        let etag = ("ETag", &b"v1"[..]);
        let asked = (Storage::Stored, FreshFor::Seconds(0), Answer::Validated, Waiting::Validated);
        for wish in [&b"no-cache"[..], b"max-age=0"] {
            let request = [("Cache-Control", wish)];
            check(&Profile::ATS_9, &request, &[DATE, MINUTE, etag], fresh_for(60));
            check(&HONOURED, &request, &[DATE, MINUTE, etag], asked);
        }
        let pragma = [("Pragma", &b"no-cache"[..])];
        check(&HONOURED, &pragma, &[DATE, MINUTE, etag], asked);
        let no_store = [("Cache-Control", &b"no-store"[..])];
        check(&Profile::ATS_9, &no_store, &[DATE, MINUTE], fresh_for(60));
        check(&NO_STORE, &no_store, &[DATE, MINUTE], NEVER);
    }

    #[test]
    fn authentication() {
        const IGNORED: Profile = Profile::ATS_9.with_authorization(Authorization::Ignored);
        let challenge = ("WWW-Authenticate", &b"Basic"[..]);
        let authorization = [("Authorization", &b"Basic YTpi"[..])];
        check(&Profile::ATS_9, &[], &[DATE, MINUTE, challenge], NEVER);
        check(&IGNORED, &[], &[DATE, MINUTE, challenge], fresh_for(60));
        check(&IGNORED, &authorization, &[DATE, MINUTE], fresh_for(60));
    }

    #[test]
    fn ttl_in_cache() {
        const HOUR: Profile = Profile::ATS_9.with_fixed_ttl(3600);
        let private = ("Cache-Control", &b"private, max-age=0"[..]);
        let age = ("Age", &b"1800"[..]);
        check(&HOUR, &[], &[DATE, private, age], fresh_for(3600));
        check(&HOUR, &[], &[DATE], fresh_for(3600));
    }

    #[test]
    fn targeted_field() {
        const CDN: Profile =
            Profile::ATS_10.with_control_fields(&[ControlField::Targeted("cdn-cache-control")]);
        let targeted = ("CDN-Cache-Control", &b"max-age=60"[..]);
        let private = ("Cache-Control", &b"private"[..]);
        check(&CDN, &[], &[DATE, PAST, private, targeted], fresh_for(60));
        check(&Profile::ATS_10, &[], &[DATE, PAST, private, targeted], NEVER);
    }
}

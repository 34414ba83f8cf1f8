//! Apache httpd's mod_cache with mod_cache_disk.
//!
//! References are to apache/httpd 2.4.x f45abec: MC is `modules/cache/mod_cache.c`, CU
//! `cache_util.c`, CS `cache_storage.c`, CD `mod_cache_disk.c`. The refusals stand in the order of
//! `cache_save_filter` (MC), which stops at the first; here all of them leave their reasons.

mod condition;
mod date;
mod directives;
mod freshness;
mod pieces;
mod reuse;

use super::Case;
use crate::bytes::is_token_byte;
use crate::field::{Field, elements};
use crate::policy::{Presence, ResponsePolicy};
use crate::profile::Httpd;
use crate::profile::{CacheType, Fact, Facts, Permits, RequestRule, ZeroLifetime};
use crate::rule::{
    Draft, Evidence, Rule, RuleEffect, Tri, s3_5_authorization, s3_storing, s5_2_1_request,
    s5_2_2_response, vendor,
};
use crate::server::kit::strtol;
pub(super) use directives::httpd_pieces;
use freshness::Dates;
use reuse::RequestDirectives;
pub(super) use reuse::{keep, look_up, vary_names};

/// What the cache does with the response.
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, settings: &Httpd, draft: &mut Draft<'a>) {
    let Case { request, response, profile, .. } = case;
    let (facts, cache_type) = (profile.facts(), profile.cache_type());
    s3_storing::method(draft, request, facts);
    s3_5_authorization::authorization(draft, request, response, facts);
    let directives = RequestDirectives::of(request);
    request_no_store(draft, &directives, facts);
    if draft.bypassed == Tri::Yes {
        return;
    }
    only_if_cached(draft, &directives);
    s5_2_1_request::request_cookie(draft, request, facts);
    s3_storing::head_never(draft, request);
    status(draft, response, facts);
    let dates = Dates::of(case);
    // CacheStoreExpired off.
    if facts.zero_lifetime != Fact::Known(ZeroLifetime::Stored) {
        past_expires(draft, case, dates);
        never_validated(draft, response);
    }
    // MC 1066-1072.
    vendor::query(draft, request, response, facts, cache_type);
    nothing_to_go_by(draft, response, facts, cache_type);
    s5_2_2_response::no_store(draft, response, facts);
    s5_2_2_response::private(draft, response, facts);
    s5_2_2_response::no_cache(draft, response, facts);
    pragma(draft, response, facts);
    s5_2_2_response::set_cookie(draft, response, facts);
    vary_star(draft, response, facts);
    content_size(draft, response, settings);
    freshness::lifetime(draft, case, dates);
    freshness::age(draft, case, dates.start);
}

/// CU `ap_cache_check_no_store`: nothing is looked up and nothing is stored.
fn request_no_store<'a>(draft: &mut Draft<'a>, directives: &RequestDirectives<'a>, facts: &Facts) {
    let Presence::Present(text) = directives.no_store else { return };
    let evidence = Evidence::in_field(Field::CacheControl, text);
    if facts.request_no_store == Fact::Known(RequestRule::Ignored) {
        draft.note(Rule::RequestNoStore, RuleEffect::Ignored, evidence);
    } else {
        draft.bypass(Rule::RequestNoStore, evidence);
    }
}

/// CS `cache_select`, at its end: 504, and no fetch whose answer could be stored.
fn only_if_cached<'a>(draft: &mut Draft<'a>, directives: &RequestDirectives<'a>) {
    if let Presence::Present(text) = directives.only_if_cached {
        draft.forbid(Rule::OnlyIfCached, Evidence::in_field(Field::CacheControl, text));
    }
}

/// MC 1007-1037: every status will do once there is an Expires or a Cache-Control of any content.
fn status<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let Fact::Known(statuses) = facts.statuses else { return };
    let scan = response.scan();
    let explicit = scan.has(Field::Expires) || scan.has(Field::CacheControl);
    let storable = if explicit { statuses.explicit } else { statuses.heuristic };
    if !storable.contains(response.status()) {
        draft.forbid(Rule::Status, Evidence::NONE);
    }
}

/// MC 1043-1057: a broken or past Expires, where no directive states a lifetime.
fn past_expires<'a>(draft: &mut Draft<'a>, case: &Case<'a>, dates: Dates<'a>) {
    let Some((text, expires)) = dates.expires else { return };
    let evidence = Evidence::in_field(Field::Expires, text);
    match (expires, case.clock()) {
        (None, _) => draft.forbid(Rule::InvalidExpires, evidence),
        // The clock has microseconds: the second that is named has begun, so it is past.
        (Some(at), Some(now)) if at <= now => draft.forbid(Rule::PastExpires, evidence),
        (Some(_), Some(_)) => {}
        (Some(_), None) => draft.doubt(Rule::NoClock, evidence),
    }
}

/// MC 1058-1065: stale at once, to be validated, and nothing to do it with.
fn never_validated<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>) {
    let control = &response.control;
    let ((Presence::Present(text), _) | (_, Presence::Present(text))) =
        (control.must_revalidate, control.proxy_revalidate)
    else {
        return;
    };
    let zero = match freshness::seconds(control.s_maxage) {
        Some(seconds) => seconds == 0,
        None => freshness::seconds(control.max_age) == Some(0),
    };
    if zero && !has_validator(response) {
        let evidence = Evidence::in_field(Field::CacheControl, text);
        draft.forbid(Rule::NeverValidated, evidence);
    }
}

/// MC 1080-1091: a 200 needs a lifetime or a validator (CacheIgnoreNoLastMod lifts that).
fn nothing_to_go_by(
    draft: &mut Draft<'_>,
    response: &ResponsePolicy<'_>,
    facts: &Facts,
    cache_type: CacheType,
) {
    let needed = facts.permits != Fact::Known(Permits::Nothing) && response.status() == 200;
    let found = s3_storing::states_lifetime(response, cache_type) || has_validator(response);
    if needed && !found {
        draft.forbid(Rule::Permit, Evidence::NONE);
    }
}

/// MC 926-945: an ETag of any content, or a Last-Modified that is a date.
fn has_validator(response: &ResponsePolicy<'_>) -> bool {
    let modified = response.scan().first(Field::LastModified);
    response.scan().has(Field::Etag) || modified.and_then(date::read).is_some()
}

/// CU `ap_cache_control`: Pragma counts beside Cache-Control, and like its no-cache.
fn pragma<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let seen = httpd_pieces(response.scan().all(Field::Pragma))
        .find(|piece| piece.eq_ignore_ascii_case(b"no-cache"))
        .map_or(Presence::Absent, Presence::Present);
    draft.treat(Rule::Pragma, seen, Field::Pragma.name(), facts.pragma, facts);
}

/// MC 1118, with `ap_find_token`: a `*` between bytes that no token has. Measured: in any line.
fn vary_star<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, facts: &Facts) {
    let stars = |member: &&[u8]| {
        member.contains(&b'*')
            && member.split(|&byte| !is_token_byte(byte)).any(|token| token == b"*")
    };
    let seen = elements(response.scan().all(Field::Vary))
        .find(stars)
        .map_or(Presence::Absent, Presence::Present);
    draft.treat(Rule::VaryStar, seen, Field::Vary.name(), facts.vary_star, facts);
}

/// CD `create_entity`: content of a known size outside the bounds; a 204 has none.
fn content_size<'a>(draft: &mut Draft<'a>, response: &ResponsePolicy<'a>, settings: &Httpd) {
    let text = response.scan().first(Field::ContentLength);
    let stated = text.and_then(strtol).and_then(|read| u64::try_from(read.value).ok());
    let size = if response.status() == 204 { Some(0) } else { stated };
    let bounds = settings.smallest_content..=settings.largest_content;
    if size.is_some_and(|size| !bounds.contains(&size)) {
        let evidence = Evidence::in_field(Field::ContentLength, text.unwrap_or_default());
        draft.forbid(Rule::ContentSize, evidence);
    }
}

#[cfg(test)]
mod tests {
    use crate::calendar::Timestamp;
    use crate::profile::{
        Authorization, Eligibility, Permission, Permits, Profile, RequestRule, Treatment,
        ZeroLifetime,
    };
    use crate::{Exchange, HeaderLines, RequestHead, ResponseHead, Storage};

    const DEFAULT: Profile = Profile::HTTPD_2_4;

    /// What becomes of a 200 to this request, as a clock of 2026 has it.
    fn storage(
        profile: &Profile,
        url: &str,
        request: &[(&str, &[u8])],
        response: &[(&str, &[u8])],
    ) -> Storage {
        let request = RequestHead::new("GET", url, HeaderLines::from_pairs(request));
        let response = ResponseHead::new(200, HeaderLines::from_pairs(response));
        let now = Timestamp::from_unix(1_795_000_000).to_system();
        Exchange::new(&request, &response)
            .received_at(now.unwrap_or(std::time::UNIX_EPOCH))
            .judge(profile)
            .storage()
    }

    #[test]
    fn every_refusal_of_a_response_has_its_setting() {
        for (name, value, adapted) in [
            (
                "Expires",
                "Sun, 06 Nov 1994 08:49:37 GMT",
                DEFAULT.with_zero_lifetime(ZeroLifetime::Stored),
            ),
            ("Expires", "0", DEFAULT.with_zero_lifetime(ZeroLifetime::Stored)),
            ("Content-Language", "ja", DEFAULT.with_permits(Permits::Nothing)),
            ("Cache-Control", "no-store, max-age=60", DEFAULT.with_no_store(Treatment::Ignored)),
            ("Cache-Control", "private, max-age=60", DEFAULT.with_private(Treatment::Ignored)),
        ] {
            let lines = [(name, value.as_bytes())];
            let storage = |profile| storage(profile, "http://a.test/", &[], &lines);
            assert_eq!(storage(&DEFAULT), Storage::NotStored, "{name}: {value}");
            assert_eq!(storage(&adapted), Storage::Stored, "{name}: {value}");
        }
    }

    #[test]
    fn a_query_needs_a_lifetime_unless_it_is_ignored() {
        let storage = |profile| storage(profile, "http://a.test/?q", &[], &[("ETag", b"\"v1\"")]);
        assert_eq!(storage(&DEFAULT), Storage::NotStored);
        assert_eq!(storage(&DEFAULT.with_eligibility(Eligibility::All)), Storage::Stored);
    }

    #[test]
    fn without_the_quick_handler_authorization_needs_permission() {
        const NORMAL: Profile = DEFAULT.with_authorization(Authorization::NeedsPermission(&[
            Permission::SMaxage,
            Permission::MustRevalidate,
            Permission::ProxyRevalidate,
            Permission::Public,
        ]));
        let storage = |profile, control: &[u8]| {
            let credentials = [("Authorization", &b"Bearer a"[..])];
            storage(profile, "http://a.test/", &credentials, &[("Cache-Control", control)])
        };
        assert_eq!(storage(&DEFAULT, b"proxy-revalidate, max-age=60"), Storage::Bypass);
        assert_eq!(storage(&NORMAL, b"proxy-revalidate, max-age=60"), Storage::Stored);
        assert_eq!(storage(&NORMAL, b"max-age=60"), Storage::NotStored);
    }

    #[test]
    fn request_directives_can_be_ignored() {
        const IGNORING: Profile = DEFAULT.with_request_no_store(RequestRule::Ignored);
        let storage = |profile| {
            let wish = [("Cache-Control", &b"no-store"[..])];
            storage(profile, "http://a.test/", &wish, &[("Cache-Control", b"max-age=60")])
        };
        assert_eq!(storage(&DEFAULT), Storage::Bypass);
        assert_eq!(storage(&IGNORING), Storage::Stored);
    }
}

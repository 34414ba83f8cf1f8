//! `is_response_cacheable`, and what else decides whether an object is written.

use super::Case;
use super::freshness::{expires, last_modified, ttl_in_cache};
use super::list::quoted_elements;
use super::reuse::named;
use crate::field::{Field, Known};
use crate::policy::{Method, Presence, named_element};
use crate::profile::{Authorization, Fact, Permits, RequestRule};
use crate::profile::{Pragma, TrafficServer};
use crate::rule::{
    Draft, Evidence, Rule, RuleEffect, s3_5_authorization, s3_storing, s5_2_1_request,
    s5_2_2_response, vendor,
};

/// The parts of the request on which storing depends.
pub(super) fn request<'a>(draft: &mut Draft<'a>, case: &Case<'a>) {
    let Case { request, response, profile, .. } = case;
    let facts = profile.facts();
    s3_storing::method(draft, request, facts);
    get_only(draft, case);
    whole_only(draft, case);
    cookie(draft, case);
    s5_2_1_request::request_no_store(draft, request, facts);
    s3_5_authorization::authorization(draft, request, response, facts);
}

/// `do_cookies_prevent_caching`: a request with a Cookie is looked up; what it finds is validated,
/// and its answer is not stored.
fn cookie<'a>(draft: &mut Draft<'a>, case: &Case<'a>) {
    let Case { request, profile, .. } = case;
    match profile.facts().request_cookie {
        Fact::Known(RequestRule::Honoured) if request.has_cookie() => {
            draft.forbid(Rule::RequestCookie, Evidence::in_field(Field::Cookie, b""));
        }
        _ => s5_2_1_request::request_cookie(draft, request, profile.facts()),
    }
}

/// `HandleCacheOpenReadMiss`: HEAD is looked up, and nothing is written for it.
fn get_only<'a>(draft: &mut Draft<'a>, case: &Case<'a>) {
    if case.request.method == Method::Head {
        draft.forbid(Rule::Method, Evidence::of("method", b"HEAD"));
    }
}

/// `HandleCacheOpenReadMiss`: nothing is written for a Range, whatever the origin answers
/// (`cache.range.write` is off).
fn whole_only<'a>(draft: &mut Draft<'a>, case: &Case<'a>) {
    if let Some(range) = case.request.scan().first(Field::Range) {
        draft.forbid(Rule::RequestRange, Evidence::in_field(Field::Range, range));
    }
}

/// `is_response_cacheable`, in its order.
pub(super) fn response<'a>(draft: &mut Draft<'a>, case: &Case<'a>, settings: &TrafficServer) {
    let Case { request, response, profile, .. } = case;
    let facts = profile.facts();
    vendor::eligibility(draft, request, facts);
    challenge(draft, case);
    // A `ttl-in-cache` beats what the response says against storing.
    if ttl_in_cache(case.profile.facts()).is_none() {
        s5_2_2_response::set_cookie(draft, response, facts);
        s5_2_2_response::private(draft, response, facts);
        s5_2_2_response::no_store(draft, response, facts);
        pragma(draft, case, settings);
        required_headers(draft, case);
    }
    status(draft, case, settings);
    s5_2_2_response::no_cache(draft, response, facts);
    vary(draft, case);
    steering_field(draft, case);
}

/// A WWW-Authenticate, unless `ignore_authentication` is set.
fn challenge<'a>(draft: &mut Draft<'a>, case: &Case<'a>) {
    let Some(text) = case.response.scan().first(Field::WwwAuthenticate) else { return };
    let evidence = Evidence::in_field(Field::WwwAuthenticate, text);
    if case.profile.facts().authorization == Fact::Known(Authorization::Ignored) {
        draft.note(Rule::WwwAuthenticate, RuleEffect::Ignored, evidence);
    } else {
        draft.forbid(Rule::WwwAuthenticate, evidence);
    }
}

/// `does_server_allow_response_to_be_stored` (HttpTransactHeaders.cc).
fn pragma<'a>(draft: &mut Draft<'a>, case: &Case<'a>, settings: &TrafficServer) {
    let pragma = case.response.scan().all(Field::Pragma);
    let Some(text) = quoted_elements(pragma).find(|element| is_directive(element, Known::NoCache))
    else {
        return;
    };
    let counts = match settings.pragma {
        Pragma::Always => true,
        Pragma::WithoutKnownDirective => !has_known_directive(case),
    };
    if counts {
        let (field, facts) = (Field::Pragma.name(), case.profile.facts());
        draft.treat(Rule::Pragma, Presence::Present(text), field, facts.pragma, facts);
    } else {
        let evidence = Evidence::in_field(Field::Pragma, text);
        draft.note(Rule::Pragma, RuleEffect::Ignored, evidence);
    }
}

fn is_directive(element: &[u8], known: Known) -> bool {
    named_element(element).is_some_and(|(name, _)| name == known)
}

/// Whether Cache-Control has a directive that is in the table of proxy/hdrs/HdrToken.cc.
fn has_known_directive(case: &Case<'_>) -> bool {
    quoted_elements(case.response.scan().all(Field::CacheControl)).filter_map(named_element).any(
        |(known, _)| {
            !matches!(
                known,
                Known::Immutable
                    | Known::MustUnderstand
                    | Known::StaleIfError
                    | Known::StaleWhileRevalidate
            )
        },
    )
}

/// `cache.required_headers`: what a 200 must say. A Last-Modified has to be a date, an Expires does
/// not.
fn required_headers<'a>(draft: &mut Draft<'a>, case: &Case<'a>) {
    let Case { response, profile, .. } = case;
    let facts = profile.facts();
    let date_wanted = facts.permits == Fact::Known(Permits::LifetimeOrLastModifiedIfOk);
    if date_wanted
        && response.status() == 200
        && !states_lifetime(case)
        && last_modified(case).is_none()
    {
        return draft.forbid(Rule::Permit, Evidence::NONE);
    }
    let permitted = s3_storing::permitted_explicitly(response, profile.cache_type());
    s3_storing::permit(draft, response, facts, profile.cache_type(), permitted);
}

fn states_lifetime(case: &Case<'_>) -> bool {
    let control = &case.response.control;
    !control.max_age.is_absent() || !control.s_maxage.is_absent() || expires(case).is_some()
}

/// `response_cacheable_indicated_by_cc` and the status lists after it: some directives and any
/// Expires make nearly every status storable.
fn status<'a>(draft: &mut Draft<'a>, case: &Case<'a>, settings: &TrafficServer) {
    // `is_negative_caching_appropriate`
    if settings.negative_statuses.contains(&case.response.status()) {
        return;
    }
    let control = &case.response.control;
    let Fact::Known(statuses) = case.profile.facts().statuses else {
        return draft.doubt(Rule::Status, Evidence::NONE);
    };
    let indicated = states_lifetime(case)
        || control.public.is_present()
        || control.must_revalidate.is_present()
        || control.proxy_revalidate.is_present();
    let storable = if indicated { statuses.explicit } else { statuses.heuristic };
    if !storable.contains(case.response.status()) {
        draft.forbid(Rule::Status, Evidence::NONE);
    }
}

/// `HttpTransactCache::CalcVariability`: a `*` matches nothing. Of several Vary lines only the
/// first is read.
fn vary<'a>(draft: &mut Draft<'a>, case: &Case<'a>) {
    let facts = case.profile.facts();
    if let Some(star) = named(case.response.scan().all(Field::Vary)).find(|&name| name == b"*") {
        let field = Field::Vary.name();
        draft.treat(Rule::VaryStar, Presence::Present(star), field, facts.vary_star, facts);
    }
    if let Some(second) = case.response.scan().all(Field::Vary).nth(1) {
        let evidence = Evidence::in_field(Field::Vary, second);
        draft.note(Rule::VaryFields, RuleEffect::Ignored, evidence);
    }
}

/// A field by which an origin steers other caches.
fn steering_field<'a>(draft: &mut Draft<'a>, case: &Case<'a>) {
    let known = case.profile.facts().control_fields.known().unwrap_or_default();
    if let (Some((field, text)), true) = (case.response.steering_field(), known.is_empty()) {
        draft.note(Rule::ControlField, RuleEffect::Ignored, Evidence::in_field(field, text));
    }
}

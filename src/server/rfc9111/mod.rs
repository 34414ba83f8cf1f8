//! Collect, then decide: the order of the rules of RFC 9111, written down once.

mod lookup;
mod waiting;

pub(super) use lookup::{counts, keep, look_up, selects, vary_names, why_not_looked_up};
pub(super) use waiting::waiting;

use super::Case;
use crate::policy::Method;
use crate::profile::Facts;
use crate::rule::s4_2_freshness;
use crate::rule::s4_reuse::answers_method;
use crate::rule::{
    Draft, Tri, s3_5_authorization, s3_storing, s4_1_vary, s4_2_4_stale, s5_2_1_request,
    s5_2_2_response, vendor,
};

pub(super) fn judge<'a>(case: &Case<'a>, draft: &mut Draft<'a>) {
    judge_by(case, case.profile.facts(), draft);
}

/// The same by other facts than those of the profile.
pub(super) fn judge_by<'a>(case: &Case<'a>, facts: &Facts, draft: &mut Draft<'a>) {
    let Case { request, response, profile, .. } = case;
    let cache_type = profile.cache_type();
    s3_storing::method(draft, request, facts);
    if draft.bypassed == Tri::Yes {
        return;
    }
    s5_2_1_request::bypassing_fields(draft, request, facts);
    s5_2_1_request::request_cookie(draft, request, facts);
    s5_2_1_request::request_no_store(draft, request, facts);
    s3_5_authorization::authorization(draft, request, response, facts);
    vendor::ignored_fields(draft, response, facts);
    s5_2_2_response::control_field(draft, response, facts);
    vendor::eligibility(draft, request, facts);
    vendor::query(draft, request, response, facts, cache_type);
    if response.control.restricts() {
        let of_errors = vendor::error_facts(facts, response.status());
        let directives = of_errors.as_ref().unwrap_or(facts);
        s5_2_2_response::no_store(draft, response, directives);
        s5_2_2_response::private(draft, response, directives);
        s5_2_2_response::no_cache(draft, response, directives);
        s5_2_2_response::must_revalidate(draft, response, facts);
    }
    s5_2_2_response::pragma(draft, response, facts);
    s5_2_2_response::set_cookie(draft, response, facts);
    s4_1_vary::vary(draft, response, facts);
    let permitted = s3_storing::permitted_explicitly(response, cache_type);
    s3_storing::status(draft, request, response, facts, permitted);
    s3_storing::post(draft, request, response, facts, cache_type);
    s3_storing::permit(draft, response, facts, cache_type, permitted);
    if draft.not_stored == Tri::Yes {
        return;
    }
    let subject = &case.subject(facts);
    s4_2_freshness::lifetime_and_age(draft, subject);
    s4_2_4_stale::stale_window(draft, subject);
    s4_2_4_stale::zero_lifetime(draft, facts);
    // The content of a QUERY is in the key, and the same in an identical request.
    draft.repeatable = match request.method {
        Method::Query => Tri::Yes,
        method => answers_method(method, method),
    };
}

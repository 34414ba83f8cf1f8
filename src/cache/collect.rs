//! Collect, then decide: the order of the rules of RFC 9111, written down once.

use super::Case;
use crate::policy::{Method, RequestPolicy};
use crate::profile::Facts;
use crate::rule::s4_2_freshness::{self, Subject};
use crate::rule::s4_reuse::{self, Answers};
use crate::rule::s4_waiting::{self, Waiting};
use crate::rule::{Draft, Reason, Tri, s3_storing};

pub(super) fn judge<'a>(case: &Case<'a>) -> Draft<'a> {
    judge_by(case, case.profile.facts())
}

/// The same by other facts than those of the profile.
pub(super) fn judge_by<'a>(case: &Case<'a>, facts: &Facts) -> Draft<'a> {
    let Case { exchange, request, response, profile } = case;
    let cache_type = profile.cache_type();
    let mut draft = Draft::new();
    s3_storing::method(&mut draft, request, facts);
    if draft.bypassed == Tri::Yes {
        return draft;
    }
    s3_storing::bypassing_fields(&mut draft, request, facts);
    s3_storing::request_cookie(&mut draft, request, facts);
    s3_storing::request_no_store(&mut draft, request, facts);
    s3_storing::authorization(&mut draft, request, response, facts);
    s3_storing::ignored_fields(&mut draft, response, facts);
    s3_storing::control_field(&mut draft, response);
    s3_storing::eligibility(&mut draft, request, facts);
    s3_storing::query(&mut draft, request, response, facts, cache_type);
    let of_errors = s3_storing::error_facts(facts, response.status());
    let directives = of_errors.as_ref().unwrap_or(facts);
    s3_storing::no_store(&mut draft, response, directives);
    s3_storing::private(&mut draft, response, directives);
    s3_storing::no_cache(&mut draft, response, directives);
    s3_storing::must_revalidate(&mut draft, response, facts);
    s3_storing::pragma(&mut draft, response, facts);
    s3_storing::set_cookie(&mut draft, response, facts);
    s3_storing::vary(&mut draft, response, facts);
    s3_storing::status(&mut draft, request, response, facts, cache_type);
    s3_storing::post(&mut draft, request, response, facts, cache_type);
    s3_storing::permit(&mut draft, response, facts, cache_type);
    if draft.not_stored == Tri::Yes {
        return draft;
    }
    let subject = Subject { exchange, response, facts, cache_type };
    s4_2_freshness::lifetime_and_age(&mut draft, subject);
    s4_2_freshness::stale_window(&mut draft, subject);
    s4_2_freshness::zero_lifetime(&mut draft, facts);
    // The content of a QUERY is in the key, and the same in an identical request.
    draft.repeatable = match request.method {
        Method::Query => Tri::Yes,
        method => s4_reuse::answers_method(method, method),
    };
    draft
}

pub(super) fn answers<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    later: &RequestPolicy<'_>,
) -> Answers {
    s4_reuse::answers(case.stored(draft), later)
}

pub(super) fn waiting<'a>(
    case: &Case<'a>,
    draft: &Draft<'a>,
    follower: &RequestPolicy<'_>,
) -> (Waiting, Reason<'a>) {
    s4_waiting::waiting(case.stored(draft), follower)
}

//! Envoy's cache filter: collect, then decide, with two things of its own.

mod directives;

use super::{Case, rfc9111};
use crate::policy::{DateField, Method};
use crate::rule::{Draft, Evidence, Rule};

/// What the cache does with the response.
#[inline(never)]
pub(super) fn judge<'a>(case: &Case<'a>, draft: &mut Draft<'a>) {
    rfc9111::judge(case, draft);
    // A HEAD that finds nothing is passed through (`getLookupResult`).
    if case.request.method == Method::Head {
        draft.forbid(Rule::Method, Evidence::of("method", b"HEAD"));
    }
    // Stale is an age, in whole seconds, above the lifetime: a lifetime of 0 is fresh until the second
    // is over, one below 0 never.
    if !(draft.past_expires && is_before_date(case)) {
        draft.lifetime = draft.lifetime.map(|seconds| seconds.saturating_add(1));
    }
}

/// Whether Expires is before Date, or is no date.
fn is_before_date(case: &Case<'_>) -> bool {
    let now = case.times.now();
    match (case.response.expires(now), case.response.date(now)) {
        (DateField::At(expires, _), DateField::At(date, _)) => expires.seconds_since(date) < 0,
        _ => true,
    }
}

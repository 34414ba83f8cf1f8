//! RFC 9111 §3: storing responses.

use super::s4_2_2_heuristic::has_default;
use super::target::resolves_to;
use super::{Draft, Evidence, Rule, Tri};
use crate::field::Field;
use crate::policy::{InView, Method, Presence, RequestPolicy, ResponsePolicy};
use crate::profile::{CacheType, Fact, Facts, Methods, Permits};

/// §3, first item: the request method is understood by the cache.
#[inline(always)]
pub(crate) fn method<'a>(draft: &mut Draft<'a>, request: &RequestPolicy<'a>, facts: &Facts) {
    let evidence = Evidence::of("method", request.head().method().as_bytes());
    match facts.methods {
        Fact::Known(Methods::None) => draft.bypass(Rule::CachingOff, Evidence::NONE),
        Fact::Known(Methods::Only(methods)) => {
            if !methods.contains(&request.head().method()) {
                draft.bypass(Rule::Method, evidence);
            }
        }
        Fact::Known(Methods::Rfc9111) => {
            if request.method == Method::Other {
                draft.forbid(Rule::Method, evidence);
            }
        }
        // Every cache that is one stores the answers to GET.
        Fact::Unknown if request.method == Method::Get => {}
        Fact::Unknown => draft.request_rule_unknown(Rule::Method, evidence),
    }
}

/// Some caches look up HEAD, and store the answers to GET alone.
pub(crate) fn head_never<'a>(draft: &mut Draft<'a>, request: &RequestPolicy<'a>) {
    if request.method == Method::Head {
        draft.forbid(Rule::Method, Evidence::of("method", request.head().method().as_bytes()));
    }
}

/// RFC 9110 §9.3.3 and RFC 5789 §2: POST and PATCH need explicit freshness and a Content-Location
/// equal to the target; C34: compared after resolving.
pub(crate) fn post<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
    cache_type: CacheType,
) {
    if facts.methods != Fact::Known(Methods::Rfc9111)
        || !matches!(request.method, Method::Post | Method::Patch)
    {
        return;
    }
    let location = response.scan().first(Field::ContentLocation);
    let own = location.is_some_and(|location| {
        std::str::from_utf8(location)
            .is_ok_and(|location| resolves_to(location, request.head().target()))
    });
    if !(own && states_lifetime(response, cache_type)) {
        draft.forbid(
            Rule::PostWithoutLocation,
            Evidence::in_field(Field::ContentLocation, location.unwrap_or_default()),
        );
    }
}

/// §3, second item: the status code is final, and understood where that is asked for.
/// RFC 6585 §3-6: 428, 429, 431 and 511 are never stored. `permitted`: as
/// [`permitted_explicitly`] tells.
#[inline(always)]
pub(crate) fn status<'a>(
    draft: &mut Draft<'a>,
    request: &RequestPolicy<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
    permitted: Tri,
) {
    let status = response.status();
    let Fact::Known(statuses) = &facts.statuses else {
        // 200 is in every list.
        if status != 200 {
            draft.doubt(Rule::Status, Evidence::NONE);
        }
        return;
    };
    let explicit = || Tri::from(statuses.explicit.has(status));
    let heuristic = || Tri::from(statuses.heuristic.has(status));
    let storable = match permitted {
        Tri::Yes => explicit(),
        Tri::No => heuristic(),
        Tri::Maybe if explicit() == heuristic() => explicit(),
        Tri::Maybe => Tri::Maybe,
    };
    match storable {
        Tri::Yes => {}
        Tri::Maybe => draft.doubt(Rule::Status, Evidence::NONE),
        Tri::No => draft.forbid(Rule::Status, Evidence::NONE),
    }
    if facts.permits != Fact::Known(Permits::Rfc9111) {
        return;
    }
    if status == 206 && !is_known_part(request, response) {
        draft.forbid(Rule::PartialContent, Evidence::NONE);
    }
    if let Some(evidence) = own_wish(request, status) {
        draft.forbid(Rule::Status, evidence);
    }
}

/// C35: the range or the precondition of the request that an error answers, so that it is the answer
/// to no request without it.
fn own_wish<'a>(request: &RequestPolicy<'a>, status: u16) -> Option<Evidence<'a>> {
    let fields: &[Field] = match status {
        416 => &[Field::Range],
        412 => {
            &[Field::IfMatch, Field::IfUnmodifiedSince, Field::IfNoneMatch, Field::IfModifiedSince]
        }
        _ => return None,
    };
    let scan = request.scan();
    let stated = |&field| Some(Evidence::in_field(field, scan.first(field)?));
    fields.iter().find_map(stated)
}

/// §3.3: a part can be told from the whole: it was asked for, and it says in bytes which it is
/// (RFC 9110 §14.4, §15.3.7.2). C27: a 206 answers GET only.
fn is_known_part(request: &RequestPolicy<'_>, response: &ResponsePolicy<'_>) -> bool {
    let starts = |field, prefix: &[u8]| {
        response
            .scan()
            .first(field)
            .and_then(|text| text.get(..prefix.len()))
            .is_some_and(|start| start.eq_ignore_ascii_case(prefix))
    };
    let says_which = starts(Field::ContentRange, b"bytes ")
        || starts(Field::ContentType, b"multipart/byteranges");
    request.method == Method::Get && request.scan().has(Field::Range) && says_which
}

/// Whether the response permits storing in words of its own (§3, the last item without the status).
pub(crate) fn permitted_explicitly(response: &ResponsePolicy<'_>, cache_type: CacheType) -> Tri {
    let control = &response.control;
    if control.public.is_present()
        || states_lifetime(response, cache_type)
        || permitted_by_private(response, cache_type)
    {
        return Tri::Yes;
    }
    let doubtful = !control.public.is_absent() || !response.doubtful_control.is_absent();
    if doubtful { Tri::Maybe } else { Tri::No }
}

/// §3: an Expires field of any content, max-age or, for a shared cache, s-maxage.
pub(crate) fn states_lifetime(response: &ResponsePolicy<'_>, cache_type: CacheType) -> bool {
    let control = &response.control;
    !control.max_age.is_absent()
        || (cache_type == CacheType::Shared && !control.s_maxage.is_absent())
        || !response.surrogate_max_age.is_absent()
        || (response.expires_in_view == InView::Yes && response.scan().has(Field::Expires))
}

/// §3: private is a permit for a private cache.
fn permitted_by_private(response: &ResponsePolicy<'_>, cache_type: CacheType) -> bool {
    let control = &response.control;
    cache_type == CacheType::Private
        && !(control.private.is_absent() && control.private_fields.is_absent())
}

/// §3, the last item: something permits storing. `explicitly`: as [`permitted_explicitly`] tells.
#[inline(always)]
pub(crate) fn permit<'a>(
    draft: &mut Draft<'a>,
    response: &ResponsePolicy<'a>,
    facts: &Facts,
    cache_type: CacheType,
    explicitly: Tri,
) {
    let public = response.control.public;
    let lifetime = || states_lifetime(response, cache_type);
    let needs = match facts.permits {
        Fact::Known(Permits::Nothing) => return,
        Fact::Known(permits) => permits,
        Fact::Unknown => {
            if !lifetime() {
                draft.doubt(Rule::Permit, Evidence::NONE);
            }
            return;
        }
    };
    let permitted = match needs {
        Permits::Rfc9111 => {
            explicitly == Tri::Yes
                || match &facts.statuses {
                    Fact::Known(statuses) => statuses.heuristic.contains(response.status()),
                    Fact::Unknown => false,
                }
        }
        Permits::Lifetime => lifetime(),
        Permits::LifetimeOrValidatorIfOk => {
            lifetime() || response.status() != 200 || response.has_validator()
        }
        Permits::LifetimeIfOk => lifetime() || response.status() != 200,
        Permits::LifetimeOrLastModifiedIfOk => {
            lifetime() || response.status() != 200 || response.scan().has(Field::LastModified)
        }
        Permits::DirectiveOrPublic => {
            let control = &response.control;
            !response.scan().has(Field::CacheControl)
                || public.is_present()
                || !(control.max_age.is_absent() && control.s_maxage.is_absent())
                || has_default(facts, response)
        }
        Permits::DirectiveOrDates => {
            let control = &response.control;
            let dates = [Field::Date, Field::Expires];
            let named = [control.no_cache, control.no_cache_fields];
            let numbers = [control.max_age, control.s_maxage];
            named.iter().any(|seen| !seen.is_absent())
                || numbers.iter().any(|stated| !stated.is_absent())
                || dates.iter().all(|&field| response.scan().has(field))
        }
        Permits::Nothing => true,
    };
    if permitted {
        return;
    }
    let doubtful =
        matches!(public, Presence::Doubtful(_)) || !response.doubtful_control.is_absent();
    if doubtful {
        draft.doubt(Rule::Permit, Evidence::of(response.control_field, public.text()));
    } else {
        draft.forbid(Rule::Permit, Evidence::NONE);
    }
}

#[cfg(test)]
mod tests {
    use super::super::fixture::with;
    use super::*;
    use crate::profile::{StatusSet, Statuses};

    /// §3, the last item; what may be a permit is neither taken for one nor left out.
    #[test]
    fn doubtful_permits_leave_it_open() {
        let only_ok = StatusSet::Only(&[200]);
        let facts = Facts {
            permits: Fact::Known(Permits::Rfc9111),
            statuses: Fact::Known(Statuses { explicit: StatusSet::Rfc9111, heuristic: only_ok }),
            ..Facts::UNKNOWN
        };
        for (status, line, not_stored) in [
            (200, ("x", ""), Tri::No),
            (201, ("x", ""), Tri::Yes),
            (201, ("cache-control", "public"), Tri::No),
            (201, ("cache-control", "PUBLIC"), Tri::Maybe),
            (201, ("surrogate-control", "x"), Tri::Maybe),
        ] {
            with(&facts, status, &[line], |draft, subject| {
                let permitted = permitted_explicitly(subject.response, CacheType::Shared);
                permit(draft, subject.response, &facts, CacheType::Shared, permitted);
                assert_eq!(draft.not_stored, not_stored, "{status} {line:?}");
            });
        }
    }
}

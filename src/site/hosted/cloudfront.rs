//! Cookies that CloudFront forwards, and its errors.

use super::super::settings::{Setting, statuses};
use super::super::{CookieKey, Settings};
use super::{Forwarded, SEEN};
use crate::profile::{
    Axis, AxisSet, Basis, Claim, Collapsing, Fact, Facts, StatusSet, Statuses, Treatment,
};

const FORWARDED_COOKIES: &[Claim] = &[
    Claim {
        axes: &[Axis::SetCookie, Axis::NoCacheFields],
        says: "where cookies go to the origin, Set-Cookie is cached with the response and replayed to all \
               who have its key; no-cache=\"Set-Cookie\" keeps it from being cached",
        source: "github.com/awsdocs/amazon-cloudfront-developer-guide 1674b70 \
            doc_source/RequestAndResponseBehaviorCustomOrigin.md, 17ccdfa doc_source/Cookies.md",
        seen: SEEN,
        basis: Basis::Documented,
    },
    Claim {
        axes: &[Axis::Collapsing],
        says: "where cookies are forwarded, requests do not wait for each other",
        source: "https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/\
            RequestAndResponseBehaviorCustomOrigin.html",
        seen: SEEN,
        basis: Basis::Documented,
    },
];

/// Cookies that go to the origin, in the key or not.
pub(super) fn cookies(settings: &Settings, setting: &mut Setting) {
    let key = settings.key.as_ref().and_then(|key| key.cookies.as_ref());
    let in_key = key.is_some_and(|cookies| *cookies != CookieKey::None);
    if !in_key && settings.forwarded_cookies != Some(Forwarded::Some) {
        return;
    }
    let facts = Facts {
        set_cookie: Fact::Known(Treatment::Ignored),
        no_cache_fields: Fact::Known(Treatment::StrippedOfCookies),
        collapsing: Fact::Known(Collapsing::Off),
        ..*setting.profile.facts()
    };
    setting.profile = setting.profile.adapted(facts, AxisSet::EMPTY, FORWARDED_COOKIES);
}

const ERROR_RESPONSES: &[Claim] = &[Claim {
    axes: &[Axis::Statuses],
    says: "with a custom error page 400, 403, 412 and 415 are cached where the origin sends no max-age, too; \
           whether an error caching minimum TTL alone does that is not said. 416 is not cached for all that",
    source: "github.com/awsdocs/amazon-cloudfront-developer-guide a21fd32 doc_source/HTTPStatusCodes.md, \
        https://docs.aws.amazon.com/AmazonCloudFront/latest/DeveloperGuide/custom-error-pages-expiration.html",
    seen: SEEN,
    basis: Basis::Documented,
}];

/// Statuses that are stored where a lifetime is stated alone may be stored without one where their
/// error has a lifetime of its own.
pub(super) fn errors(settings: &Settings, setting: &mut Setting) {
    const NEVER: u16 = 416;
    let facts = *setting.profile.facts();
    let Some(StatusSet::Partly(stored, refused)) = facts.statuses.known().map(|it| it.heuristic)
    else {
        return;
    };
    let is_set = |code: u16| {
        settings.error_ttl.keys().filter_map(|text| statuses(text)).any(|set| set.contains(code))
    };
    let still: Vec<u16> =
        refused.iter().copied().filter(|code| *code == NEVER || !is_set(*code)).collect();
    if still.len() == refused.len() {
        return;
    }
    let heuristic = StatusSet::Partly(stored, still.leak());
    let statuses = facts.statuses.known().map(|it| Statuses { heuristic, ..it });
    let facts = Facts { statuses: statuses.map_or(Fact::Unknown, Fact::Known), ..facts };
    setting.profile = setting.profile.adapted(facts, AxisSet::EMPTY, ERROR_RESPONSES);
}

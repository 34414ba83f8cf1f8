//! Cookies that CloudFront forwards, and its errors.

use super::super::settings::Setting;
use super::super::{CookieKey, Settings};
use super::{Forwarded, SEEN, doubted, names};
use crate::profile::{Axis, AxisSet, Basis, Claim, Collapsing, Fact, Facts, Statuses, Treatment};

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
    let Some(known) = facts.statuses.known().filter(|_| !settings.error_ttl.is_empty()) else {
        return;
    };
    let doubtful = |status| status != NEVER && names(&settings.error_ttl, status);
    let heuristic = doubted(known.heuristic, doubtful);
    let facts = Facts { statuses: Fact::Known(Statuses { heuristic, ..known }), ..facts };
    setting.profile = setting.profile.adapted(facts, AxisSet::EMPTY, ERROR_RESPONSES);
}

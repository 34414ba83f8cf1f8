//! RFC 9111 §4.4: what an unsafe request invalidates.

use super::CacheKey;
use super::uri::resolve;
use crate::field::Field;
use crate::message::{AsRequest, AsResponse, FieldCount, RequestHead, TargetParts};
use crate::profile::{Authorization, Fact, Invalidation, Profile};

/// The methods that are known to be safe (RFC 9110 §9.2.1, RFC 10008, and the registry's others);
/// an unknown one is not.
#[must_use]
pub(super) fn is_safe(method: &str) -> bool {
    matches!(
        method,
        "GET" | "HEAD" | "OPTIONS" | "TRACE" | "QUERY" | "PRI" | "PROPFIND" | "REPORT" | "SEARCH"
    )
}

/// Whether a request with Authorization passes the cache by, so that its answer invalidates nothing:
/// seen of httpd 2.4 and Traffic Server 9.2.
fn passes_by(request: RequestHead<'_>, profile: &Profile) -> bool {
    matches!(
        profile.facts().authorization,
        Fact::Known(Authorization::Bypassed | Authorization::CheckedAtReuse)
    ) && request.named(b"authorization") != FieldCount::Nowhere
}

/// What is to be removed, or marked with
/// [`StoredPolicy::invalidated`](super::StoredPolicy::invalidated), because of an exchange: every
/// response that is stored for one of these URIs, whatever request fields it is stored for.
///
/// By the RFC nothing for a safe method or an answer that is an error. Else the target, and what
/// Location and Content-Location name, where that has the target's origin: a server cannot throw
/// away what another one's cache entries are. Many caches do less: [`Invalidation`].
///
/// ```
/// use storable::{Profile, life::invalidated_by};
///
/// let request = http::Request::post("http://shop.example/cart").body(())?;
/// let response = http::Response::builder()
///     .status(303)
///     .header("Location", "/cart/7")
///     .header("Content-Location", "//evil.example/")
///     .body(())?;
/// let keys = invalidated_by(&request, &response, &Profile::RFC9111_SHARED);
/// assert_eq!(keys.len(), 2);
/// assert_eq!(keys[1].as_bytes(), b"http://shop.example/cart/7");
/// # Ok::<(), http::Error>(())
/// ```
#[must_use]
pub fn invalidated_by(
    request: &(impl AsRequest + ?Sized),
    response: &(impl AsResponse + ?Sized),
    profile: &Profile,
) -> Vec<CacheKey> {
    invalidated_under(request, response, profile, profile)
}

/// The same by the rules of one profile, as keys of another one.
pub(crate) fn invalidated_under(
    request: &(impl AsRequest + ?Sized),
    response: &(impl AsResponse + ?Sized),
    profile: &Profile,
    keyed: &Profile,
) -> Vec<CacheKey> {
    let (request, response) = (request.as_request(), response.as_response());
    let mut keys = Vec::new();
    let (method, target) = (request.method(), request.target());
    let rule = profile.facts().invalidation.known().unwrap_or(Invalidation::Rfc9111);
    let chosen = match rule {
        Invalidation::None => false,
        Invalidation::TargetAfter(methods) | Invalidation::TargetAfterSuccess(methods) => {
            methods.contains(&method)
        }
        _ => true,
    };
    // The target of CONNECT is no URI that anything is stored under (C14).
    if !chosen || is_safe(method) || method == "CONNECT" || passes_by(request, profile) {
        return keys;
    }
    let last = if matches!(rule, Invalidation::TargetAfterSuccess(_)) { 299 } else { 399 };
    let succeeded = (200..=last).contains(&response.status());
    let at_once = match rule {
        Invalidation::Rfc9111ButUnknownAtOnce(known) => !known.contains(&method),
        _ => false,
    };
    if succeeded || at_once {
        keys.push(CacheKey::new(&request, keyed));
    }
    let locations = !matches!(
        rule,
        Invalidation::Target | Invalidation::TargetAfter(_) | Invalidation::TargetAfterSuccess(_)
    );
    if succeeded && locations {
        for (name, value) in response.lines().iter() {
            if !matches!(Field::of(name), Some(Field::ContentLocation))
                && !name.eq_ignore_ascii_case("location")
            {
                continue;
            }
            let Ok(reference) = std::str::from_utf8(value) else { continue };
            let Some(uri) = resolve(reference, target) else { continue };
            let parts = TargetParts::of(&uri);
            if same_origin(parts, target) {
                keys.push(CacheKey::of_uri(parts, keyed));
            }
        }
    }
    keys
}

/// RFC 9110 §4.3.1: scheme, host and port.
pub(super) fn same_origin(one: TargetParts<'_>, other: TargetParts<'_>) -> bool {
    one.scheme.eq_ignore_ascii_case(other.scheme) && one.host().eq_ignore_ascii_case(other.host())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::{HeaderLines, RequestHead, ResponseHead};

    #[test]
    fn which_uris() {
        for (method, status, lines, expected) in [
            ("POST", 200, &[][..], &["http://a.example/x"][..]),
            ("M-SEARCH", 204, &[], &["http://a.example/x"]),
            ("get", 200, &[], &["http://a.example/x"]),
            ("DELETE", 302, &[], &["http://a.example/x"]),
            ("DELETE", 404, &[], &[]),
            ("POST", 500, &[], &[]),
            ("GET", 200, &[("Location", "/y")], &[]),
            ("PUT", 201, &[("Location", "y")], &["http://a.example/x", "http://a.example/y"]),
            ("PUT", 201, &[("Location", "//b.example/y")], &["http://a.example/x"]),
            ("PUT", 201, &[("Location", "http://a.example:81/y")], &["http://a.example/x"]),
            ("PUT", 201, &[("Location", "https://a.example/y")], &["http://a.example/x"]),
            (
                "PUT",
                201,
                &[("Content-Location", "HTTP://A.example:80/y?z")],
                &["http://a.example/x", "http://a.example/y?z"],
            ),
            ("CONNECT", 200, &[], &[]),
        ] {
            let lines: Vec<_> =
                lines.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
            let request =
                RequestHead::new(method, "http://a.example/x", HeaderLines::from_pairs(&[]));
            let response = ResponseHead::new(status, HeaderLines::from_pairs(&lines));
            let keys: Vec<_> = invalidated_by(&request, &response, &Profile::RFC9111_SHARED)
                .iter()
                .map(|key| String::from_utf8_lossy(key.as_bytes()).into_owned())
                .collect();
            assert_eq!(keys, expected, "{method} {status} {lines:?}");
        }
    }
}

//! RFC 9111 §3: "A cache MUST NOT store a response to a request unless ..."

use super::exchange::{Authorization, Directive, Exchange, Location, Method, Moment, Number, Wish};

pub(crate) fn may_store(exchange: &Exchange) -> bool {
    method_is_understood(exchange)
        && is_final(exchange.status)
        && !is_banned(exchange.status)
        && part_or_update_is_understood(exchange)
        && must_understand_is_met(exchange)
        && !no_store_is_in_force(exchange)
        && !is_private_in_a_shared_cache(exchange)
        && authorization_is_met(exchange)
        && has_a_permit(exchange)
        // §5.2.1.5: nothing of a response to a request with no-store.
        && exchange.wish != Wish::NoStore
}

/// "the request method is understood by the cache": those with caching rules (RFC 9110 §9.3, RFC
/// 5789 §2, RFC 10008 §2.7), on their terms.
fn method_is_understood(exchange: &Exchange) -> bool {
    match exchange.method {
        Method::Get | Method::Head | Method::Query => true,
        // RFC 9110 §9.3.3: explicit freshness, and a Content-Location that is the target URI.
        Method::Post | Method::Patch => {
            exchange.location == Location::Own && has_explicit_freshness(exchange)
        }
        Method::Put => false,
    }
}

/// "the response status code is final"; RFC 9110 §15: outside 100 to 599 there is none.
fn is_final(status: u16) -> bool {
    (200..=599).contains(&status)
}

/// RFC 6585 §3 to §6: "MUST NOT be stored by a cache".
fn is_banned(status: u16) -> bool {
    [428, 429, 431, 511].contains(&status)
}

/// "if the response status code is 206 or 304 ... the cache understands the response status code".
/// A 206 answers a GET with a Range (RFC 9110 §15.3.7); a 304 updates what is stored, and is
/// nothing to be stored by itself.
fn part_or_update_is_understood(exchange: &Exchange) -> bool {
    match exchange.status {
        206 => exchange.method == Method::Get,
        304 => false,
        _ => true,
    }
}

/// "... or the must-understand cache directive is present": C10, with no-store or without.
fn must_understand_is_met(exchange: &Exchange) -> bool {
    !exchange.says(Directive::MustUnderstand) || is_understood(exchange.status)
}

/// The codes of RFC 9110 §15, and RFC 7725's; 306 and 418 are unused.
fn is_understood(status: u16) -> bool {
    [200, 201, 202, 203, 204, 205, 206, 300, 301, 302, 303, 305, 307, 308].contains(&status)
        || (400..=417).contains(&status)
        || [421, 422, 426, 451, 500, 501, 502, 503, 504, 505].contains(&status)
}

/// "the no-store cache directive is not present in the response"; §5.2.2.3: a cache that meets
/// must-understand ignores it.
fn no_store_is_in_force(exchange: &Exchange) -> bool {
    exchange.says(Directive::NoStore) && !exchange.says(Directive::MustUnderstand)
}

/// "if the cache is shared: the private response directive is either not present or allows a
/// shared cache to store a modified response"; C8: not in its qualified form either.
fn is_private_in_a_shared_cache(exchange: &Exchange) -> bool {
    exchange.is_shared() && says_private(exchange)
}

fn says_private(exchange: &Exchange) -> bool {
    exchange.says(Directive::Private) || exchange.says(Directive::PrivateFields)
}

/// "if the cache is shared: the Authorization header field is not present in the request or a
/// response directive is present that explicitly allows shared caching": §3.5 names three. A
/// s-maxage without a number is no such directive.
fn authorization_is_met(exchange: &Exchange) -> bool {
    !exchange.is_shared()
        || exchange.authorization == Authorization::Absent
        || exchange.says(Directive::MustRevalidate)
        || exchange.says(Directive::Public)
        || matches!(exchange.s_maxage, Number::Seconds(_))
}

/// "the response contains at least one of the following".
fn has_a_permit(exchange: &Exchange) -> bool {
    exchange.says(Directive::Public)
        || (!exchange.is_shared() && says_private(exchange))
        || has_explicit_freshness(exchange)
        || is_heuristically_cacheable(exchange.status)
}

/// An Expires field, max-age or, for a shared cache, s-maxage; of any value.
pub(super) fn has_explicit_freshness(exchange: &Exchange) -> bool {
    exchange.dates.expires != Moment::Absent
        || exchange.max_age.is_present()
        || (exchange.is_shared() && exchange.s_maxage.is_present())
}

/// RFC 9110 §15.1, and RFC 7725 §3.
pub(super) fn is_heuristically_cacheable(status: u16) -> bool {
    [200, 203, 204, 206, 300, 301, 308, 404, 405, 410, 414, 451, 501].contains(&status)
}

/// §4.2.2: "marked as explicitly cacheable (e.g., with a public response directive)"; §5.2.2.7 has
/// private do the same for a private cache.
pub(super) fn is_marked_cacheable(exchange: &Exchange) -> bool {
    exchange.says(Directive::Public) || (!exchange.is_shared() && says_private(exchange))
}

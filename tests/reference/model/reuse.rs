//! RFC 9111 §4: "a cache MUST NOT reuse a stored response unless ..."

use super::Reuse;
use super::exchange::{Authorization, Directive, Etag, Exchange, Method, Moment, Vary, Wish};
use super::freshness;

/// A request that comes when the response is stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Later {
    /// The same once more.
    Identical,
    /// From another user: another Cookie, and no Authorization.
    OtherUser,
}

/// How it is answered. The target URI is the same.
pub(super) fn reuse(exchange: &Exchange, later: Later) -> Reuse {
    let found = method_may_be_answered(exchange.method) && vary_matches(exchange, later);
    let answer = match found {
        false => Reuse::Miss,
        true if is_reusable_as_it_is(exchange) => Reuse::Hit,
        true if has_validator(exchange) => Reuse::Validated,
        true => Reuse::Miss,
    };
    // RFC 10008 §2.7: the content of a QUERY is a part of the key.
    match (exchange.method, answer) {
        (Method::Query, Reuse::Hit | Reuse::Validated) => Reuse::DependsOnContent,
        _ => answer,
    }
}

/// "the request method associated with the stored response allows it to be used for the presented
/// request", which has the same method: RFC 9110 §9.3.3, a POST is answered by nothing stored.
fn method_may_be_answered(method: Method) -> bool {
    matches!(method, Method::Get | Method::Head | Method::Query)
}

/// "request header fields nominated by the stored response (if any) match those presented".
fn vary_matches(exchange: &Exchange, later: Later) -> bool {
    match (exchange.vary, later) {
        (Vary::Star, _) => false,
        (_, Later::Identical) | (Vary::Absent | Vary::Accept, _) => true,
        (Vary::Cookie, Later::OtherUser) => false,
        // §4.1: absent matches absent.
        (Vary::Authorization, Later::OtherUser) => exchange.authorization == Authorization::Absent,
    }
}

/// §4.1: "a stored response with a Vary header field value containing a member "*" always fails to
/// match".
pub(super) fn never_matches(exchange: &Exchange) -> bool {
    exchange.vary == Vary::Star
}

/// "the stored response does not contain the no-cache directive, unless it is successfully
/// validated"; C8: nor its qualified form.
pub(super) fn needs_validation(exchange: &Exchange) -> bool {
    exchange.says(Directive::NoCache) || exchange.says(Directive::NoCacheFields)
}

/// "the stored response is one of: fresh, allowed to be served stale, or successfully validated",
/// with what the request asks for granted where no response directive forbids it (§5.2.1).
fn is_reusable_as_it_is(exchange: &Exchange) -> bool {
    let left = freshness::left(exchange);
    let as_wanted = match exchange.wish {
        Wish::NoCache => false,
        Wish::MaxAge(most) => freshness::age(exchange) <= most.min(freshness::LARGEST),
        Wish::MinFresh(least) => left >= least.min(freshness::LARGEST),
        Wish::None | Wish::NoStore | Wish::MaxStale(_) => true,
    };
    let stale_wanted = match (exchange.wish, freshness::staleness(exchange)) {
        (Wish::MaxStale(None), Some(_)) => true,
        (Wish::MaxStale(Some(most)), Some(staleness)) => staleness <= most.min(freshness::LARGEST),
        _ => false,
    };
    // §5.2.1.1: with a max-age and no max-stale the client wants nothing stale. §5.2.1.3: with a
    // min-fresh it "wants a response that will still be fresh".
    let stale_unwanted = matches!(exchange.wish, Wish::MaxAge(_) | Wish::MinFresh(_));
    let stale = (stale_wanted && !freshness::forbids_stale(exchange))
        || (!stale_unwanted && freshness::may_be_stale_while_revalidated(exchange));
    (left > 0 || stale) && as_wanted && !needs_validation(exchange)
}

/// §4.3.1: an entity tag or a Last-Modified to send along.
fn has_validator(exchange: &Exchange) -> bool {
    exchange.etag == Etag::Present || matches!(exchange.dates.last_modified, Moment::At(_))
}

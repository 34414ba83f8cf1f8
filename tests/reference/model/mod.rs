//! A second reading of RFC 9111, written from its text: storing (§3, §3.5), freshness (§4.2), reuse
//! (§4) and collapsing. It is slow on purpose: every sentence of the RFC is a line, over typed
//! exchanges, so that nothing of header text is in the way. It shares no code with the library.
//!
//! Where the RFC leaves a choice the one that shares less is taken, as the library documents; each
//! such line says so.

pub(crate) mod exchange;
mod freshness;
mod reuse;
mod storing;

use exchange::{Exchange, Method};
use reuse::Later;

/// How a later request is answered.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Reuse {
    /// From the cache.
    Hit,
    /// From the cache, once the origin has confirmed it.
    Validated,
    /// By the origin.
    Miss,
    /// It depends on the content of the request, which an exchange of heads does not have.
    DependsOnContent,
}

/// What a cache does with an exchange.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Answers {
    /// For how many seconds an identical request is a hit, where the response is stored.
    pub(crate) stored_and_fresh_for: Option<u64>,
    /// An identical request, right afterwards.
    pub(crate) same_request: Reuse,
    /// The same request from another user: another Cookie, no Authorization.
    pub(crate) other_user: Reuse,
    /// What that user gets who asks while the response is being fetched: §4 has collapsed requests
    /// answered by what the cache may reuse for each of them, so it is what a later one gets.
    pub(crate) waiting_user: Reuse,
}

/// The answers by RFC 9111.
pub(crate) fn answers(exchange: &Exchange) -> Answers {
    if !storing::may_store(exchange) {
        return Answers {
            stored_and_fresh_for: None,
            same_request: Reuse::Miss,
            other_user: Reuse::Miss,
            waiting_user: Reuse::Miss,
        };
    }
    let other_user = reuse::reuse(exchange, Later::OtherUser);
    Answers {
        stored_and_fresh_for: Some(fresh_for(exchange)),
        same_request: reuse::reuse(exchange, Later::Identical),
        other_user,
        waiting_user: other_user,
    }
}

/// Seconds from receipt in which an identical request needs no validation. What the request itself
/// asks of stored responses is left out: it says nothing on the response.
fn fresh_for(exchange: &Exchange) -> u64 {
    let never = exchange.method == Method::Post
        || exchange.method == Method::Patch
        || reuse::never_matches(exchange)
        || reuse::needs_validation(exchange);
    if never { 0 } else { freshness::left(exchange) }
}

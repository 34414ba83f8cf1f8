//! RFC 9111 §4.2: how long a response is fresh, and how old it arrives.

use super::exchange::{Directive, Exchange, Moment, Number};
use super::storing::{has_explicit_freshness, is_heuristically_cacheable, is_marked_cacheable};

/// §1.2.2: what stands for a number of seconds that is too large.
pub(super) const LARGEST: u64 = 1 << 31;

/// A day, which the library takes for the longest heuristic lifetime.
const DAY: i64 = 86_400;

/// "response_is_fresh = (freshness_lifetime > current_age)": by how much.
pub(super) fn left(exchange: &Exchange) -> u64 {
    lifetime(exchange).saturating_sub(age(exchange))
}

/// Seconds since it went stale; an age equal to the lifetime is stale by nothing.
pub(super) fn staleness(exchange: &Exchange) -> Option<u64> {
    age(exchange).checked_sub(lifetime(exchange))
}

/// §4.2.1: the first that matches.
fn lifetime(exchange: &Exchange) -> u64 {
    if exchange.is_shared() && exchange.s_maxage.is_present() {
        return seconds(exchange.s_maxage);
    }
    if exchange.max_age.is_present() {
        return seconds(exchange.max_age);
    }
    match exchange.dates.expires {
        // "its value minus the value of the Date response header field".
        Moment::At(expires) => ahead(expires - date(exchange)),
        // §5.3: "MUST interpret invalid date formats ... as representing a time in the past".
        Moment::Invalid => 0,
        Moment::Absent => heuristic(exchange),
    }
}

/// "encouraged to consider responses that have invalid freshness information to be stale".
fn seconds(number: Number) -> u64 {
    match number {
        Number::Seconds(seconds) => seconds.min(LARGEST),
        Number::Absent | Number::Invalid => 0,
    }
}

/// §4.2.2: a tenth of the time since Last-Modified, for what is heuristically cacheable or marked
/// as cacheable, and says nothing explicit.
fn heuristic(exchange: &Exchange) -> u64 {
    let allowed = !has_explicit_freshness(exchange)
        && (is_heuristically_cacheable(exchange.status) || is_marked_cacheable(exchange));
    match exchange.dates.last_modified {
        Moment::At(modified) if allowed => ahead(((date(exchange) - modified) / 10).min(DAY)),
        _ => 0,
    }
}

/// The Date; RFC 9110 §6.6.1: without a usable one, the time of receipt.
fn date(exchange: &Exchange) -> i64 {
    match exchange.dates.date {
        Moment::At(date) => date,
        Moment::Absent | Moment::Invalid => 0,
    }
}

/// §4.2.3.
pub(super) fn age(exchange: &Exchange) -> u64 {
    let apparent_age = ahead(-date(exchange));
    let age_value = match exchange.dates.age {
        Number::Seconds(seconds) => seconds.min(LARGEST),
        // §5.1: an invalid one is ignored.
        Number::Absent | Number::Invalid => 0,
    };
    let corrected_age_value = age_value + exchange.dates.delay;
    apparent_age.max(corrected_age_value)
}

fn ahead(seconds: i64) -> u64 {
    u64::try_from(seconds).unwrap_or(0)
}

/// RFC 5861 §3, within §4.2.4: must-revalidate, no-cache and, in a shared cache, proxy-revalidate
/// and s-maxage (§5.2.2.10) forbid it, whatever else is said. C28: by the letter.
pub(super) fn may_be_stale_while_revalidated(exchange: &Exchange) -> bool {
    let Number::Seconds(_) = exchange.stale_while_revalidate else { return false };
    let window = seconds(exchange.stale_while_revalidate);
    let in_window = staleness(exchange).is_some_and(|staleness| staleness < window);
    in_window
        && !forbids_stale(exchange)
        && !exchange.says(Directive::NoCache)
        && !exchange.says(Directive::NoCacheFields)
}

/// §5.2.2.2, §5.2.2.8, §5.2.2.10: not to be reused once stale.
pub(super) fn forbids_stale(exchange: &Exchange) -> bool {
    exchange.says(Directive::MustRevalidate)
        || (exchange.is_shared() && exchange.says(Directive::ProxyRevalidate))
        || (exchange.is_shared() && exchange.s_maxage.is_present())
}

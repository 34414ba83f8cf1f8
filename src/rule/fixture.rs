//! A response to judge a single rule by.

use std::time::{Duration, SystemTime};

use super::s4_2_freshness::Subject;
use super::{Draft, RuleEffect};
use crate::message::{Exchange, HeaderLines, RequestHead, ResponseHead};
use crate::policy::{RequestPolicy, ResponsePolicy};
use crate::profile::{CacheType, Facts};

/// When the response is received, a second after it was asked for: 15 January 2027, 08:00:00.
const RECEIVED: u64 = 1_800_000_000;

/// `RECEIVED` less so many seconds, as a date.
pub(super) fn ago(seconds: u64) -> String {
    httpdate::fmt_http_date(at(RECEIVED.saturating_sub(seconds)))
}

fn at(unix: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_secs(unix)).unwrap_or(SystemTime::UNIX_EPOCH)
}

/// Lends an empty draft and a response with these lines, read by the facts.
pub(super) fn with<T>(
    facts: &Facts,
    status: u16,
    lines: &[(&str, &str)],
    then: impl for<'a> FnOnce(&mut Draft<'a>, &Subject<'_, 'a>) -> T,
) -> T {
    let lines: Vec<_> = lines.iter().map(|(name, value)| (*name, value.as_bytes())).collect();
    let request = RequestHead::new("GET", "/", HeaderLines::from_pairs(&[]));
    let response = ResponseHead::new(status, HeaderLines::from_pairs(&lines));
    let exchange = Exchange::new(&request, &response)
        .requested_at(at(RECEIVED.saturating_sub(1)))
        .received_at(at(RECEIVED));
    let policy = ResponsePolicy::read(response, facts);
    let (times, request) = (exchange.times(), RequestPolicy::read(request));
    let subject = Subject::new(&times, &request, &policy, facts, CacheType::Shared);
    then(&mut Draft::new(), &subject)
}

/// The request with these lines.
pub(super) fn request<'a>(method: &'a str, lines: &'a [(&'a str, &'a [u8])]) -> RequestPolicy<'a> {
    RequestPolicy::read(RequestHead::new(method, "/", HeaderLines::from_pairs(lines)))
}

/// The codes of what a draft notes as not known.
pub(super) fn unknown(draft: &Draft<'_>) -> Vec<&'static str> {
    let reasons = draft.trace.reasons();
    let open = reasons.filter(|reason| reason.effect == RuleEffect::Unknown);
    open.map(|reason| reason.rule.code()).collect()
}

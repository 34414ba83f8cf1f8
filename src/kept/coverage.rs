//! RFC 9111 §3.3: which part of a representation a stored response holds.

use super::{ContentRange, RangeRequest, Resolved, Stored, if_range_holds};
use crate::field::{Field, Scan, delta_seconds};
use crate::policy::{Method, RequestPolicy};

/// Which part of a representation a stored response holds.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Coverage {
    /// All of it.
    Whole,
    /// The octets from `first` on.
    Part { first: u64, length: u64, complete: Option<u64> },
    /// A part that is not told: several in one response, or one with an invalid Content-Range.
    Untold,
}

impl Coverage {
    pub(crate) fn of(stored: &Stored<'_>) -> Self {
        let (policy, head) = (stored.policy, &stored.head);
        match (policy.status(), policy.held()) {
            _ if policy.is_whole() => Self::Whole,
            (206, _) => match ContentRange::of(*head) {
                Some(range) => {
                    let held = stored.length.unwrap_or(u64::MAX).min(policy.held);
                    let length = range.length().min(held);
                    Self::Part { first: range.first, length, complete: range.complete }
                }
                None => Self::Untold,
            },
            (200, Some(length)) => {
                let complete = Scan::of(head.lines())
                    .first(Field::ContentLength)
                    .and_then(delta_seconds_exactly);
                Self::Part { first: 0, length, complete }
            }
            _ => Self::Untold,
        }
    }

    /// §3.3: the request asks for a part that lies wholly inside, or in the same words for what was
    /// sent the first time.
    pub(crate) fn answers(self, request: &RequestPolicy<'_>, stored: &Stored<'_>) -> bool {
        if request.method != Method::Get {
            return false;
        }
        let conditional = request.scan().has(Field::IfRange);
        let whole_message = stored.policy.held().is_none();
        if !conditional && whole_message && stored.variant.has_range_of(request) {
            return true;
        }
        let Self::Part { first, length, complete } = self else { return false };
        if conditional && !if_range_holds(request, &stored.head) {
            return false;
        }
        let Some(Resolved::Ranges(ranges)) =
            RangeRequest::of(request).map(|it| it.resolve(complete))
        else {
            return false;
        };
        let end = first.saturating_add(length);
        ranges.all().iter().all(|&(from, to)| from >= first && to < end)
    }
}

/// A length of content; one that is too great to be exact is none.
pub(crate) fn delta_seconds_exactly(text: &[u8]) -> Option<u64> {
    std::str::from_utf8(text).ok().filter(|_| delta_seconds(text).is_some())?.parse().ok()
}

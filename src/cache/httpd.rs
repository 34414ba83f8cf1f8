//! Httpd.

use super::{Case, collect};
use crate::policy::RequestPolicy;
use crate::rule::s4_reuse::Answers;
use crate::rule::s4_waiting::Waiting;
use crate::rule::{Draft, Reason};

/// What of this cache is a value and no algorithm, and has no axis of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Settings {}

/// What the cache does with the response.
pub(super) fn judge<'a>(case: &Case<'a>, _settings: &Settings) -> Draft<'a> {
    collect::judge(case)
}

/// How a later request is answered.
pub(super) fn answers<'a>(
    case: &Case<'a>,
    _settings: &Settings,
    draft: &Draft<'a>,
    later: &RequestPolicy<'_>,
) -> Answers {
    collect::answers(case, draft, later)
}

/// What requests get that wait.
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    _settings: &Settings,
    draft: &Draft<'a>,
    follower: &RequestPolicy<'_>,
    _count: usize,
) -> (Waiting, Reason<'a>) {
    collect::waiting(case, draft, follower)
}

//! Apache Traffic Server: `is_response_cacheable`, `what_is_document_freshness` and the sharing of
//! objects while they are written.
//!
//! Functions are cited as they stand in proxy/http/HttpTransact.cc of 9.2.9 unless another file is
//! named.

mod freshness;
mod reuse;
mod storing;

use super::Case;
use crate::policy::RequestPolicy;
use crate::rule::s4_reuse::Answers;
use crate::rule::s4_waiting::Waiting;
use crate::rule::{Draft, Reason, Tri};

/// What of this cache is a value and no algorithm, and has no axis of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Settings {
    pub(crate) pragma: Pragma,
}

/// Which responses are treated as the axis `pragma` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pragma {
    /// All with `Pragma: no-cache`: up to 9.2.
    Always,
    /// Those of them without a directive of Cache-Control that Traffic Server knows: from 10.0 on.
    WithoutKnownDirective,
}

/// What the cache does with the response.
pub(super) fn judge<'a>(case: &Case<'a>, settings: &Settings) -> Draft<'a> {
    let mut draft = Draft::new();
    storing::request(&mut draft, case);
    if draft.bypassed == Tri::Yes {
        return draft;
    }
    storing::response(&mut draft, case, settings);
    freshness::lifetime_and_age(&mut draft, case);
    draft.repeatable = Tri::from(reuse::answers(case, &draft, &case.request).hit);
    draft
}

/// How a later request is answered.
pub(super) fn answers<'a>(
    case: &Case<'a>,
    _settings: &Settings,
    draft: &Draft<'a>,
    later: &RequestPolicy<'_>,
) -> Answers {
    reuse::answers(case, draft, later)
}

/// What requests get that wait.
pub(super) fn waiting<'a>(
    case: &Case<'a>,
    _settings: &Settings,
    draft: &Draft<'a>,
    follower: &RequestPolicy<'_>,
    _count: usize,
) -> (Waiting, Reason<'a>) {
    reuse::waiting(case, draft, follower)
}

//! What a request gets of a stored response, as far as facts are known.

use crate::answer::Answer;
use crate::header::Forwarded;
use crate::rule::Tri;

/// A stored response on its way out.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Served {
    /// The value of the Age field (RFC 9111 §5.1).
    pub age: u64,
    /// Seconds of freshness left; 0 or less: it is stale.
    pub remaining: i64,
}

/// How a stored response answers where the origin is not asked first.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Hit {
    /// As it is: it is fresh, or the request takes it stale.
    AsItIs,
    /// Stale, while the origin is asked behind it (RFC 5861 §3).
    RenewedBehind,
}

/// What a request may get of a stored response: what is open of it has several answers.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Lookup {
    /// It is found, and for this request.
    pub(crate) found: Tri,
    /// If so, it answers without the origin being asked.
    pub(crate) reusable: Tri,
    /// If not, the origin is asked with a condition.
    pub(crate) conditional: Tri,
    pub(crate) hit: Hit,
    /// Why the origin is asked, if it is.
    pub(crate) why: Forwarded,
}

impl Lookup {
    /// It is not for this request.
    pub(crate) const fn elsewhere(why: Forwarded) -> Self {
        Self { found: Tri::No, reusable: Tri::No, conditional: Tri::No, hit: Hit::AsItIs, why }
    }

    /// It answers.
    pub(crate) const HIT: Self = Self {
        found: Tri::Yes,
        reusable: Tri::Yes,
        conditional: Tri::No,
        hit: Hit::AsItIs,
        why: Forwarded::Stale,
    };

    /// The same where it may be that the request does not find it.
    pub(crate) fn if_found(self, found: Tri, why: Forwarded) -> Self {
        if found == Tri::Yes { self } else { Self { found: found.and(self.found), why, ..self } }
    }

    pub(crate) fn may_hit(self) -> bool {
        self.found != Tri::No && self.reusable != Tri::No
    }

    pub(crate) fn may_be_validated(self) -> bool {
        self.found != Tri::No && self.reusable != Tri::Yes && self.conditional != Tri::No
    }

    pub(crate) fn may_miss(self) -> bool {
        self.found != Tri::Yes || self.reusable != Tri::Yes && self.conditional != Tri::Yes
    }

    /// The one answer that there may be.
    pub(crate) fn settle(self) -> Answer {
        match (self.may_hit(), self.may_be_validated(), self.may_miss()) {
            (true, false, false) => Answer::Hit,
            (false, true, false) => Answer::Validated,
            (false, false, true) => Answer::Miss,
            _ => Answer::Unknown,
        }
    }
}

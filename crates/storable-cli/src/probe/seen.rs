//! What can be seen of a cache in an experiment, and what a profile leaves possible of it.

/// What became of the request that tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Seen {
    /// It got what was stored; the origin was not asked before.
    Hit,
    /// The same, without the Set-Cookie that the origin had sent.
    HitWithoutCookie,
    /// The cache itself said that what the client has is what is stored (304).
    NotModified,
    /// The origin was asked with a condition made of what was stored.
    Validated,
    /// The same, and the answer has the stored field where that of the origin has another one.
    ValidatedUnchanged,
    /// It got what the origin answered.
    Miss,
    /// It got the origin's error.
    Failed,
    /// Of those who waited, one got what another one's request had fetched.
    Shared,
    /// Those who waited had the origin asked with a condition.
    WaitedThenValidated,
    /// Each of those who came at once had a fetch of its own.
    OwnFetch,
}

impl Seen {
    const ALL: [Self; 10] = [
        Self::Hit,
        Self::HitWithoutCookie,
        Self::NotModified,
        Self::Validated,
        Self::ValidatedUnchanged,
        Self::Miss,
        Self::Failed,
        Self::Shared,
        Self::WaitedThenValidated,
        Self::OwnFetch,
    ];

    const fn bit(self) -> u16 {
        match self {
            Self::Hit => 1,
            Self::HitWithoutCookie => 1 << 1,
            Self::NotModified => 1 << 2,
            Self::Validated => 1 << 3,
            Self::ValidatedUnchanged => 1 << 4,
            Self::Miss => 1 << 5,
            Self::Failed => 1 << 6,
            Self::Shared => 1 << 7,
            Self::WaitedThenValidated => 1 << 8,
            Self::OwnFetch => 1 << 9,
        }
    }

    /// In a few words.
    pub(crate) const fn name(self) -> &'static str {
        match self {
            Self::Hit => "hit",
            Self::HitWithoutCookie => "hit without the cookie",
            Self::NotModified => "304 of the cache's own",
            Self::Validated => "validated",
            Self::ValidatedUnchanged => "validated, and the stored field kept",
            Self::Miss => "miss",
            Self::Failed => "the origin's error",
            Self::Shared => "shared with those who waited",
            Self::WaitedThenValidated => "validated for those who waited",
            Self::OwnFetch => "a fetch for each",
        }
    }
}

/// What may be seen of a cache, as far as its profile tells.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Possible(u16);

impl Possible {
    pub(super) const NOTHING: Self = Self(0);
    pub(crate) const ANYTHING: Self = Self(u16::MAX);

    pub(super) const fn only(seen: Seen) -> Self {
        Self(seen.bit())
    }

    pub(super) const fn or(self, seen: Seen) -> Self {
        Self(self.0 | seen.bit())
    }

    pub(super) const fn or_any_of(self, other: Self) -> Self {
        Self(self.0 | other.0)
    }

    /// Whether this may be seen.
    pub(crate) const fn allows(self, seen: Seen) -> bool {
        self.0 & seen.bit() != 0
    }

    /// The one thing that can be seen, where there is only one.
    pub(crate) fn certain(self) -> Option<Seen> {
        let mut seen = Seen::ALL.into_iter().filter(|seen| self.allows(*seen));
        seen.next().filter(|_| seen.next().is_none())
    }
}

//! Combinations of directives that contradict each other, or do not do what they seem to.

use std::fmt;

use super::{CacheControl, Scope};

/// Two directives of one response of which one is void, or a directive that is void alone.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, PartialOrd, Ord)]
#[non_exhaustive]
pub enum Conflict {
    /// `immutable` beside `no-cache` or `no-store`.
    ImmutableNeverFresh,
    /// A lifetime beside `no-store`.
    LifetimeOfNothing,
    /// `must-understand` without `no-store`.
    MustUnderstandAlone,
    /// `public` beside `no-store`.
    PublicNoStore,
    /// `public` beside `private`.
    PublicPrivate,
    /// `s-maxage` beside `private`.
    SMaxagePrivate,
    /// A stale window beside `must-revalidate` or `no-cache`.
    StaleBarred,
    /// A stale window beside `s-maxage` or `proxy-revalidate`.
    StaleBarredShared,
}

impl Conflict {
    /// What is wrong, in one sentence.
    #[must_use]
    pub const fn says(self) -> &'static str {
        match self {
            Self::ImmutableNeverFresh => {
                "immutable is about fresh responses, and this one is never reused unasked"
            }
            Self::LifetimeOfNothing => "no-store makes every lifetime void (RFC 9111 §5.2.2.5)",
            Self::MustUnderstandAlone => {
                "must-understand lifts a no-store that is not there (RFC 9111 §5.2.2.3)"
            }
            Self::PublicNoStore => "public does not lift no-store (RFC 9111 §5.2.2.9)",
            Self::PublicPrivate => {
                "public and private contradict each other; careful caches obey private"
            }
            Self::SMaxagePrivate => {
                "s-maxage is for shared caches, and private keeps those from storing"
            }
            Self::StaleBarred => {
                "must-revalidate and no-cache bar every stale answer (RFC 9111 §4.2.4)"
            }
            Self::StaleBarredShared => {
                "s-maxage and proxy-revalidate bar stale answers of shared caches (RFC 9111 §5.2.2.10)"
            }
        }
    }
}

impl fmt::Display for Conflict {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.says())
    }
}

impl CacheControl {
    /// The contradictions among the directives; empty where there are none.
    ///
    /// ```
    /// use std::time::Duration;
    /// use storable::header::{CacheControl, Conflict};
    ///
    /// let control = CacheControl::new().public().private().s_maxage(Duration::from_secs(60));
    /// assert_eq!(control.check(), [Conflict::PublicPrivate, Conflict::SMaxagePrivate]);
    /// ```
    #[must_use]
    pub fn check(&self) -> Vec<Conflict> {
        let everything =
            |scope: &Option<Scope>| scope.as_ref().is_some_and(|scope| scope.names().is_empty());
        let (private, no_cache) = (everything(&self.private), everything(&self.no_cache));
        // With must-understand it is no-store for some caches only.
        let no_store = self.no_store && !self.must_understand;
        let stale = self.stale_while_revalidate.is_some() || self.stale_if_error.is_some();
        let lifetime = self.max_age.is_some() || self.s_maxage.is_some() || stale;
        let shared_bar = self.s_maxage.is_some() || self.proxy_revalidate;
        [
            (Conflict::ImmutableNeverFresh, self.immutable && (no_cache || no_store)),
            (Conflict::LifetimeOfNothing, no_store && lifetime),
            (Conflict::MustUnderstandAlone, self.must_understand && !self.no_store),
            (Conflict::PublicNoStore, no_store && self.public),
            (Conflict::PublicPrivate, private && self.public),
            (Conflict::SMaxagePrivate, private && self.s_maxage.is_some()),
            (Conflict::StaleBarred, stale && (self.must_revalidate || no_cache)),
            (Conflict::StaleBarredShared, stale && shared_bar && !private),
        ]
        .into_iter()
        .filter_map(|(conflict, applies)| applies.then_some(conflict))
        .collect()
    }
}

//! A cache as advice sees it: what decides on the request that is meant, and on whatever else is tried.

use crate::message::RequestHead;
use crate::profile::{CacheType, Profile};
use crate::verdict::{Elsewhere, Routes};

/// A cache, with the profile that decides on the request that is meant.
#[derive(Clone, Copy, Debug)]
pub(super) struct Cache<'p> {
    pub(super) routes: &'p dyn Routes,
    pub(super) profile: &'p Profile,
}

impl<'p> Cache<'p> {
    pub(super) fn of(routes: &'p dyn Routes, request: RequestHead<'_>) -> Self {
        Self { routes, profile: routes.decides(request) }
    }

    /// These, and a browser where none of them is one.
    pub(super) fn with_browser<R: Routes>(caches: &[&'p R], request: RequestHead<'_>) -> Vec<Self> {
        let mut all: Vec<Self> = caches.iter().map(|routes| Self::of(*routes, request)).collect();
        if !all.iter().any(|cache| cache.profile.cache_type() == CacheType::Private) {
            all.push(Self::of(&Profile::RFC9111_PRIVATE, request));
        }
        all
    }
}

/// A cache that is configured otherwise for the request that is meant.
#[derive(Debug)]
pub(super) struct Changed<'p> {
    cache: Cache<'p>,
    profile: Profile,
}

impl<'p> Changed<'p> {
    pub(super) const fn new(cache: Cache<'p>, profile: Profile) -> Self {
        Self { cache, profile }
    }

    pub(super) fn cache(&self) -> Cache<'_> {
        Cache { routes: self, profile: &self.profile }
    }

    fn instead_of<'s>(&'s self, profile: &'s Profile) -> &'s Profile {
        if std::ptr::eq(profile, self.cache.profile) { &self.profile } else { profile }
    }
}

impl Routes for Changed<'_> {
    fn decides(&self, request: RequestHead<'_>) -> &Profile {
        self.instead_of(self.cache.routes.decides(request))
    }

    fn elsewhere(&self, later: RequestHead<'_>, first: RequestHead<'_>) -> Option<Elsewhere<'_>> {
        let other = self.cache.routes.elsewhere(later, first)?;
        Some(Elsewhere { profile: self.instead_of(other.profile), ..other })
    }
}

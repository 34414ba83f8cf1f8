//! Facts about caches: const data, one file per vendor that reads like a data sheet.
//!
//! A [`Profile`] is a pinned snapshot of one cache. Each of its [`Facts`] answers one question on
//! which real caches differ; what no public source says is [`Fact::Unknown`]. A profile states
//! nothing without a [`Claim`]: the crate does not compile otherwise.

mod axis;
mod check;
mod claim;
mod settings;
mod values;

mod fastly;
mod mercari;
mod nginx;
mod off;
mod rfc9111;
mod traffic_server;
mod varnish;

pub use axis::{Axis, AxisSet, Facts};
pub use claim::{Basis, Claim};
pub use values::*;

use crate::cache::Evaluator;

/// One cache: what it is, how it decides, and on whose word.
///
/// ```
/// use storable::{Basis, Profile};
///
/// let fastly = Profile::find("fastly").unwrap();
/// assert_eq!(fastly.id(), "fastly");
/// assert_eq!(fastly.basis(), Basis::Reported);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    id: &'static str,
    name: &'static str,
    as_of: &'static str,
    sharing: CacheType,
    evaluator: Evaluator,
    facts: Facts,
    operator: AxisSet,
    claims: &'static [&'static [Claim]],
}

/// Whether a cache answers one user or many (RFC 9111 §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum CacheType {
    /// One user only.
    Private,
    /// Many users.
    Shared,
}

/// What is known of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub enum Fact<T> {
    /// A source says this.
    Known(T),
    /// No public source says it.
    Unknown,
}

impl<T> Fact<T> {
    /// The value, if known.
    #[must_use]
    pub fn known(self) -> Option<T> {
        match self {
            Self::Known(value) => Some(value),
            Self::Unknown => None,
        }
    }
}

macro_rules! profiles {
    ($($(#[$doc:meta])* $name:ident = $path:path;)*) => {
        impl Profile {
            $($(#[$doc])* pub const $name: Self = $path;)*

            /// Every profile, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];
        }
    };
}

profiles! {
    /// RFC 9111 to the letter, for a shared cache.
    RFC9111_SHARED = rfc9111::SHARED;
    /// RFC 9111 to the letter, for a private cache.
    RFC9111_PRIVATE = rfc9111::PRIVATE;
    /// A CDN on which caching is switched off by configuration.
    CACHING_OFF = off::CACHING_OFF;
    /// The CDN that Mercari moved to in 2017, as the post-mortem describes it; it names no vendor.
    MERCARI_2017 = mercari::MERCARI_2017;
    /// Fastly, a service without custom VCL (generated VCL).
    FASTLY = fastly::FASTLY;
    /// Fastly with the recommended VCL boilerplate.
    FASTLY_BOILERPLATE = fastly::BOILERPLATE;
    /// Fastly Compute, the readthrough cache.
    FASTLY_COMPUTE = fastly::COMPUTE;
    /// Nginx 1.29.2 and later.
    NGINX = nginx::NGINX;
    /// Nginx 1.22: `proxy_cache`, everything else default.
    NGINX_1_22 = nginx::NGINX_1_22;
    /// Nginx 1.22 with `proxy_cache_valid any 60s`.
    NGINX_1_22_VALID_60S = nginx::NGINX_1_22_VALID_60S;
    /// Nginx 1.22 with `proxy_cache_lock on`.
    NGINX_1_22_LOCK = nginx::NGINX_1_22_LOCK;
    /// Nginx 1.22 with `proxy_cache_valid any 60s` and `proxy_cache_lock on`.
    NGINX_1_22_VALID_60S_LOCK = nginx::NGINX_1_22_VALID_60S_LOCK;
    /// Varnish 7.1.1 with the builtin VCL.
    VARNISH_7 = varnish::VARNISH_7;
    /// Varnish 8.0.0 with the builtin VCL.
    VARNISH_8 = varnish::VARNISH_8;
    /// Varnish 8.0.0 with VCL of a site that delivers what has a TTL of 0 and leaves no marker.
    VARNISH_8_DELIVER_EXPIRED = varnish::DELIVER_EXPIRED_8;
    /// Apache Traffic Server 9.2, package defaults.
    ATS_9 = traffic_server::ATS_9;
    /// Apache Traffic Server 9.2 that stores a 200 without a lifetime too (required_headers 0).
    ATS_9_HEURISTIC = traffic_server::ATS_9_HEURISTIC;
    /// Apache Traffic Server 10.1, default settings.
    ATS_10 = traffic_server::ATS_10;
}

impl Profile {
    /// The stable id, in kebab-case.
    #[must_use]
    pub const fn id(&self) -> &'static str {
        self.id
    }

    /// The cache's name for people.
    #[must_use]
    pub const fn name(&self) -> &'static str {
        self.name
    }

    /// The version or the day that the profile is a snapshot of.
    #[must_use]
    pub const fn as_of(&self) -> &'static str {
        self.as_of
    }

    /// Whether it is a shared cache.
    #[must_use]
    pub const fn cache_type(&self) -> CacheType {
        self.sharing
    }

    /// What the profile says on every axis.
    #[must_use]
    pub const fn facts(&self) -> &Facts {
        &self.facts
    }

    /// The claims that the profile rests on.
    pub fn claims(&self) -> impl Iterator<Item = &'static Claim> + Clone + use<> {
        self.claims.iter().copied().flatten()
    }

    /// The first claim about an axis.
    #[must_use]
    pub fn claim(&self, axis: Axis) -> Option<&'static Claim> {
        self.claims().find(|claim| claim.axes.contains(&axis))
    }

    /// The axes that an operator's setting decides, and not the vendor.
    #[must_use]
    pub const fn operator(&self) -> AxisSet {
        self.operator
    }

    /// The weakest basis among the claims: how far to trust the profile as a whole.
    #[must_use]
    pub fn basis(&self) -> Basis {
        self.claims().map(|claim| claim.basis).max().unwrap_or(Basis::Specified)
    }

    /// The profile with this id.
    ///
    /// ```
    /// use storable::Profile;
    ///
    /// assert!(Profile::find("rfc9111-shared").is_some());
    /// assert!(Profile::find("no-such-cache").is_none());
    /// ```
    #[must_use]
    pub fn find(id: &str) -> Option<&'static Self> {
        Self::ALL.iter().find(|profile| profile.id == id)
    }

    pub(crate) const fn evaluator(&self) -> &Evaluator {
        &self.evaluator
    }
}

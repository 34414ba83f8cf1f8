//! Facts about caches: const data, one file per vendor that reads like a data sheet.
//!
//! A [`Profile`] is a pinned snapshot of one cache. Each of its [`Facts`] answers one question on
//! which real caches differ; what no public source says is [`Fact::Unknown`]. A profile states
//! nothing without a [`Claim`]: the crate does not compile otherwise.
//!
//! The vocabulary of facts grows with every vendor, so its enums are non-exhaustive.
#![warn(clippy::exhaustive_enums)]

mod algorithm;
mod axis;
mod check;
mod claim;
#[cfg(feature = "serde")]
mod operator;
mod settings;
mod values;

mod akamai;
mod alibaba;
mod azure;
mod bunny;
mod caching_off;
mod cloudflare;
mod cloudfront;
mod envoy;
mod fastly;
mod gcore;
mod google;
mod haproxy;
mod httpd;
mod imperva;
mod keycdn;
mod media_cdn;
mod mercari;
mod netlify;
mod nginx;
mod pingora;
mod rfc9111;
mod sakura;
mod souin;
mod squid;
mod sucuri;
mod tencent;
mod traffic_server;
mod varnish;
mod vercel;
mod wordpress_vip;
mod workers_cache;
mod workers_cache_api;

pub(crate) use algorithm::*;
pub use axis::{Axis, AxisSet, FactText, Facts};
pub use claim::{Basis, Claim};
pub use values::*;

/// One cache: what it is, how it decides, and on whose word.
///
/// ```
/// use storable::{Basis, Profile};
///
/// let fastly = Profile::find("fastly").unwrap();
/// assert_eq!(fastly.id(), "fastly");
/// assert_eq!(fastly.basis(), Basis::Measured);
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Profile {
    id: &'static str,
    name: &'static str,
    as_of: &'static str,
    sharing: CacheType,
    algorithm: Algorithm,
    facts: Facts,
    operator: AxisSet,
    claims: &'static [&'static [Claim]],
}

/// Whether a cache answers one user or many (RFC 9111 §1).
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "RFC 9111 knows two kinds of caches")]
pub enum CacheType {
    /// One user only.
    Private,
    /// Many users.
    Shared,
}

/// What is known of something.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[expect(clippy::exhaustive_enums, reason = "known or not: there is no third")]
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
    ($($(#[$doc:meta])* $name:ident = $path:path, $id:literal;)*) => {
        impl Profile {
            $($(#[$doc])* #[doc(alias = $id)] pub const $name: Self = $path;)*

            /// Every profile, in the order of this list.
            pub const ALL: &'static [Self] = &[$(Self::$name,)*];

            /// By what the documentation finds them.
            #[cfg(test)]
            const ALIASES: &'static [&'static str] = &[$($id,)*];
        }
    };
}

profiles! {
    /// RFC 9111 to the letter, for a shared cache.
    RFC9111_SHARED = rfc9111::SHARED, "rfc9111-shared";
    /// RFC 9111 to the letter, for a private cache.
    RFC9111_PRIVATE = rfc9111::PRIVATE, "rfc9111-private";
    /// A CDN on which caching is switched off by configuration.
    CACHING_OFF = caching_off::CACHING_OFF, "caching-off";
    /// The CDN that Mercari moved to in 2017, as the post-mortem describes it; it names no vendor.
    MERCARI_2017 = mercari::MERCARI_2017, "mercari-2017";
    /// Fastly, a service without custom VCL (generated VCL).
    FASTLY = fastly::FASTLY, "fastly";
    /// Fastly with the recommended VCL boilerplate.
    FASTLY_BOILERPLATE = fastly::BOILERPLATE, "fastly-boilerplate";
    /// Fastly Compute, the readthrough cache.
    FASTLY_COMPUTE = fastly::COMPUTE, "fastly-compute";
    /// Apache httpd 2.4 with mod_cache and mod_cache_disk, everything at its default.
    HTTPD_2_4 = httpd::HTTPD_2_4, "httpd-2.4";
    /// HAProxy 2.6 with a cache of `max-age 60` and `process-vary on`.
    HAPROXY_2_6 = haproxy::HAPROXY_2_6, "haproxy-2.6";
    /// HAProxy 2.8, in the same configuration.
    HAPROXY_2_8 = haproxy::HAPROXY_2_8, "haproxy-2.8";
    /// HAProxy 3.0 to 3.2.19, in the same configuration.
    HAPROXY_3_0 = haproxy::HAPROXY_3_0, "haproxy-3.0";
    /// HAProxy 3.2.20 and later, in the same configuration.
    HAPROXY_3 = haproxy::HAPROXY_3, "haproxy-3";
    /// Nginx 1.29.2 and later.
    NGINX = nginx::NGINX, "nginx";
    /// Nginx 1.23 to 1.29.1.
    NGINX_1_26 = nginx::NGINX_1_26, "nginx-1.26";
    /// Nginx 1.22: `proxy_cache`, everything else default.
    NGINX_1_22 = nginx::NGINX_1_22, "nginx-1.22";
    /// Nginx 1.22 with `proxy_cache_valid any 60s`.
    NGINX_1_22_VALID_60S = nginx::NGINX_1_22_VALID_60S, "nginx-1.22-valid-60s";
    /// Nginx 1.22 with `proxy_cache_lock on`.
    NGINX_1_22_LOCK = nginx::NGINX_1_22_LOCK, "nginx-1.22-lock";
    /// Nginx 1.22 with `proxy_cache_valid any 60s` and `proxy_cache_lock on`.
    NGINX_1_22_VALID_60S_LOCK = nginx::NGINX_1_22_VALID_60S_LOCK, "nginx-1.22-valid-60s-lock";
    /// Amazon CloudFront with a minimum TTL of 0, and neither cookies nor headers forwarded.
    CLOUDFRONT = cloudfront::CLOUDFRONT, "cloudfront";
    /// Amazon CloudFront with the managed policy CachingOptimized: a minimum TTL of 1 s.
    CLOUDFRONT_CACHING_OPTIMIZED = cloudfront::CACHING_OPTIMIZED, "cloudfront-caching-optimized";
    /// Amazon CloudFront with the managed policy CachingDisabled.
    CLOUDFRONT_CACHING_DISABLED = cloudfront::CACHING_DISABLED, "cloudfront-caching-disabled";
    /// Amazon CloudFront with a minimum TTL of 0; cookies reach the origin and are not in the key.
    CLOUDFRONT_COOKIES_FORWARDED = cloudfront::COOKIES_FORWARDED, "cloudfront-cookies-forwarded";
    /// Amazon CloudFront with the managed policy UseOriginCacheControlHeaders.
    CLOUDFRONT_USE_ORIGIN_CACHE_CONTROL_HEADERS = cloudfront::USE_ORIGIN_CACHE_CONTROL_HEADERS, "cloudfront-use-origin-cache-control-headers";
    /// Cloudflare with origin cache control on, as it always is outside Enterprise.
    CLOUDFLARE = cloudflare::CLOUDFLARE, "cloudflare";
    /// Cloudflare with origin cache control off, the default of Enterprise.
    CLOUDFLARE_OCC_OFF = cloudflare::OCC_OFF, "cloudflare-occ-off";
    /// Cloudflare told to cache everything, without an Edge TTL.
    CLOUDFLARE_CACHE_EVERYTHING = cloudflare::CACHE_EVERYTHING, "cloudflare-cache-everything";
    /// Cloudflare before 4 May 2026, when Vary: * was stored.
    CLOUDFLARE_2026_04 = cloudflare::APRIL_2026, "cloudflare-2026-04";
    /// Akamai, caching behaviour MAX_AGE: the default of the rule format.
    AKAMAI = akamai::AKAMAI, "akamai";
    /// Akamai, caching behaviour CACHE_CONTROL_AND_EXPIRES.
    AKAMAI_HONOR_ORIGIN = akamai::HONOR_ORIGIN, "akamai-honor-origin";
    /// Akamai, a property as the vendor's template makes it.
    AKAMAI_UNTOUCHED = akamai::UNTOUCHED, "akamai-untouched";
    /// Google Cloud CDN, cache mode USE_ORIGIN_HEADERS.
    GOOGLE_CLOUD_CDN_USE_ORIGIN_HEADERS = google::USE_ORIGIN_HEADERS, "google-cloud-cdn-use-origin-headers";
    /// Google Cloud CDN, cache mode CACHE_ALL_STATIC: the default.
    GOOGLE_CLOUD_CDN_CACHE_ALL_STATIC = google::CACHE_ALL_STATIC, "google-cloud-cdn-cache-all-static";
    /// Google Cloud CDN, cache mode FORCE_CACHE_ALL.
    GOOGLE_CLOUD_CDN_FORCE_CACHE_ALL = google::FORCE_CACHE_ALL, "google-cloud-cdn-force-cache-all";
    /// Google Media CDN in its default cache mode.
    GOOGLE_MEDIA_CDN = media_cdn::MEDIA_CDN, "google-media-cdn";
    /// Azure Front Door, on a route where caching is enabled.
    AZURE_FRONT_DOOR = azure::FRONT_DOOR, "azure-front-door";
    /// Squid 5 as an accelerator, Debian's configuration.
    SQUID_5 = squid::SQUID_5, "squid-5";
    /// The same, with `collapsed_forwarding on`.
    SQUID_5_COLLAPSED = squid::SQUID_5_COLLAPSED, "squid-5-collapsed";
    /// Squid 6 as an accelerator, Debian's configuration.
    SQUID_6 = squid::SQUID_6, "squid-6";
    /// The same, with `collapsed_forwarding on`.
    SQUID_6_COLLAPSED = squid::SQUID_6_COLLAPSED, "squid-6-collapsed";
    /// Squid 7 as an accelerator, the shipped configuration.
    SQUID = squid::SQUID, "squid";
    /// The same, with `collapsed_forwarding on`.
    SQUID_COLLAPSED = squid::SQUID_COLLAPSED, "squid-collapsed";
    /// Varnish 7.0 to 7.5 with the builtin VCL.
    VARNISH_7 = varnish::VARNISH_7, "varnish-7";
    /// Varnish 7.6 and 7.7 with the builtin VCL.
    VARNISH_7_7 = varnish::VARNISH_7_7, "varnish-7.7";
    /// The same with VCL of a site that delivers what has a TTL of 0 and leaves no marker.
    VARNISH_7_7_DELIVER_EXPIRED = varnish::DELIVER_EXPIRED_7_7, "varnish-7.7-deliver-expired";
    /// Varnish 8.0.0 with the builtin VCL.
    VARNISH_8 = varnish::VARNISH_8, "varnish-8";
    /// Vinyl Cache 9, the renamed Varnish, with the builtin VCL.
    VINYL_9 = varnish::VINYL_9, "vinyl-9";
    /// The same with VCL of a site that delivers what has a TTL of 0 and leaves no marker.
    VINYL_9_DELIVER_EXPIRED = varnish::DELIVER_EXPIRED_9, "vinyl-9-deliver-expired";
    /// Varnish 8.0.0 with VCL of a site that delivers what has a TTL of 0 and leaves no marker.
    VARNISH_8_DELIVER_EXPIRED = varnish::DELIVER_EXPIRED_8, "varnish-8-deliver-expired";
    /// Bunny.net, a pull zone that respects the origin's headers.
    BUNNY = bunny::BUNNY, "bunny";
    /// Vercel, answers of functions.
    VERCEL = vercel::VERCEL, "vercel";
    /// Vercel before 30 September 2026, when `Vary: Cookie` began to keep a response out.
    VERCEL_2026_09 = vercel::BEFORE_2026_09_30, "vercel-2026-09";
    /// Vercel, rewrites to external origins, in projects made since 6 April 2026.
    VERCEL_EXTERNAL_REWRITES = vercel::EXTERNAL_REWRITES, "vercel-external-rewrites";
    /// Netlify, dynamic answers.
    NETLIFY = netlify::NETLIFY, "netlify";
    /// Gcore CDN with the origin-controlled lifetime.
    GCORE = gcore::GCORE, "gcore";
    /// KeyCDN, a pull zone.
    KEYCDN = keycdn::KEYCDN, "keycdn";
    /// Alibaba Cloud CDN without a console rule.
    ALIBABA = alibaba::ALIBABA, "alibaba";
    /// Tencent Cloud CDN for static sites, following the origin.
    TENCENT = tencent::TENCENT, "tencent";
    /// Imperva in the caching mode standard.
    IMPERVA = imperva::IMPERVA, "imperva";
    /// Sucuri's firewall at its default cache level.
    SUCURI = sucuri::SUCURI, "sucuri";
    /// Sakura's web accelerator.
    SAKURA = sakura::SAKURA, "sakura";
    /// WordPress VIP's page cache.
    WORDPRESS_VIP = wordpress_vip::WORDPRESS_VIP, "wordpress-vip";
    /// The cache in front of Cloudflare Workers (Workers Cache).
    CLOUDFLARE_WORKERS_CACHE = workers_cache::WORKERS_CACHE, "cloudflare-workers-cache";
    /// The Cache API of Cloudflare Workers.
    CLOUDFLARE_WORKERS_CACHE_API = workers_cache_api::WORKERS_CACHE_API, "cloudflare-workers-cache-api";
    /// Envoy 1.40's cache filter, cache_v2.
    ENVOY = envoy::ENVOY, "envoy";
    /// Envoy 1.39's cache filter, cache_v2.
    ENVOY_1_39 = envoy::ENVOY_1_39, "envoy-1.39";
    /// Souin in strict mode.
    SOUIN = souin::SOUIN, "souin";
    /// Pingora's cache library, `resp_cacheable`.
    PINGORA = pingora::PINGORA, "pingora";
    /// Pingora 0.9 behind its proxy, with a lock and without default lifetimes.
    PINGORA_0_9 = pingora::PINGORA_0_9, "pingora-0.9";
    /// Apache Traffic Server 9.2, package defaults.
    ATS_9 = traffic_server::ATS_9, "ats-9";
    /// Apache Traffic Server 9.2 that stores a 200 without a lifetime too (required_headers 0).
    ATS_9_HEURISTIC = traffic_server::ATS_9_HEURISTIC, "ats-9-heuristic";
    /// Apache Traffic Server 10.1, default settings.
    ATS_10 = traffic_server::ATS_10, "ats-10";
    /// Apache Traffic Server 10.1 that stores a 200 without a lifetime too (required_headers 0).
    ATS_10_HEURISTIC = traffic_server::ATS_10_HEURISTIC, "ats-10-heuristic";
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

    /// The claim that the profile's answer on an axis rests on.
    #[must_use]
    pub fn claim(&self, axis: Axis) -> Option<&'static Claim> {
        self.claims().find(|claim| claim.basis != Basis::Disputing && claim.axes.contains(&axis))
    }

    /// What has been said or seen against the profile's answer on an axis.
    ///
    /// ```
    /// use storable::{Axis, Profile};
    ///
    /// let against = Profile::CLOUDFRONT.disputes(Axis::SetCookie).next().unwrap();
    /// assert!(against.says.contains("replayed"));
    /// ```
    pub fn disputes(&self, axis: Axis) -> impl Iterator<Item = &'static Claim> + use<> {
        self.claims()
            .filter(move |claim| claim.basis == Basis::Disputing && claim.axes.contains(&axis))
    }

    /// The axes that an operator's setting decides, and not the vendor.
    #[must_use]
    pub const fn operator(&self) -> AxisSet {
        self.operator
    }

    /// A number for the operator's settings, 0 where there are none: what is stored under other
    /// settings was judged by other rules.
    #[must_use]
    #[inline]
    pub fn settings_fingerprint(&self) -> u64 {
        if self.operator.is_empty() {
            return 0;
        }
        let of_facts = self.facts.fingerprint(self.operator);
        if self.operator.without(AxisSet::OF_SERVER) == self.operator {
            return of_facts;
        }
        of_facts ^ self.algorithm.fingerprint()
    }

    /// The most frequent basis among the profile's answers; on a tie the weaker one.
    /// Each reason of a verdict tells how its own statement is known.
    #[must_use]
    pub fn basis(&self) -> Basis {
        let bases = || {
            let said = Axis::ALL.iter().filter(|axis| self.facts.says(**axis));
            said.filter_map(|axis| self.claim(*axis)).map(|claim| claim.basis)
        };
        let frequency = |basis: &Basis| (bases().filter(|other| other == basis).count(), *basis);
        bases().max_by_key(frequency).unwrap_or(Basis::Specified)
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

    /// The same cache with other facts.
    #[cfg(test)]
    pub(crate) fn with_facts(self, facts: Facts) -> Self {
        Self { facts, ..self }
    }

    /// The questions that the profile's algorithm asks. What is set on another one has no effect.
    #[must_use]
    pub const fn reads(&self) -> AxisSet {
        self.algorithm.reads()
    }

    pub(crate) const fn algorithm(&self) -> &Algorithm {
        &self.algorithm
    }
}

#[cfg(test)]
mod tests {
    use super::Profile;

    #[test]
    fn the_documentation_finds_a_profile_by_its_id() {
        let ids = Profile::ALL.iter().map(Profile::id);
        assert!(ids.eq(Profile::ALIASES.iter().copied()));
    }
}

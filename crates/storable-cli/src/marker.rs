//! What a response's head tells of the caches that it came through.
//!
//! A head that a cache has sent is not the one that its origin sent: caches take away the fields
//! that steer them, and may write others. So such a head is never judged as the origin's without a
//! word.

use std::fmt;

use storable::header::{CacheStatus, Outcome};
use storable_wire::{Line, WireResponse};

/// A field by which a cache makes itself known.
struct Marker {
    /// The field's name in lower case.
    field: &'static str,
    /// What its value has in it, in lower case; empty for any value.
    value: &'static str,
    cache: Cache,
    tells: Tells,
    /// Where that is written down.
    source: &'static str,
}

/// A cache, as its markers tell it.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Cache {
    /// What people call it.
    pub(crate) name: &'static str,
    /// The profile that stands for its default; empty where the marker does not tell which cache it
    /// is.
    pub(crate) profile: &'static str,
    /// Lines that steer a cache and that this one may have taken away.
    pub(crate) takes: &'static [(&'static str, &'static str)],
}

impl Cache {
    /// Whether a profile stands for this cache, in whatever version or configuration.
    pub(crate) fn is_of(self, profile: &str) -> bool {
        let family = |id: &str| id.split('-').next().unwrap_or_default().to_owned();
        !self.profile.is_empty() && family(self.profile) == family(profile)
    }
}

/// What a marker's value tells.
#[derive(Clone, Copy)]
enum Tells {
    /// In words whether the cache was used: `HIT`, `TCP_MISS`.
    Words,
    /// Hits, or seconds in a cache: more than 0 where the cache answered.
    Number,
    /// The numbers of this request and of the one that fetched what is stored.
    Requests,
    /// That the response came this way, and no more.
    Way,
}

/// What a cache did with the request.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub(crate) enum Did {
    /// It passed the request on; the response may have changed on the way.
    Passed,
    /// It answered with what it had stored.
    Answered,
}

/// What a head tells of a cache on its way.
#[derive(Clone, Debug)]
pub(crate) struct Seen {
    pub(crate) cache: Cache,
    pub(crate) did: Did,
    /// The lines that tell it.
    pub(crate) lines: Vec<String>,
    /// Where it is written down what they mean.
    pub(crate) source: &'static str,
}

type Lines = &'static [(&'static str, &'static str)];

const fn cache(name: &'static str, profile: &'static str, takes: Lines) -> Cache {
    Cache { name, profile, takes }
}

// What each is documented to take away on the way to the user.
/// developers.cloudflare.com/cache/concepts/cdn-cache-control
const OF_CLOUDFLARE: Lines = &[("Cloudflare-CDN-Cache-Control", "max-age=3600")];
/// fastly.com/documentation/reference/http/http-headers/Surrogate-Control
const OF_FASTLY: Lines = &[("Surrogate-Control", "max-age=3600")];
/// vercel.com/docs/caching/cache-control-headers
const OF_VERCEL: Lines =
    &[("Cache-Control", "s-maxage=3600"), ("Vercel-CDN-Cache-Control", "max-age=3600")];
/// docs.netlify.com/platform/caching
const OF_NETLIFY: Lines =
    &[("Netlify-CDN-Cache-Control", "max-age=3600"), ("CDN-Cache-Control", "max-age=3600")];
/// http.dev/edge-control
const OF_AKAMAI: Lines = &[("Edge-Control", "max-age=3600")];
/// nginx.org/en/docs/http/ngx_http_proxy_module.html#proxy_ignore_headers
const OF_NGINX: Lines = &[("X-Accel-Expires", "3600")];
/// Of a cache that nothing is known of: any of them.
const ANY: Lines = &[
    ("Cache-Control", "s-maxage=3600"),
    ("CDN-Cache-Control", "max-age=3600"),
    ("Surrogate-Control", "max-age=3600"),
    ("Cloudflare-CDN-Cache-Control", "max-age=3600"),
    ("Netlify-CDN-Cache-Control", "max-age=3600"),
    ("Vercel-CDN-Cache-Control", "max-age=3600"),
    ("Edge-Control", "max-age=3600"),
    ("X-Accel-Expires", "3600"),
];

const CLOUDFLARE: Cache = cache("Cloudflare", "cloudflare", OF_CLOUDFLARE);
const CLOUDFRONT: Cache = cache("CloudFront", "cloudfront", &[]);
const FASTLY: Cache = cache("Fastly", "fastly", OF_FASTLY);
const VERCEL: Cache = cache("Vercel", "vercel", OF_VERCEL);
const NETLIFY: Cache = cache("Netlify", "netlify", OF_NETLIFY);
const AKAMAI: Cache = cache("Akamai", "akamai", OF_AKAMAI);
const AZURE: Cache = cache("Azure Front Door", "azure-front-door", &[]);
const BUNNY: Cache = cache("Bunny", "bunny", &[]);
const GOOGLE: Cache = cache("Google Cloud CDN", "google-cloud-cdn-cache-all-static", &[]);
const VARNISH: Cache = cache("Varnish", "varnish-8", ANY);
const SQUID: Cache = cache("Squid", "squid", ANY);
const TRAFFIC_SERVER: Cache = cache("Apache Traffic Server", "ats-10", ANY);
const IMPERVA: Cache = cache("Imperva", "imperva", ANY);
const SUCURI: Cache = cache("Sucuri", "sucuri", ANY);
const ALIBABA: Cache = cache("Alibaba Cloud CDN", "alibaba", ANY);
const TENCENT: Cache = cache("Tencent Cloud CDN", "tencent", ANY);
const NGINX: Cache = cache("nginx", "nginx", OF_NGINX);
const KEYCDN: Cache = cache("KeyCDN", "keycdn", ANY);
const SOME: Cache = cache("a cache", "", ANY);

const fn marker(
    field: &'static str,
    value: &'static str,
    cache: Cache,
    tells: Tells,
    source: &'static str,
) -> Marker {
    Marker { field, value, cache, tells, source }
}

const CLOUDFLARE_DOCS: &str = "developers.cloudflare.com/cache/concepts/cache-responses";
const FASTLY_DOCS: &str = "fastly.com/documentation/reference/http/http-headers/X-Cache";
const VERCEL_DOCS: &str = "vercel.com/docs/headers/response-headers";
const AZURE_DOCS: &str = "learn.microsoft.com/azure/cdn/cdn-msft-http-debug-headers";
const AKAMAI_DOCS: &str = "techdocs.akamai.com/property-mgr/docs/return-cache-status";
const SEEN: &str = "seen in responses of this cache";

/// The markers; of several that fit one line the first counts.
const MARKERS: &[Marker] = &[
    marker("cf-cache-status", "", CLOUDFLARE, Tells::Words, CLOUDFLARE_DOCS),
    marker(
        "cf-ray",
        "",
        CLOUDFLARE,
        Tells::Way,
        "developers.cloudflare.com/fundamentals/reference/cloudflare-ray-id",
    ),
    marker("x-vercel-cache", "", VERCEL, Tells::Words, VERCEL_DOCS),
    marker("x-vercel-id", "", VERCEL, Tells::Way, VERCEL_DOCS),
    marker("x-nf-request-id", "", NETLIFY, Tells::Way, "docs.netlify.com/platform/caching"),
    marker("x-cache", "from cloudfront", CLOUDFRONT, Tells::Words, SEEN),
    marker("x-amz-cf-id", "", CLOUDFRONT, Tells::Way, SEEN),
    marker("x-amz-cf-pop", "", CLOUDFRONT, Tells::Way, SEEN),
    marker("x-cache", "akamai", AKAMAI, Tells::Words, AKAMAI_DOCS),
    marker("x-cache", " from child", AKAMAI, Tells::Words, AKAMAI_DOCS),
    marker("akamai-cache-status", "", AKAMAI, Tells::Words, AKAMAI_DOCS),
    marker("server-timing", "cdn-cache; desc=", AKAMAI, Tells::Words, SEEN),
    marker("x-cache", "tcp_", AZURE, Tells::Words, AZURE_DOCS),
    marker("x-cache", "config_nocache", AZURE, Tells::Words, AZURE_DOCS),
    marker("x-cache", "private_nostore", AZURE, Tells::Words, AZURE_DOCS),
    marker("x-azure-ref", "", AZURE, Tells::Way, AZURE_DOCS),
    marker(
        "x-served-by",
        "cache-",
        FASTLY,
        Tells::Way,
        "fastly.com/documentation/reference/http/http-headers/X-Served-By",
    ),
    marker("x-fastly-request-id", "", FASTLY, Tells::Way, SEEN),
    marker("cdn-cache", "", BUNNY, Tells::Words, SEEN),
    marker("server", "bunnycdn", BUNNY, Tells::Way, SEEN),
    marker(
        "x-varnish",
        "",
        VARNISH,
        Tells::Requests,
        "varnish-cache.org/docs/trunk/reference/vcl-var.html",
    ),
    marker(
        "via",
        "varnish",
        VARNISH,
        Tells::Way,
        "varnish-cache.org/docs/trunk/reference/vcl-var.html",
    ),
    marker("via", "google", GOOGLE, Tells::Way, "cloud.google.com/cdn/docs/caching"),
    marker("via", "cloudfront", CLOUDFRONT, Tells::Way, SEEN),
    marker("via", "squid", SQUID, Tells::Way, "squid-cache.org/Doc/config/via"),
    marker("x-cache", " from ", SQUID, Tells::Words, SEEN),
    marker(
        "via",
        "trafficserver",
        TRAFFIC_SERVER,
        Tells::Way,
        "docs.trafficserver.apache.org/en/latest/appendices/faq.en.html",
    ),
    marker("x-iinfo", "", IMPERVA, Tells::Way, SEEN),
    marker("x-cdn", "imperva", IMPERVA, Tells::Way, SEEN),
    marker("x-cdn", "incapsula", IMPERVA, Tells::Way, SEEN),
    marker(
        "x-sucuri-cache",
        "",
        SUCURI,
        Tells::Words,
        "docs.sucuri.net/website-firewall/performance",
    ),
    marker("x-swift-cachetime", "", ALIBABA, Tells::Way, SEEN),
    marker("eagleid", "", ALIBABA, Tells::Way, SEEN),
    marker("x-cache-lookup", "", TENCENT, Tells::Words, SEEN),
    marker("x-nws-log-uuid", "", TENCENT, Tells::Way, SEEN),
    marker("server", "keycdn", KEYCDN, Tells::Way, SEEN),
    marker(
        "x-cache-status",
        "",
        NGINX,
        Tells::Words,
        "nginx.org/en/docs/http/ngx_http_upstream_module.html#var_upstream_cache_status",
    ),
    marker(
        "x-proxy-cache",
        "",
        NGINX,
        Tells::Words,
        "nginx.org/en/docs/http/ngx_http_upstream_module.html#var_upstream_cache_status",
    ),
    marker(
        "x-cache-hits",
        "",
        SOME,
        Tells::Number,
        "fastly.com/documentation/reference/http/http-headers/X-Cache-Hits",
    ),
    marker("x-cache", "", SOME, Tells::Words, FASTLY_DOCS),
    marker("age", "", SOME, Tells::Number, "RFC 9111 §5.1"),
    marker("via", "", cache("a proxy or a cache", "", ANY), Tells::Way, "RFC 9110 §7.6.3"),
];

/// What a response's head tells of the cache that sent it, if anything does.
pub(crate) fn seen(response: &WireResponse) -> Option<Seen> {
    let mut told: Vec<Seen> = response.headers.iter().filter_map(marked).collect();
    told.extend(cache_status(&response.headers));
    // Who it was says the marker that knows a name; what it did, any of them.
    let named = told.iter().find(|seen| !seen.cache.profile.is_empty()).or_else(|| told.first())?;
    let (cache, source) = (named.cache, named.source);
    let did = told.iter().map(|seen| seen.did).max()?;
    let lines = told.into_iter().flat_map(|seen| seen.lines).collect();
    Some(Seen { cache, did, lines, source })
}

fn text(line: &Line) -> Option<(&str, &str)> {
    let (name, value) = line.parts();
    Some((name, std::str::from_utf8(value).ok()?))
}

impl Seen {
    fn of(cache: Cache, answered: bool, lines: Vec<String>, source: &'static str) -> Self {
        Self { cache, did: if answered { Did::Answered } else { Did::Passed }, lines, source }
    }
}

fn marked(line: &Line) -> Option<Seen> {
    let (name, value) = text(line)?;
    let lower = value.to_ascii_lowercase();
    let marker =
        MARKERS.iter().find(|marker| line.is(marker.field) && lower.contains(marker.value))?;
    let positive = |number: &str| number.trim().parse().is_ok_and(|number: u64| number > 0);
    let answered = match marker.tells {
        Tells::Words => says_answered(&lower),
        Tells::Number => lower.split(',').any(positive),
        Tells::Requests => lower.split_ascii_whitespace().count() > 1,
        Tells::Way => false,
    };
    Some(Seen::of(marker.cache, answered, vec![format!("{name}: {value}")], marker.source))
}

/// Whether words such as `TCP_HIT`, `RefreshHit from cloudfront` or `MISS, HIT` say that the cache
/// answered.
fn says_answered(lower: &str) -> bool {
    lower.split(|char: char| !char.is_ascii_alphanumeric()).any(|word| {
        word.ends_with("hit")
            || matches!(
                word,
                "hitstale" | "stale" | "updating" | "revalidated" | "revalidate" | "prerender"
            )
    })
}

/// What the standard field tells (RFC 9211): the last member is the cache nearest to the user.
fn cache_status(headers: &[Line]) -> Option<Seen> {
    let lines = || headers.iter().filter(|line| line.is("cache-status"));
    let told = CacheStatus::read(lines().map(|line| line.parts().1));
    let hit = told.iter().any(|status| matches!(status.outcome, Some(Outcome::Hit)));
    let name = told.last()?.cache.to_ascii_lowercase();
    let known = [NETLIFY, FASTLY, CLOUDFLARE, CLOUDFRONT, AKAMAI, VARNISH, NGINX];
    let cache = known.into_iter().find(|cache| name.contains(&cache.name.to_ascii_lowercase()));
    let lines = lines().filter_map(text).map(|(name, value)| format!("{name}: {value}"));
    Some(Seen::of(cache.unwrap_or(SOME), hit, lines.collect(), "RFC 9211"))
}

impl fmt::Display for Seen {
    /// Half a sentence: `came out of Cloudflare's cache (cf-cache-status: HIT)`.
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let name = self.cache.name;
        match (self.did, self.cache.profile) {
            (Did::Answered, "") => write!(f, "came out of {name}")?,
            (Did::Answered, _) => write!(f, "came out of the cache of {name}")?,
            (Did::Passed, _) => write!(f, "came through {name}")?,
        }
        write!(f, " ({})", self.lines.join(", "))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use storable::Profile;

    #[test]
    fn every_marker_names_a_profile_that_there_is() {
        for marker in MARKERS.iter().filter(|marker| !marker.cache.profile.is_empty()) {
            assert!(Profile::find(marker.cache.profile).is_some(), "{}", marker.field);
            assert_eq!(marker.field, marker.field.to_ascii_lowercase());
            assert_eq!(marker.value, marker.value.to_ascii_lowercase());
            assert!(!marker.source.is_empty());
        }
    }
}

//! Which algorithm a cache follows, and what of it differs between versions and configurations
//! without being a question that is asked of other caches.
//!
//! This is data; the algorithms are in `server`.

use std::hash::{Hash, Hasher};

use super::axis::Fnv;
use super::{Axis, AxisSet, Heuristic};

/// Which algorithm a cache follows.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Algorithm {
    /// RFC 9111, by the facts of the profile.
    Rfc9111,
    /// Envoy's cache filter.
    Envoy(Envoy),
    /// nginx.
    Nginx(Nginx),
    /// Varnish.
    Varnish(Varnish),
    /// Pingora's cache library behind its proxy.
    Pingora,
    /// Souin.
    Souin,
    /// Squid.
    Squid(Squid),
    /// Apache Traffic Server.
    TrafficServer(TrafficServer),
    /// Apache httpd.
    Httpd(Httpd),
    /// HAProxy.
    Haproxy(Haproxy),
}

impl Algorithm {
    /// A number for the settings of the server, the same in every run of a program.
    pub(crate) fn fingerprint(&self) -> u64 {
        let mut hash = Fnv::default();
        self.hash(&mut hash);
        hash.finish()
    }

    /// The questions whose answers decide something.
    pub(crate) const fn reads(&self) -> AxisSet {
        AxisSet::of(Axis::ALL).without(AxisSet::of(self.settled()))
    }

    /// The questions that the algorithm itself settles, or never comes to: an answer in the facts
    /// is a description, and changes nothing.
    const fn settled(&self) -> &'static [Axis] {
        use Axis::*;
        match self {
            Self::Rfc9111 => &[],
            Self::Pingora => &[
                RequestNoCache,
                MustUnderstand,
                Validation,
                StaleWhileRevalidate,
                WaitingNoCache,
                WaitingZero,
                WaitingPastExpires,
                WaitingNotStored,
            ],
            Self::Envoy(_) => &[
                InvalidExpires,
                RequestNoCache,
                PrivateFields,
                NoCacheFields,
                MustUnderstand,
                VaryStar,
                Eligibility,
                LifetimeSources,
                FixedTtl,
                ExpiresClock,
                Age,
                Heuristic,
                DefaultTtl,
                MinimumTtl,
                MaximumTtl,
                ZeroLifetime,
                Validation,
                StaleWhileRevalidate,
                Collapsing,
                WaitingNoCache,
                WaitingZero,
                WaitingPastExpires,
                WaitingNotStored,
                ErrorTtl,
                MustRevalidate,
            ],
            Self::Nginx(_) => &[
                ControlFields,
                Dialect,
                InvalidExpires,
                RequestNoCache,
                PrivateFields,
                NoCacheFields,
                MustUnderstand,
                Statuses,
                Eligibility,
                LifetimeSources,
                ExpiresClock,
                Age,
                ZeroLifetime,
                WaitingNoCache,
                WaitingZero,
                WaitingPastExpires,
                WaitingNotStored,
                MustRevalidate,
            ],
            Self::Varnish(_) => &[
                InvalidExpires,
                RequestNoCache,
                PrivateFields,
                NoCacheFields,
                MustUnderstand,
                VaryStar,
                Eligibility,
                Permits,
                LifetimeSources,
                Age,
                ZeroLifetime,
                Validation,
                WaitingNoCache,
                KeyOrigin,
                KeyCookies,
                MustRevalidate,
            ],
            Self::Souin => &[
                InvalidExpires,
                MustUnderstand,
                Collapsing,
                WaitingNoCache,
                WaitingZero,
                WaitingPastExpires,
                WaitingNotStored,
            ],
            Self::Squid(_) => &[
                InvalidExpires,
                RequestNoStore,
                RequestNoCache,
                MustUnderstand,
                VaryFields,
                Statuses,
                Permits,
                LifetimeSources,
                ExpiresClock,
                Age,
                ZeroLifetime,
                Validation,
                StaleWhileRevalidate,
                WaitingNoCache,
                WaitingZero,
                WaitingPastExpires,
                WaitingNotStored,
                ErrorTtl,
                MustRevalidate,
            ],
            Self::TrafficServer(_) => &[
                InvalidExpires,
                PrivateFields,
                NoCacheFields,
                MustUnderstand,
                LifetimeSources,
                ExpiresClock,
                ZeroLifetime,
                StaleWhileRevalidate,
                WaitingNoCache,
                WaitingZero,
                WaitingNotStored,
                ErrorTtl,
                BypassingFields,
                MustRevalidate,
            ],
            Self::Httpd(_) => &[
                InvalidExpires,
                MustUnderstand,
                VaryFields,
                LifetimeSources,
                FixedTtl,
                ExpiresClock,
                Age,
                Validation,
                StaleWhileRevalidate,
                WaitingNoCache,
                WaitingZero,
                WaitingPastExpires,
                WaitingNotStored,
                ErrorTtl,
                BypassingFields,
                MustRevalidate,
            ],
            Self::Haproxy(_) => &[
                InvalidExpires,
                Authorization,
                RequestNoStore,
                RequestNoCache,
                MustUnderstand,
                VaryStar,
                Eligibility,
                Permits,
                LifetimeSources,
                FixedTtl,
                ExpiresClock,
                Age,
                Heuristic,
                MinimumTtl,
                ZeroLifetime,
                Validation,
                StaleWhileRevalidate,
                WaitingNoCache,
                WaitingZero,
                WaitingPastExpires,
                WaitingNotStored,
                ErrorTtl,
                MustRevalidate,
            ],
        }
    }
}

/// What is set of Envoy's cache filter.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Envoy {
    pub(crate) request_control: RequestControl,
}

/// Whether a request's Cache-Control and Pragma are read.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum RequestControl {
    Read,
    /// `ignore_request_cache_control_header`
    Ignored,
}

/// What differs between nginx versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Nginx {
    pub(crate) header_logic: HeaderLogic,
    /// `proxy_buffering`: without it a response is stored only where it asks to be buffered.
    pub(crate) buffering: Buffering,
}

/// Whether nginx reads a response ahead of the client.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Buffering {
    On,
    Off,
}

/// How a header line acts on what earlier ones said.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum HeaderLogic {
    /// Until 1.22: what forbids storing does so for good, X-Accel-Expires silences only the
    /// Cache-Control lines behind it, of repeated Vary lines the last counts.
    Sequential,
    /// From 1.23 on: X-Accel-Expires lifts what Cache-Control and Expires forbid, max-age lifts a
    /// past Expires, repeats of X-Accel-Expires and Expires are dropped, Vary lines are joined.
    Flagged,
}

/// What differs between Squid versions and configurations.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Squid {
    /// `httpd_accel_surrogate_id`: the name under which a part of Surrogate-Control is meant for
    /// this cache; the host's name by default.
    pub(crate) surrogate_id: &'static str,
    /// The `refresh_pattern` of URLs with `?` or `/cgi-bin/` in them; that of the others is the
    /// heuristic of the profile.
    pub(crate) dynamic_urls: Heuristic,
    /// `minimum_expiry_time`, in seconds.
    pub(crate) minimum_expiry: i64,
    /// What a request is given that has waited.
    pub(crate) collapsed: Collapsed,
    /// The options of `refresh_pattern`.
    pub(crate) options: PatternOptions,
}

/// The options of a line of `refresh_pattern`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct PatternOptions {
    /// `override-expire`: the least lifetime of what states one, in seconds.
    pub(crate) least_stated: u64,
    /// `override-lastmod`: the least lifetime that is made from Last-Modified, in seconds.
    pub(crate) least_heuristic: u64,
    pub(crate) on_reload: OnReload,
    pub(crate) on_condition: OnCondition,
    pub(crate) worth_storing: WorthStoring,
}

/// What a request with no-cache gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum OnReload {
    /// The whole from the origin.
    Fetch,
    /// `reload-into-ims`: what is stored, validated.
    Validate,
    /// `ignore-reload`: what it would get without; max-age=0 is passed over as well.
    Ignore,
}

/// What a request with If-Modified-Since gets.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum OnCondition {
    /// What is stored, while that is fresh.
    Answer,
    /// `refresh-ims`: what is stored, validated.
    Validate,
}

/// Which responses of a storable status are stored.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum WorthStoring {
    /// Those that will be fresh in a while, or that can be validated then.
    Lasting,
    /// `store-stale`: all.
    All,
}

/// What a request is given that has waited for the response to another.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Collapsed {
    /// Up to version 6: the response if it is fresh; else it is validated, and all but the first one that finds it
    /// stale wait once more, for that validation.
    Checked,
    /// The response, fresh or stale: from version 7 on.
    TakenAsFresh,
}

/// What differs between HAProxy versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Haproxy {
    pub(crate) null_max_age: NullMaxAge,
    pub(crate) coding_key: CodingKey,
}

/// What `max-age=0` does, in just this spelling.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum NullMaxAge {
    /// It bars storing, until a later `public`.
    Bars,
    /// It bars storing, unless an s-maxage stands after it.
    BarsWithoutSMaxage,
}

/// When the coding of a response is a part of its variant key.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum CodingKey {
    /// With every Vary; where that does not name Accept-Encoding, no later key is equal to it.
    AnyVary,
    /// Where Vary names Accept-Encoding.
    AcceptEncoding,
}

/// httpd's limits on content.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Httpd {
    /// CacheMinFileSize, in bytes
    pub(crate) smallest_content: u64,
    /// CacheMaxFileSize, in bytes
    pub(crate) largest_content: u64,
}

/// What differs between Traffic Server versions.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct TrafficServer {
    pub(crate) pragma: Pragma,
    /// `negative_caching_list`, where `negative_caching_enabled` is 1.
    pub(crate) negative_statuses: &'static [u16],
    /// `negative_caching_lifetime`, in seconds.
    pub(crate) negative_lifetime: u64,
}

/// Which responses are treated as the axis `pragma` says.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Pragma {
    /// All with `Pragma: no-cache`: up to 9.2.
    Always,
    /// Those of them without a directive of Cache-Control that Traffic Server knows: from 10.0 on.
    WithoutKnownDirective,
}

/// What differs between Varnish versions and sites.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Varnish {
    /// The site's rules for a response, which come before the builtin ones.
    pub(crate) user_vcl: &'static [VclRule],
    /// What `vcl_req_method` does with a method that it does not list.
    pub(crate) unlisted_method: UnlistedMethod,
    /// What becomes of a Content-Range that nobody asked for.
    pub(crate) content_range: ContentRange,
}

/// What becomes of a request whose method the builtin VCL does not list.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum UnlistedMethod {
    /// `return (pipe)`
    Pipe,
    /// `return (synth(501))`
    Refuse,
}

/// What becomes of a Content-Range in a response to a request that is sent without Range.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum ContentRange {
    /// The response is refused.
    Refuse,
    /// `vcl_beresp_range`: it is removed, unless the status is 206 or 416.
    RemoveUnlessPartial,
}

/// One rule: the first that holds decides, and those behind it are not reached.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct VclRule {
    pub(crate) when: When,
    pub(crate) then: Then,
}

/// What a rule asks of a response.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum When {
    /// `beresp.ttl <= 0s`
    Expired,
    /// `beresp.http.Set-Cookie`: the field is there, if only an empty one.
    SetsCookie,
    /// Surrogate-Control matches `no-store`, or it is not there and Cache-Control matches
    /// `no-cache`, `no-store` or `private`.
    Restricted,
    /// `beresp.http.Vary == "*"`, all lines joined.
    VariesOnAll,
}

/// What a rule does.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) enum Then {
    /// `vcl_beresp_hitmiss`: a marker takes the object's place.
    HitForMiss,
    /// `return (deliver)`: stored as it is.
    Deliver,
}
